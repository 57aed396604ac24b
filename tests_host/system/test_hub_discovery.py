"""Beacons of real hubs on loopback, by multicast."""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import beacon, guid
from tests_host.hubs import QUICK, running, until
from twig.hub import discovery
from twig.hub.errors import StartError
from twig.hub.hub import Hub

SELDOM = replace(QUICK, beacon=60.0)
LOOPBACK = socket.inet_aton("127.0.0.1")
Beacon = tuple[int, str | None, bytes, list[tuple[int, int]]]


class Ear(asyncio.DatagramProtocol):
    """A device's ear: it has joined the group; `direct` heard by unicast."""

    def __init__(self) -> None:
        self.heard: list[Beacon] = []

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        if data != beacon.SOLICIT:
            self.heard.append(beacon.decode(data))


@asynccontextmanager
async def listening(port: int, group: bool = True) -> AsyncIterator[tuple[Ear, Callable[[bytes], None]]]:
    """What is heard in the group or, on another port, by unicast; and a function that sends to the group."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, LOOPBACK)
    udp.bind((beacon.GROUP, port) if group else ("127.0.0.1", 0))
    if group:
        membership = struct.pack("4s4s", socket.inet_aton(beacon.GROUP), LOOPBACK)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    ear = Ear()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: ear, sock=udp)
    try:
        yield ear, lambda data: transport.sendto(data, (beacon.GROUP, port))
    finally:
        transport.close()


async def test_a_hub_announces_itself_again_and_again(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    async with listening(port) as (ear, _), running(tmp_path, timing=QUICK, discovery_port=port) as hub:
        await until(lambda: len(ear.heard) >= 3)
        entries = [(beacon.TLS, hub.ports["tls"]), (beacon.TCP, hub.ports["device"])]
        releases = (beacon.RELEASES, hub.ports["release"])
        assert ear.heard[0] == (0, "127.0.0.1", guid.parse(hub.guid), [*entries, releases])
        hub.ports["http"] = 8080
        await until(lambda: ear.heard[-1][3] == [*entries, (beacon.HTTP, 8080), releases])


async def test_https_is_not_announced_as_http(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port, given = free_port(), {"https_cert": tmp_path / "cert.pem", "https_key": tmp_path / "key.pem"}
    async with (
        listening(port) as (ear, _),
        running(tmp_path, timing=QUICK, discovery_port=port, **given) as hub,
    ):
        hub.ports["http"] = 8443
        heard = len(ear.heard)
        await until(lambda: len(ear.heard) >= heard + 3)
        assert [protocol for protocol, _ in ear.heard[-1][3]] == [beacon.TLS, beacon.TCP, beacon.RELEASES]


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")]
)
async def test_the_address_is_one_at_which_the_hub_listens(
    tmp_path: Path, free_port: Callable[[], int], host: str, told: str
) -> None:
    port = free_port()
    async with listening(port) as (ear, _), running(tmp_path, timing=QUICK, discovery_port=port, host=host):
        await until(lambda: ear.heard)
        assert ear.heard[0][1] == told


@pytest.mark.parametrize(
    ("role", "development", "flags"),
    [("standard", False, 0), ("backup", False, 1), ("standard", True, 2), ("backup", True, 3)],
)
async def test_flags_tell_role_and_development(
    tmp_path: Path, free_port: Callable[[], int], role: str, development: bool, flags: int
) -> None:
    port = free_port()
    options = {"discovery_port": port, "role": role, "development": development}
    async with listening(port) as (ear, _), running(tmp_path, timing=QUICK, **options):
        await until(lambda: ear.heard)
        assert ear.heard[0][0] == flags


async def test_a_solicit_is_answered_to_the_group_and_to_the_asker(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    async with (
        running(tmp_path, timing=SELDOM, discovery_port=port) as hub,
        listening(port) as (group, _),
        listening(port, group=False) as (asker, ask),
    ):
        await until(lambda: hub.health()["discovery"]["sent"] == 1)
        group.heard.clear()
        ask(beacon.SOLICIT)
        await until(lambda: group.heard and asker.heard, 1)
        assert asker.heard[0][2] == group.heard[0][2] == guid.parse(hub.guid)


async def test_many_that_ask_share_the_answers_to_the_group(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    async with (
        running(tmp_path, timing=SELDOM, discovery_port=port) as hub,
        listening(port) as (group, _),
        listening(port, group=False) as (asker, ask),
    ):
        await until(lambda: hub.health()["discovery"]["sent"] == 1)
        for _ in range(200):
            ask(beacon.SOLICIT)
        await until(lambda: hub.health()["discovery"]["solicits"] >= 200)
        await asyncio.sleep(0.3)
        assert 1 <= len(asker.heard) <= 4
        assert len(group.heard) <= 5


async def test_what_is_no_solicit_is_counted_and_ignored(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    async with (
        running(tmp_path, timing=SELDOM, discovery_port=port) as hub,
        listening(port, group=False) as (asker, send),
    ):
        await until(lambda: hub.health()["discovery"]["sent"] == 1)
        for data in (b"T", b"TWIG", b"TWIG??", b"\xff" * 1_400):
            send(data)
        send(beacon.encode(0, bytes(4), b"other---" * 2, [(beacon.TCP, 1)]))
        await until(lambda: hub.health()["discovery"]["bad"] == 4)
        await until(lambda: hub.health()["discovery"]["beacons_heard"] >= 1)
        assert asker.heard == []


async def test_two_hubs_on_one_host_are_both_heard(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    places = [tmp_path / "one", tmp_path / "two"]
    async with (
        running(places[0], timing=SELDOM, discovery_port=port) as one,
        running(places[1], timing=SELDOM, discovery_port=port) as two,
        listening(port, group=False) as (asker, ask),
    ):
        ask(beacon.SOLICIT)
        hubs: list[Hub] = [one, two]
        await until(lambda: {heard[2] for heard in asker.heard} == {guid.parse(hub.guid) for hub in hubs})


async def test_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(StartError, match="choose another"):
        async with running(tmp_path, device_port=taken.getsockname()[1]):
            pass
    async with running(tmp_path):  # the failed start has let go of the directory
        pass


class Offline(socket.socket):
    """The socket of a computer without a network, which joins no group and sends nothing, until `up`."""

    tries, up = 0, False

    def setsockopt(self, level: int, option: int, *value: object) -> None:
        if option == socket.IP_ADD_MEMBERSHIP and not self.up:
            raise OSError(errno.ENODEV, "No such device")

    def sendto(self, data: object, *where: object) -> int:
        self.tries += 1
        if not self.up:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return 0


async def test_a_missing_network_is_told_once_and_its_return_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    offline = Offline(socket.AF_INET, socket.SOCK_DGRAM)
    offline.setblocking(False)
    monkeypatch.setattr(discovery, "_socket", lambda settings: offline)
    caplog.set_level(logging.INFO, "twig.hub.discovery")
    async with running(tmp_path, timing=QUICK):
        await until(lambda: offline.tries >= 3)
        offline.up = True
        await until(lambda: len(caplog.messages) >= 2)
        tries = offline.tries
        await until(lambda: offline.tries >= tries + 2)
    told = [each for each in caplog.messages if each.startswith("beacons")]
    assert told == ["beacons cannot be sent", "beacons are sent again"]
