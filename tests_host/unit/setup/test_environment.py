"""The bootstrap script says in one line what is wrong, and does nothing when all is there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "tools" / "setup" / "environment.py"
SYSTEM = ROOT / "tools" / "setup" / "system.sh"


def run(*command: str | Path, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": path} if path else None
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_an_unknown_word_shows_the_usage() -> None:
    done = run(sys.executable, SCRIPT, "venv", "everything")
    assert done.returncode == 1
    assert done.stderr.startswith("setup: ")
    assert "usage: environment.py venv run|test|dev" in done.stderr


def test_the_script_runs_without_any_package() -> None:
    done = run(sys.executable, "-I", "-S", SCRIPT, "stubs", "esp9999")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_command_that_is_there_installs_nothing() -> None:
    done = run("bash", SYSTEM, "sh", "ls")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_command_without_apt_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "id").symlink_to("/usr/bin/id")
    (tmp_path / "bash").symlink_to("/usr/bin/bash")
    done = run(tmp_path / "bash", SYSTEM, "ip", "no-such-program", path=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("setup: missing ")
    assert done.stderr.count("\n") == 1
    assert "no-such-program" in done.stderr
