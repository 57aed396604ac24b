"""`twig join-code`, `twig rotate`, `twig revoke` against a served API."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import typer
from rich.console import Console

from tests_host.unit.api.fake import CELLAR, CODE, KITCHEN
from tests_host.unit.cli.conftest import Server, one_line
from twig import key_commands, key_output
from twig.hub.keys import joins

Run = Callable[..., tuple[int, str, str]]


def give_keys(server: Server, *guids: str) -> None:
    """These devices have a key."""
    for guid in guids:
        server.hub.known[guid] = replace(server.hub.known[guid], key="present")


def test_a_code_alone_where_nobody_looks(server: Server, twig: Run) -> None:
    assert twig("join-code") == (0, CODE + "\n", "")
    assert server.hub.minutes == joins.MINUTES == key_commands.MINUTES
    assert joins.MOST_MINUTES == key_commands.MOST_MINUTES


def test_a_code_for_a_device_as_json(server: Server, twig: Run) -> None:
    _, out, _ = twig("join-code", "--for", "kit", "--minutes", "5", "--json")
    made = json.loads(out)
    assert (made["code"], made["for_guid"], server.hub.minutes) == (CODE, KITCHEN, 5)


@pytest.mark.parametrize(
    ("args", "words"), [(["--for", "Attic"], "No device 'Attic'"), (["--minutes", "0"], "--minutes")]
)
def test_a_code_that_cannot_be(server: Server, twig: Run, args: list[str], words: str) -> None:
    code, out, err = twig("join-code", *args)
    assert (code != 0, out, words in one_line(err)) == (True, "", True)
    assert server.hub.open_codes == {}


def test_a_code_on_a_terminal_is_large_and_can_be_scanned() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=60, color_system="truecolor")
    made = {"code": CODE, "expires_ms": 1_770_000_000_000}
    key_output.code(made, {"name": "Evil\x1b[2J", "guid": "g"}, console)
    shown = out.getvalue()
    assert "7H3K  -  9QWE  -  RTMB" in shown
    assert "\x1b[2J" not in shown
    lines = key_output.qr(CODE).split("\n")
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) == 21 + 2 * 4  # version 1 and its quiet zone
    assert all(set(line) <= set(" \N{FULL BLOCK}\N{UPPER HALF BLOCK}\N{LOWER HALF BLOCK}") for line in lines)
    assert lines[0] == lines[1] == "\N{FULL BLOCK}" * 29
    assert lines[2] in shown


def test_rotate_waits_for_a_device_to_come_back(
    server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_keys(server, KITCHEN)
    monkeypatch.setattr(key_commands.time, "sleep", lambda seconds: give_keys(server, KITCHEN))
    assert twig("rotate", "kitchen") == (0, "1 of 1 device has a new key.\n", "")


def test_rotate_all_names_those_that_are_away(
    server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_keys(server, KITCHEN, CELLAR)
    monkeypatch.setattr(key_commands.time, "sleep", lambda seconds: give_keys(server, KITCHEN))
    code, out, err = twig("rotate", "--all")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["1 of 2 devices have a new key.", "Cellar gets it when it next comes."]


def test_rotate_says_who_does_not_come_back(
    server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_keys(server, KITCHEN)
    monkeypatch.setattr(key_commands, "PATIENCE_S", 0.0)
    _, out, _ = twig("rotate", KITCHEN)
    assert out.splitlines()[1] == "Kitchen has not come back yet; its old key is still valid."


@pytest.mark.parametrize("args", [[], ["Kitchen", "--all"]])
def test_rotate_wants_one_device_or_all(server: Server, twig: Run, args: list[str]) -> None:
    code, _, err = twig("rotate", *args)
    assert (code, "Name a device or say --all." in one_line(err)) == (2, True)


def test_rotate_without_keys(server: Server, twig: Run) -> None:
    assert twig("rotate", "--all") == (0, "No device has a key yet.\n", "")
    code, _, err = twig("rotate", "Kitchen")
    assert (code, "has no key of its own" in one_line(err)) == (1, True)


def test_the_bar_is_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    with key_output.bar(3) as show:
        show(2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("sure", [True, False])
def test_revoke_asks_before(server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch, sure: bool) -> None:
    def confirm(question: str, **more: Any) -> bool:
        asked.append(question)
        assert more == {"abort": True}
        raise typer.Abort

    asked: list[str] = []
    give_keys(server, KITCHEN)
    monkeypatch.setattr(key_commands.typer, "confirm", confirm)
    code, out, _ = twig("revoke", "kitchen", *["--yes"] * sure)
    assert server.hub.known[KITCHEN].key == ("none" if sure else "present")
    if sure:
        assert (code, f"twig join-code --for {KITCHEN}" in one_line(out), asked) == (0, True, [])
    else:
        assert (code, asked[0].startswith("Revoke the key of Kitchen?")) == (130, True)
