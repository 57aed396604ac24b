"""`twig devices`, `twig set`, `twig watch` against a served API."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests_host.unit.api.fake import CELLAR, KITCHEN
from tests_host.unit.cli.conftest import Server, one_line
from twig.hub.errors import NoAnswer

Run = Callable[..., tuple[int, str, str]]


def test_devices_are_lines_with_tabs_where_nobody_looks(server: Server, twig: Run) -> None:
    code, out, _ = twig("devices")
    assert code == 0
    cellar, kitchen = (line.split("\t") for line in out.splitlines())
    assert cellar[:4] == [CELLAR, "Cellar", "s26", "offline"]
    assert kitchen[4] == "Relay off, Button off, Level 21.5 %"


def test_devices_as_json(server: Server, twig: Run) -> None:
    _, out, _ = twig("devices", "--json")
    assert {one["guid"] for one in json.loads(out)} == {CELLAR, KITCHEN}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["Kitchen", "Relay", "on"], "Kitchen Relay on"),
        ([KITCHEN, "1", "TRUE"], "Kitchen Relay on"),
        (["1111", "relay", "0"], "Kitchen Relay off"),
        (["kit", "relay", "yes"], "Kitchen Relay on"),
        (["kitchen", "level", "-3.5"], "Kitchen Level -3.5 %"),
    ],
)
def test_set(server: Server, twig: Run, args: list[str], said: str) -> None:
    assert twig("set", *args) == (0, said + "\n", "")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["Attic", "1", "on"], "No device 'Attic'. Known: Kitchen, Cellar."),
        (["Kitchen", "lamp", "on"], "Kitchen has no IO 'lamp'. It has: Relay (1), Button (2), Level (3)."),
        (["Kitchen", "relay", "maybe"], "give on or off"),
        (["Kitchen", "level", "much"], "give a number from 0 to 100 (%)"),
        (["Kitchen", "level", "nan"], "give a number"),
        (["Kitchen", "button", "on"], "can be read only"),
        (["Cellar", "relay", "on"], "Cellar is offline"),
    ],
)
def test_set_says_in_one_line_what_is_wrong(server: Server, twig: Run, args: list[str], words: str) -> None:
    code, out, err = twig("set", *args)
    assert (code, out) == (1, "")
    assert words in one_line(err)


def test_set_passes_on_what_the_device_did_not_do(server: Server, twig: Run) -> None:
    server.hub.fault = NoAnswer("Kitchen", 5)
    code, _, err = twig("set", "Kitchen", "relay", "on")
    assert (code, "did not answer" in one_line(err)) == (1, True)


def test_watch_prints_events_and_connects_again_to_a_hub_that_restarts(server: Server) -> None:
    command = [sys.executable, "-m", "twig.cli", "watch"]
    env = {**os.environ, "PYTHONPATH": "tools:."}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        for _ in range(2):
            assert watching.stdout.readline().split()[1] == "ready"
            server.call(lambda: server.hub.events.publish("value", guid=KITCHEN, io=1, value=True))
            assert watching.stdout.readline().split()[1:] == ["value", "Kitchen", "Relay", "on"]
            server.call(lambda: server.hub.events.publish("identify", guid=KITCHEN, time_ms=1))
            assert watching.stdout.readline().split()[1:] == ["identify", "Kitchen", "identifies", "itself"]
            server.call(lambda: server.hub.progress(KITCHEN, "fetching", 40))
            assert watching.stdout.readline().split()[1:] == [
                "update",
                "Kitchen",
                "0.2.0",
                "fetching",
                "40",
                "%",
            ]
            server.call(server.hub.events.close)
            assert "closed the connection. Connecting again." in watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        assert watching.communicate(timeout=10) == ("", "")
        assert watching.returncode == 130


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "127.0.0.1:9"])
def test_no_hub(twig: Run, url: str) -> None:
    for args in (["devices"], ["set", "a", "b", "c"], ["watch"]):
        code, _, err = twig(*args, "--hub", url)
        assert (code, "No hub answers at http://127.0.0.1:9" in one_line(err)) == (1, True)


def test_an_address_that_is_none(twig: Run) -> None:
    for url in ("http://[", "ftp://x", "http://a b", ""):
        code, _, err = twig("devices", "--hub", url)
        assert (code, one_line(err)[:6]) == (1, "twig: ")
