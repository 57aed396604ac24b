"""A plug and the people's side: API, events, commands and the page's form, over the real thing."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from firmware.protocol import guid
from tests_host.device import Device, connect
from tests_host.hubs import local_bearer
from tests_host.system import rig
from tests_host.system.rig import BUTTON, RELAY, HubProcess
from twig.client import parse
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(120)
NOBODY = guid.text(b"nobody has this!")
ANSWER_S = 5.0  # the hub's patience with a device
COMMAND_S = 20.0
FLOOD_S = 3.1  # firmware.drivers.relay: at most five changes within 3 s


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("api") / "hub", rig.free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def plug(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """One plug for the module."""
    with rig.plug(tmp_path_factory.mktemp("api") / "lamp", hub.ports["discovery"]) as running:
        hub.joined("lamp")
        yield running


def changes(plug: Plug) -> int:
    """How often the relay was switched within the time that its guard against chatter looks at."""
    return sum(time.monotonic_ns() - edge.ns < FLOOD_S * 1e9 for edge in rig.relay_edges(plug))


@pytest.fixture
def lamp(hub: HubProcess, plug: Plug) -> str:
    """Its GUID; the relay is off, and not changed too often for a test's changes."""
    rig.until(lambda: changes(plug) <= 1, "a relay at rest")
    found = hub.joined("lamp")
    if rig.relay(plug):
        rig.press(plug)
        rig.until(lambda: rig.value(hub.joined("lamp"), RELAY) is False, "the relay off")
    return str(found["guid"])


def test_statuses(hub: HubProcess, plug: Plug, lamp: str) -> None:
    answers = {
        404: [hub.set(NOBODY, True), hub.set(lamp, True, io=99), hub.http.get(f"/devices/{NOBODY}")],
        422: [hub.set(lamp, "on"), hub.set(lamp, 1), hub.set(lamp, None), hub.set(lamp, True, io=BUTTON)],
        200: [
            hub.set(lamp, True),
            hub.http.get(f"/devices/{lamp}"),
            hub.http.post(f"/devices/{lamp}/query-ios"),
        ],
    }
    for status, given in answers.items():
        assert [answer.status_code for answer in given] == [status] * len(given)
    assert rig.relay(plug)
    assert answers[200][2].json()["ios"][0]["name"] == "Relay"


def test_200_comes_when_the_relay_has_switched(hub: HubProcess, plug: Plug, lamp: str) -> None:
    seen = plug.state.edge_count
    assert hub.set(lamp, True).status_code == 200
    answered = time.monotonic_ns()
    (edge,) = rig.relay_edges(plug, seen)
    assert edge.level == 1
    assert edge.ns < answered


def test_a_plug_without_power_is_409(hub: HubProcess, tmp_path: Path) -> None:
    with rig.plug(tmp_path / "gone", hub.ports["discovery"]) as plug:
        device = hub.joined("gone")
        plug.power_cut()
        hub.offline("gone")
        assert hub.set(device["guid"], True).status_code == 409
        assert rig.value(hub.device("gone") or {"ios": []}, RELAY) is False


async def test_a_device_that_never_answers_is_504_and_disturbs_nobody(
    hub: HubProcess, plug: Plug, lamp: str
) -> None:
    deaf = Device(name="deaf", obedient=False)
    wire = await connect(hub.ports["device"], deaf)
    deaf.register()
    await deaf.expect(8)  # RequestIOs
    deaf.register_ios()
    await deaf.expect(6)  # AcceptDevice
    begun = time.monotonic()
    slow = asyncio.create_task(asyncio.to_thread(hub.set, deaf.text, True))
    await asyncio.sleep(0.5)
    quick = await asyncio.to_thread(hub.set, lamp, True)
    assert (quick.status_code, rig.relay(plug)) == (200, True)
    assert time.monotonic() - begun < ANSWER_S
    assert (await slow).status_code == 504
    assert ANSWER_S - 0.5 < time.monotonic() - begun < ANSWER_S + 2
    await wire.close()


