"""A plug that is told its hub: by address, by name, and what it does when nobody is there."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host.system import rig
from tests_host.system.rig import HubProcess
from tests_host.system.tap import Tap

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("configured") / "hub", rig.free_port()) as running:
        yield running


def test_an_address_needs_no_multicast(hub: HubProcess, tmp_path: Path) -> None:
    where = f"127.0.0.1:{hub.ports['device']}"
    with rig.plug(tmp_path / "plug", rig.free_port(), hub=where):
        device = hub.joined("plug")
        assert hub.set(device["guid"], True).status_code == 200


def test_a_second_start_registers_under_the_same_guid_without_its_ios(
    hub: HubProcess, tmp_path: Path
) -> None:
    with Tap(("127.0.0.1", hub.ports["device"])) as tap:
        plug = rig.plug(tmp_path / "again", rig.free_port(), hub=f"127.0.0.1:{tap.port}")
        with plug:
            first = hub.joined("again")
            assert hub.set(first["guid"], True).status_code == 200
        assert commands.REQUEST_GUID in tap.up and commands.REGISTER_IO in tap.up
        hub.offline("again")
        tap.up.clear()
        tap.down.clear()
        with plug:
            second = rig.until(lambda: reported(hub, False), "the plug's second start")
            assert second["guid"] == first["guid"]
            assert tap.up[:2] == [commands.GET_PARENT, commands.REGISTER_DEVICE]
            assert commands.REGISTER_IO not in tap.up
            assert tap.down[:2] == [commands.SET_PARENT, commands.ACCEPT_DEVICE]


def reported(hub: HubProcess, relay: bool) -> rig.Device | None:
    """The plug, when it is online and has told that its relay is off after the power-on."""
    found = hub.device("again")
    return found if found and found["online"] and rig.value(found, rig.RELAY) is relay else None


@contextmanager
def names(answers: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """A name server in a few lines: its port, and the names that were asked for."""
    asked: list[str] = []
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(server, answers, asked), daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.sendto(b"", server.getsockname())
        thread.join()


def serve(server: socket.socket, answers: dict[str, str], asked: list[str]) -> None:
    """Answer until an empty datagram comes."""
    while True:
        query, sender = server.recvfrom(512)
        if not query:
            return
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += query[at] + 1
        name = ".".join(labels)
        asked.append(name)
        question = query[12 : at + 5]
        found = answers.get(name)
        header = query[:2] + struct.pack(">HHHHH", 0x8180 if found else 0x8183, 1, bool(found), 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(found) if found else b""
        server.sendto(header + question + record, sender)


def test_a_host_name_is_resolved(hub: HubProcess, tmp_path: Path) -> None:
    where = f"hub.example:{hub.ports['device']}"
    with (
        names({"hub.example": "127.0.0.1"}) as (port, asked),
        rig.plug(tmp_path / "named", rig.free_port(), hub=where) as plug,
    ):
        plug.state.set_dns("127.0.0.1", port)
        hub.joined("named")
        assert set(asked) == {"hub.example"}
        rig.untroubled(plug)


@pytest.mark.proof
def test_discovery_helps_when_the_address_fails_for_a_minute(hub: HubProcess, tmp_path: Path) -> None:
    """60 s, up to which the configured address alone is tried."""
    where = f"127.0.0.1:{rig.free_port()}"
    with rig.plug(tmp_path / "lost", hub.ports["discovery"], hub=where) as plug:
        begun = time.monotonic()
        hub.joined("lost", 150)
        assert time.monotonic() - begun > 60
        rig.untroubled(plug)
