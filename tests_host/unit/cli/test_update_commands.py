"""`twig update` against a served API."""

import io
from collections.abc import Callable
from dataclasses import asdict

import pytest
from rich.console import Console

from tests_host.unit.api.fake import CELLAR, KITCHEN
from tests_host.unit.cli.conftest import Server, one_line
from twig import update_commands, update_output
from twig.client import Client, HubLost
from twig.hub.errors import Refused

Run = Callable[..., tuple[int, str, str]]
Steps = Callable[..., None]


@pytest.fixture
def goes(server: Server, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """At each question the kitchen's plug is one step further."""

    def go(*steps: tuple[str, int, str]) -> None:
        left = list(steps)

        def sleep(seconds: float) -> None:
            if left:
                server.hub.progress(KITCHEN, *left.pop(0))

        monkeypatch.setattr(update_commands.time, "sleep", sleep)

    return go


def test_an_update_is_followed_to_its_end(server: Server, twig: Run, goes: Steps) -> None:
    goes(*[("fetching", percent, "") for percent in (0, 50, 100)], ("trial", 100, ""), ("confirmed", 100, ""))
    code, out, err = twig("update", "kitchen", "--release", "0.2.0")
    assert (code, out) == (0, "Kitchen has 0.2.0.\n")
    assert err.splitlines() == [
        "Kitchen 0.2.0: fetching",
        "Kitchen 0.2.0: on trial",
        "Kitchen 0.2.0: done",
    ]
    assert server.hub.wishes == [(KITCHEN, "0.2.0", False)]


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("refused", "bad signature", "does not take 0.2.0: bad signature."),
        ("rolled back", "", "has rolled back from 0.2.0: no reason given."),
    ],
)
def test_an_update_that_fails_is_an_error(
    server: Server, twig: Run, goes: Steps, state: str, reason: str, said: str
) -> None:
    goes(("fetching", 0, ""), (state, 0, reason))
    code, out, err = twig("update", "kitchen", "--again")
    assert (code, out) == (1, "")
    assert err.endswith(f"twig: Kitchen {said}\n")
    assert server.hub.wishes == [(KITCHEN, None, True)]


def test_a_device_that_is_away_is_not_waited_for(server: Server, twig: Run) -> None:
    assert twig("update", "cellar") == (0, "Cellar gets 0.2.0 when it next comes.\n", "")
    assert twig("update", "cellar", "--withdraw") == (0, "Cellar is not offered 0.2.0 any longer.\n", "")
    code, _, err = twig("update", "cellar", "--withdraw")
    assert (code, "No offer waits for Cellar" in one_line(err)) == (1, True)
    assert twig("update", "cellar", "--withdraw", "--again")[0] == 2


def test_what_the_device_says_no_to(server: Server, twig: Run) -> None:
    server.hub.fault = Refused("Kitchen", 10, "no trusted key")
    code, out, err = twig("update", "kitchen")
    assert (code, out) == (1, "")
    assert "Kitchen refused: no trusted key" in one_line(err)


def test_a_hub_that_restarts_meanwhile_does_no_harm(
    server: Server, twig: Run, goes: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes(("trial", 100, ""), ("trial", 100, ""), ("confirmed", 100, ""))
    asked, lost = Client.device, [True, False, True]

    def device(self: Client, guid: str) -> object:
        if lost and lost.pop():
            raise HubLost("gone")
        return asked(self, guid)

    monkeypatch.setattr(Client, "device", device)
    assert twig("update", "kitchen")[:2] == (0, "Kitchen has 0.2.0.\n")


def test_it_does_not_wait_for_ever(
    server: Server, twig: Run, goes: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes(("staged", 100, ""))
    monkeypatch.setattr(update_commands, "PATIENCE_S", 0.2)
    code, out, _ = twig("update", "kitchen")
    assert (code, out.startswith("Kitchen fetched, restarts; no news of 0.2.0 for long.")) == (0, True)


def test_a_terminal_shows_a_bar_and_nothing_that_steers_it(server: Server) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, color_system="truecolor")
    update = server.hub.progress(KITCHEN, "fetching", 50).update
    assert update
    with update_output.bar({"name": "Evil\x1b[2J", "guid": "g", "update": asdict(update)}, console):
        pass
    assert "0.2.0: fetching" in out.getvalue()
    assert " 40%" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()
    assert CELLAR not in out.getvalue()
