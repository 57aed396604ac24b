"""What devices call themselves neither steers a terminal nor breaks a line."""

import json
from collections.abc import Callable

import pytest

from tests_host.unit.api.fake import KITCHEN, plug
from tests_host.unit.cli.conftest import Server, one_line
from twig import output, text

Run = Callable[..., tuple[int, str, str]]
EVIL = "Evil\n\x1b[2J\x9b1m\N{RIGHT-TO-LEFT OVERRIDE}lamp"


@pytest.fixture(autouse=True)
def evil(server: Server) -> None:
    """The plug in the kitchen."""
    server.hub.known[KITCHEN] = plug(KITCHEN, EVIL)


@pytest.mark.parametrize("args", [["devices"], ["devices", "--json"]])
def test_lists(twig: Run, args: list[str]) -> None:
    code, out, _ = twig(*args)
    assert code == 0
    assert out.replace("\n", "").replace("\t", "").isprintable()
    if "--json" in args:
        assert EVIL in {device["name"] for device in json.loads(out)}
    else:
        assert len(out.splitlines()) == 2


@pytest.mark.parametrize(
    "args", [["nobody", "relay", "on"], ["evil", "nothing", "on"], ["evil", "level", "x"]]
)
def test_errors(twig: Run, args: list[str]) -> None:
    code, _, err = twig("set", *args)
    assert code == 1
    assert one_line(err).strip().isprintable()


def test_the_table(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    output.table([{**vars(device), "ios": []} for device in server.hub.devices()])
    assert capsys.readouterr().out.replace("\n", "").isprintable()


def test_json_stays_readable_where_it_can() -> None:
    assert text.as_json({"name": "Küche 🌱"}) == '{"name": "Küche 🌱"}'
    assert text.as_json("a\x9bb") == '"a\\u009bb"'
    assert text.as_json(["ä"], indent=1) == '[\n "ä"\n]'