async def test_a_parent_with_children_beside_a_plug(hub: HubProcess, plug: Plug, lamp: str) -> None:
    """Without an administrator's word the children stay out; the parent and the plug work on."""
    parent = Device(name="bridge")
    wire = await connect(hub.ports["device"], parent)
    await parent.join()
    children = [parent.adopt(name=f"child {number}") for number in range(2)]
    for child in children:
        child.register()
    await asyncio.sleep(0.5)
    names = {device["name"] for device in await asyncio.to_thread(hub.devices) if device["online"]}
    assert names >= {"bridge", "lamp"}
    assert not names & {"child 0", "child 1"}
    assert (await asyncio.to_thread(hub.set, parent.text, True)).status_code == 200
    assert (await asyncio.to_thread(hub.set, lamp, True)).status_code == 200
    assert rig.relay(plug)
    await wire.close()


def test_events_tell_a_press(hub: HubProcess, plug: Plug, lamp: str) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    with hub.http.stream("GET", "/events", timeout=COMMAND_S) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        presser = threading.Timer(0.3, plug.press)
        presser.start()
        for kind, data in parse(lines):
            if kind == "value" and data["guid"] == lamp:
                seen.append((kind, {"io": data["io"], "value": data["value"]}))
            if {"io": BUTTON, "value": False} in [data for _, data in seen]:
                break
        presser.join()
    values = [(data["io"], data["value"]) for _, data in seen]
    assert values[-1] == (BUTTON, False)
    assert sorted(values[:2]) == [(RELAY, True), (BUTTON, True)]


def twig(hub: HubProcess, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `twig` against that hub."""
    command = [sys.executable, "-m", "twig.cli", *arguments]
    environment = {**rig.environment(), "TWIG_HUB": hub.url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=COMMAND_S)


def test_twig_devices_and_set(hub: HubProcess, plug: Plug, lamp: str) -> None:
    listed = twig(hub, "devices", "--json")
    assert lamp in [device["guid"] for device in json.loads(listed.stdout)]
    done = twig(hub, "set", "lamp", "relay", "on")
    assert (done.returncode, done.stderr) == (0, "")
    assert rig.relay(plug)
    wrong = twig(hub, "set", "lamp", "relay", "maybe")
    assert wrong.returncode != 0
    assert len(wrong.stderr.splitlines()) == 1


def test_twig_watch(hub: HubProcess, plug: Plug, lamp: str) -> None:
    command = [sys.executable, "-u", "-m", "twig.cli", "watch", "--json", "--hub", hub.url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=rig.environment(), stdout=pipe, text=True) as process:
        try:
            rig.until(lambda: hub.http.get("/health").json()["subscribers"] >= 1, "the watcher")
            presser = threading.Timer(0.2, plug.press)
            presser.start()
            assert process.stdout
            found = (json.loads(line) for line in process.stdout)
            event = next(each for each in found if each["event"] == "value" and each.get("io") == RELAY)
            assert (event["guid"], event["value"]) == (lamp, True)
            presser.join()
        finally:
            process.terminate()


def test_the_form_works_without_javascript(hub: HubProcess, plug: Plug, lamp: str) -> None:
    headers = local_bearer(hub.data)
    with httpx.Client(base_url=hub.url, trust_env=False, timeout=COMMAND_S, headers=headers) as browser:
        page = browser.get("/").text
        assert f'action="/devices/{lamp}/ios/{RELAY}"' in page
        for word, wanted in (("on", True), ("off", False)):
            answer = browser.post(
                f"/devices/{lamp}/ios/{RELAY}", data={"value": word}, headers={"Origin": hub.url}
            )
            assert answer.status_code == 303
            assert rig.relay(plug) is wanted


def test_query_ios_of_a_plug_keeps_its_history(hub: HubProcess, plug: Plug, lamp: str) -> None:
    before = hub.http.get(f"/devices/{lamp}").json()["ios"]
    assert hub.http.post(f"/devices/{lamp}/query-ios").status_code == 200
    after = hub.http.get(f"/devices/{lamp}").json()["ios"]
    assert [io["id"] for io in before] == [io["id"] for io in after]
    assert hub.set(lamp, True).status_code == 200
    rig.untroubled(plug)
