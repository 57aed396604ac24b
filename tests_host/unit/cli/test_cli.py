"""`twig` itself: what it lists, what it loads, how it complains."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host.unit.cli.conftest import one_line
from twig import cli

Run = Callable[..., tuple[int, str, str]]

HEAVY = ("fastapi", "sqlalchemy", "uvicorn", "httpx", "littlefs", "serial")


def test_help_lists_every_command_and_imports_none() -> None:
    probe = (
        "import sys; from twig import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, env={"PYTHONPATH": "tools:."}
    )
    assert done.stderr.strip() == "[]"
    assert all(name in done.stdout for name in cli.MOUNTS)


def test_without_arguments_the_help_is_shown(twig: Run) -> None:
    code, out, err = twig()
    assert (code, err) == (2, "")
    assert "twig [OPTIONS] COMMAND" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["hubb"], "Did you mean 'hub'?"),
        (["--colour"], "No such option"),
        (["set", "Kitchen"], "Missing argument"),
        (["hub"], "Missing option '--data'"),
        (["hub", "--data", "x", "--http-port", "70000"], "--http-port"),
        (["hub", "--data", "x", "--interface", "eth0"], "not an IPv4 address"),
        (["hub", "--data", "x", "--role", "boss"], "--role"),
    ],
)
def test_a_wrong_command_line_is_one_line_that_names_the_help(twig: Run, args: list[str], words: str) -> None:
    code, out, err = twig(*args)
    assert (code, out) == (2, "")
    assert words in one_line(err)
    assert "--help'" in err


def test_every_mounted_help_can_be_read(twig: Run) -> None:
    for name in cli.MOUNTS:
        code, out, _ = twig(name, "--help")
        assert code == 0
        assert f"twig {name}" in out
        assert "completion" not in out  # of a shell: Typer's own options, for a program of one command


@pytest.mark.parametrize("args", [(), ("hub",), ("flash",), ("plug",), ("plug", "show"), ("image", "build")])
def test_no_flag_seems_to_want_a_value(twig: Run, args: tuple[str, ...]) -> None:
    code, out, _ = twig(*args, "--help")
    assert code == 0
    assert "--help" in out
    assert "bool" not in out


@pytest.mark.parametrize("name", ["plug", "image", "flash"])
def test_what_needs_the_firmwares_sources_says_so(
    twig: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr(cli, "CHECKOUT", tmp_path)
    code, out, err = twig(name, "--help")
    assert (code, out) == (1, "")
    assert "in a checkout" in one_line(err)


def test_version(twig: Run) -> None:
    code, out, _ = twig("--version")
    assert code == 0
    assert out.startswith("twig")
