"""`twig rollout` against a served API."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from rich.console import Console

from tests_host.unit.api.courses import OPEN, PASSED, rollout
from tests_host.unit.api.fake import CELLAR, KITCHEN
from tests_host.unit.cli.conftest import Server, one_line
from twig import rollout_commands, rollout_output
from twig.client import Client, HubLost
from twig.hub.errors import RolloutGoing
from twig.hub.rollouts import plan
from twig.hub.rollouts.plan import Gates, Plan, Wave

Run = Callable[..., tuple[int, str, str]]
DONE = replace(PASSED, total=18, confirmed=17, refused=1)
ROLLED_BACK = "wave 2: 1 device has rolled back, none may: Cellar"


def test_a_rollout_begins_as_the_hub_would_have_it(server: Server, twig: Run) -> None:
    code, out, _ = twig("rollout", "start", "0.2.0")
    assert code == 0
    assert server.hub.plans == [("0.2.0", Plan(), False)]
    assert out.splitlines() == [
        "Rollout 1 of 0.2.0 to basic, s26: waves of 2, 18, 180 devices.",
        "Left out: 1 that have rolled back from it (--again).",
        "'twig rollout watch 1' follows it, 'twig rollout stop' ends it at once.",
    ]


def test_all_of_it_can_be_chosen(server: Server, twig: Run) -> None:
    waves = ["--canary", "kitchen", "--wave", "2.5%", "--wave", "cellar, kit", "--wave", "100%"]
    gates = ["--least-confirmed", "50", "--most-rolled-back", "1", "--most-errors", "2", "--least-heap", "3"]
    code, out, _ = twig(
        "rollout", "start", "0.2.0", *waves, *gates, "--pause", "0.5", "--at-once", "4", "--again", "--json"
    )
    assert (code, json.loads(out)["id"]) == (0, 1)
    chosen = (Wave((KITCHEN,)), Wave(share=0.025), Wave((CELLAR, KITCHEN)), Wave(share=1.0))
    assert server.hub.plans == [("0.2.0", Plan(chosen, Gates(0.5, 1, 2, 3), 30.0, 4), True)]


def test_canaries_stand_before_the_usual_waves(server: Server, twig: Run) -> None:
    usual = tuple(Wave(share=share) for share in plan.SHARES)
    twig("rollout", "start", "0.2.0", "--canary", "3")
    twig("rollout", "start", "0.2.0", "--canary", "kitchen", "--canary", "cellar")
    waves = [plan.waves for _, plan, _ in server.hub.plans]
    assert waves == [(Wave(count=3), *usual), (Wave((KITCHEN, CELLAR)), *usual)]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--wave", "0%"], "'0%' is no share"),
        (["--wave", "101%"], "'101%' is no share"),
        (["--wave", "x%"], "'x%' is no share"),
        (["--wave", "nan%"], "'nan%' is no share"),
        (["--wave", "attic"], "No device 'attic'"),
        (["--canary", "0"], "No device '0'"),
        (["--at-once", "0"], "--at-once"),
    ],
)
def test_what_is_no_plan(server: Server, twig: Run, args: list[str], words: str) -> None:
    code, out, err = twig("rollout", "start", "0.2.0", *args)
    assert (code != 0, out, words in one_line(err)) == (True, "", True)
    assert server.hub.plans == []


def test_what_the_hub_says_no_to(server: Server, twig: Run) -> None:
    server.hub.fault = RolloutGoing(1, "0.1.9")
    code, _, err = twig("rollout", "start", "0.2.0")
    assert (code, "Rollout 1 of 0.1.9 is not over" in one_line(err)) == (1, True)


def test_rollouts_are_listed_and_shown(server: Server, twig: Run) -> None:
    server.hub.course(rollout(1, "stopped", ROLLED_BACK))
    server.hub.course(rollout(2, devices=[(KITCHEN, 1, "trial"), (CELLAR, 2, "confirmed")]))
    _, out, _ = twig("rollout", "list")
    assert out.splitlines() == [
        "2\t0.2.0\trunning\t9\t200\t2026-02-02 02:40",
        f"1\t0.2.0\tstopped\t9\t200\t2026-02-02 02:40\t{ROLLED_BACK}",
    ]
    assert [one["id"] for one in json.loads(twig("rollout", "list", "--json")[1])] == [2, 1]
    _, out, _ = twig("rollout", "show")
    assert out.splitlines() == [
        "Rollout 2 of 0.2.0 to basic, s26, running",
        "  wave 1: passed, 2 devices: 2 confirmed",
        "  wave 2: open, 18 devices: 7 confirmed, 3 under way, 7 not offered it yet, 2 of them offline, "
        "1 refused or missing",
        "  wave 3: waiting, 180 devices: 180 not offered it yet, 5 of them offline",
        "  Kitchen (wave 1): on trial",
    ]
    assert json.loads(twig("rollout", "show", "1", "--json")[1])["reason"] == ROLLED_BACK


def test_many_devices_are_not_all_named(server: Server, twig: Run) -> None:
    server.hub.course(rollout(devices=[(f"guid {number}", 1, "trial") for number in range(30)]))
    _, out, _ = twig("rollout", "show", "1")
    assert out.count("guid ") == 20
    assert out.endswith("  and 10 more; --json lists all\n")


def test_a_rollout_is_paused_resumed_and_stopped(server: Server, twig: Run) -> None:
    server.hub.course(rollout())
    for act, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        code, out, _ = twig("rollout", act)
        assert (code, out.split("\t")[2], server.hub.courses[1].state) == (0, state, state)
    code, _, err = twig("rollout", "resume", "1")
    assert (code, "begin another one" in one_line(err)) == (1, True)


@pytest.mark.parametrize("act", ["show", "watch", "pause", "resume", "stop"])
def test_without_a_rollout(server: Server, twig: Run, act: str) -> None:
    code, _, err = twig("rollout", act)
    assert (code, "There is no rollout yet" in one_line(err)) == (1, True)
    code, _, err = twig("rollout", act, "7")
    assert (code, "No rollout 7 is known" in one_line(err)) == (1, True)


def goes(server: Server, monkeypatch: pytest.MonkeyPatch, *courses: object) -> None:
    """At each question the rollout is one step further."""
    left = list(courses)
    monkeypatch.setattr(
        rollout_commands.time, "sleep", lambda seconds: left and server.hub.course(left.pop(0))
    )


def test_a_rollout_is_watched_to_its_end(server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    server.hub.course(rollout())
    paused = rollout(1, "paused", "by a person")
    late = replace(OPEN, state="passed", total=180, pending=5, offline=5, active=0, confirmed=175, refused=0)
    goes(server, monkeypatch, paused, rollout(), rollout(1, "done", waves=[PASSED, DONE, late]))
    asked, lost = Client.rollout, [True, False, False]

    def asked_of_a_hub_that_restarts(self: Client, number: int) -> object:
        if lost and lost.pop():
            raise HubLost("gone")
        return asked(self, number)

    monkeypatch.setattr(Client, "rollout", asked_of_a_hub_that_restarts)
    code, out, err = twig("rollout", "watch")
    assert (code, out) == (
        0,
        "Rollout 1 of 0.2.0 to basic, s26, done. 194 of 200 devices have it. 5 get it when they next come.\n",
    )
    lines = err.splitlines()
    heads = [line.removeprefix("Rollout 1 of 0.2.0 to basic, s26, ") for line in lines if line[0] == "R"]
    assert heads == ["running", "paused: by a person", "done"]
    assert lines[-1].startswith("wave 3: passed, 180 devices: 175 confirmed")
    assert len(lines) == len(set(lines)) == 3 + 5  # what has not changed is not said again


def test_a_rollout_that_stops_is_an_error(server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    server.hub.course(rollout())
    goes(server, monkeypatch, rollout(1, "stopped", ROLLED_BACK))
    code, out, err = twig("rollout", "watch", "1")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        f"twig: Rollout 1 of 0.2.0 to basic, s26, stopped: {ROLLED_BACK}. 9 of 200 devices have it."
    )


def test_a_terminal_shows_a_bar_for_each_wave() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=140, color_system="truecolor")
    with rollout_output.bars(asdict(rollout(1, "paused", "by a person")), console):
        pass
    text = out.getvalue()
    for words in ("Wave 1", "2/2", "Wave 2", " 8/18", "  0/180", " 10/200", "paused, 3 fetching"):
        assert words in text
    assert "3 under way, 2 offline, 1 refused" in text


def test_nothing_that_devices_and_releases_say_steers_a_terminal() -> None:
    evil = asdict(rollout(1, "stopped", "\x1b[2J", version="\x1b[2J", boards=["\x1b[2J"]))
    evil["devices"] = [{"guid": "g", "wave": 1, "state": "trial"}]
    said = [rollout_output.line(evil), rollout_output.ended(evil), *rollout_output.begun(evil)]
    said += rollout_output.about(evil, {"g": "\x1b[2J"})
    assert not any("\x1b" in line for line in said)
