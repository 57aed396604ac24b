"""The firmware's TLS client and the hub: they know each other, talk, and close."""

import asyncio

import pytest

from firmware.network.records import Records, TlsError
from firmware.network.wait import readable
from firmware.protocol import commands, frame
from tests_host.device import Device, Message
from tests_host.hubs import QUICK, running, until
from tests_host.known import know
from tests_host.openssl import IDENTITY, KEY
from tests_host.unit.firmware.psk_client import WAIT_S, opened
from twig.hub.keys.peer import Peer

PEER = Peer(IDENTITY.encode(), KEY, bytes.fromhex("ab" * 16), None)


async def listen(link: Records, device: Device) -> None:
    """Give the device what comes, until the hub closes."""
    frames = frame.Reader(1 << 20)
    while True:
        await readable(link.sock)
        chunk = link.recv(100)
        if chunk == b"":
            return
        frames.feed(chunk or b"")
        while message := frames.next():
            device.take(Message(*message))


async def test_the_firmwares_client_and_the_hub_talk(flash, caplog):
    caplog.set_level("INFO", "twig.hub")
    async with running(flash / "hub", insecure=False) as hub:
        know(hub, PEER)
        link = await opened(hub.ports["tls"])
        device = Device(PEER.guid, write=link.send)
        reading = asyncio.create_task(listen(link, device))
        await device.join()
        await hub.set_value(device.text, 1, True)
        assert device.values == {1: True}
        await hub.set_config(device.text, {"name": "x" * 1_200})
        device.send(commands.PING, b"last word")
        assert (await device.expect(commands.PONG)).data == b"last word"
        link.close()
        reading.cancel()
        await until(lambda: not hub.device(device.text).online)
    closed = [one for one in caplog.records if one.getMessage() == "connection closed"]
    assert [one.__dict__["fields"]["reason"] for one in closed] == ["closed by the device"]


async def test_the_hub_says_that_it_closes(flash):
    async with running(flash / "hub", timing=QUICK) as hub:
        know(hub, PEER)
        link = await opened(hub.ports["tls"])
        await asyncio.wait_for(listen(link, Device()), WAIT_S)  # returns at a close_notify only
        link.sock.close()


@pytest.mark.parametrize(("identity", "key"), [(IDENTITY, bytes(32)), ("j:0011223344556677", KEY)])
async def test_a_hub_that_does_not_know_the_key(flash, identity, key):
    async with running(flash / "hub", insecure=False) as hub:
        know(hub, PEER)
        with pytest.raises(TlsError, match="it has another key for this device"):
            await opened(hub.ports["tls"], identity, key)
