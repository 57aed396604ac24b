"""The hub's port with TLS: who gets in, who does not, and what is on the wire, over real sockets."""

import asyncio
import logging
from asyncio.subprocess import PIPE
from dataclasses import replace
from pathlib import Path

import pytest
from OpenSSL import SSL

from firmware.protocol import commands, frame, guid
from tests_host import middle, openssl
from tests_host.device import Message
from tests_host.hubs import PATIENT, joined, running, until
from tests_host.known import know
from tests_host.openssl import ASKING, IDENTITY, KEY, SUITE
from tests_host.psk import connect, device_peer, dial, keyed
from twig.hub.keys.peer import Peer

PEER = Peer(IDENTITY.encode(), KEY, bytes.fromhex("ab" * 16), None)
NONCE = b"8 bytes!"
ASK = frame.encode(PEER.guid, guid.SERVER, commands.PING, NONCE)
RECORD_MOST = 5 + 1_024 + 1 + 16
# A hub that closes soon, so that `openssl s_client` ends.
SOON = replace(PATIENT, register=1.0)


def messages(raw: bytes) -> list[Message]:
    """The messages of a stream."""
    reader, found = frame.Reader(1 << 20), []
    reader.feed(raw)
    while message := reader.next():
        found.append(Message(*message))
    return found


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why connections were closed."""
    closed = [one for one in caplog.records if one.getMessage() == "connection closed"]
    return [one.__dict__["fields"]["reason"] for one in closed]


async def test_openssls_client_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path, timing=SOON, insecure=False) as hub:
        know(hub, PEER)
        said, complaint = await asyncio.to_thread(openssl.client, hub.ports["tls"], said=ASK)
    answer, late = messages(said)
    assert (answer.command, answer.sender, answer.data) == (commands.PONG, guid.SERVER, NONCE)
    assert late.fields["text"] == "not registered in time"
    assert "error" not in complaint


async def test_new_keys_when_the_client_wants_them(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, asyncio.timeout(openssl.SAYS_S):
        know(hub, PEER)
        command = openssl.asking(hub.ports["tls"])
        client = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        assert client.stdin and client.stdout and client.stderr
        for renew in (b"K\n", b"k\n", b"K\n"):  # both sides' keys, its own
            client.stdin.write(renew)
            await client.stderr.readuntil(b"KEYUPDATE\n")
            client.stdin.write(ASK)
            await client.stdout.readuntil(NONCE)
        client.stdin.close()
        await client.wait()


async def test_the_connection_knows_whose_key_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        peers = [device_peer(), Peer(b"j:0011223344556677", bytes(range(32)), None, 7)]
        for peer in peers:
            know(hub, peer)
        lines = [await dial(hub.ports["tls"], peer) for peer in peers]
        await until(lambda: {one.proof for one in hub._server._connections} == set(peers))
        for line in lines:
            line.close()


@pytest.mark.parametrize(
    ("options", "secret", "alert", "reason"),
    [
        ((), {"key": bytes(32)}, 51, f"it does not have the key of {guid.text(PEER.guid)}"),
        ((), {"identity": "j:" + "0" * 16}, 51, "it offers the key of a join code, which is not known here"),
        ((), {"identity": "x" * 500}, 51, "it offers a key, which is not known here"),
        ((*ASKING[:2], "-ciphersuites", "TLS_AES_128_GCM_SHA256"), {}, 40, f"it does not offer {SUITE}"),
        (("-tls1_2", "-cipher", "PSK"), {}, 70, "it speaks no TLS 1.3"),
        (("-tls1_2",), {"key": b""}, 70, "it speaks no TLS 1.3"),
        ((ASKING[0], *ASKING[2:]), {}, 40, "it offers no shared key, or wants a key exchange with it"),
        (ASKING, {"key": b""}, 40, "it offers no shared key, or wants a key exchange with it"),
        (("-tls1_3",), {"key": b""}, 40, f"it does not offer {SUITE}"),
    ],
    ids=["key", "identity", "long", "gcm", "1.2", "no psk 1.2", "key exchange", "no psk", "plain 1.3"],
)
async def test_others_are_refused_by_name_and_the_hub_goes_on(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    options: tuple[str, ...],
    secret: dict[str, str | bytes],
    alert: int,
    reason: str,
) -> None:
    async with running(tmp_path, timing=SOON, insecure=False) as hub:
        know(hub, PEER)
        ask = openssl.client
        said, complaint = await asyncio.to_thread(ask, hub.ports["tls"], *options, said=ASK, **secret)  # type: ignore[arg-type]
        assert said == b""
        assert f"SSL alert number {alert}" in complaint
        assert reasons(caplog) == [f"TLS: {reason}"]
        async with keyed(hub) as (device, _):
            await hub.set_value(device.text, 1, True)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_long_messages_come_in_records_that_a_device_can_read(tmp_path: Path) -> None:
    sizes: list[int] = []

    def seen(number: int, record: bytes) -> list[bytes]:
        sizes.append(len(record))
        return [record]

    async with running(tmp_path) as hub, middle.between(hub.ports["tls"], seen) as port:
        peer = device_peer()
        know(hub, peer)
        wire = await connect(port, peer)
        await wire.device.join()
        (connection,) = hub._server._connections
        connection.send(wire.device.which, commands.BLOCK, bytes(20_000))
        assert (await wire.device.expect(commands.BLOCK)).data == bytes(20_000)
        assert max(sizes) == RECORD_MOST
        assert sizes.count(RECORD_MOST) == 20_000 // 1_024
        await wire.close()


async def test_what_comes_with_the_finished_is_answered(tmp_path: Path) -> None:
    held: list[bytes] = []

    def gather(number: int, record: bytes) -> list[bytes]:
        """The client's Finished waits for the data behind it."""
        held.append(record)
        if number == 0 or len(held) >= 4:
            record = b"".join(held)
            held.clear()
            return [record]
        return []

    async with running(tmp_path) as hub, middle.between(hub.ports["tls"], up=gather) as port:
        know(hub, PEER)
        line = await dial(port, PEER)
        for _ in range(2):
            line.write(ASK)
        answers = messages(await line.read(1_000) + await line.read(1_000))
        assert [each.command for each in answers] == [commands.PONG] * 2
        line.close()


async def test_more_messages_than_a_turn_and_the_close_in_one_go(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, keyed(hub) as (device, wire):
        line = wire.writer
        report = b"".join(
            frame.encode(device.which, guid.SERVER, commands.VALUE_REPORT, b"\0\0\1\1" + bytes([number & 1]))
            for number in range(300)
        )
        line.tls.send(report)  # type: ignore[attr-defined]
        line.close()
        await until(lambda: not hub.device(device.text).online)
        assert hub.device(device.text).ios[0].value is True


async def test_a_key_that_is_taken_away_ends_its_connections_and_no_other(tmp_path: Path) -> None:
    lost = device_peer()
    async with running(tmp_path) as hub, keyed(hub) as (bystander, _), keyed(hub, lost) as (device, _):
        unregistered = await dial(hub.ports["tls"], lost)
        await until(lambda: sum(one.proof == lost for one in hub._server._connections) == 2)
        await hub.revoke(device.text)
        await device.closed()
        with pytest.raises(OSError, match=r"cut off|reset"):
            await unregistered.read(1)
        assert not hub.device(device.text).online
        with pytest.raises(SSL.Error, match="decrypt error"):
            await dial(hub.ports["tls"], lost)
        await hub.set_value(bystander.text, 1, True)


async def test_both_ports_serve_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, keyed(hub) as (secure, _), joined(hub) as (plain, _):
        for device in (secure, plain):
            await hub.set_value(device.text, 1, True)
        assert {one.proof is None for one in hub._server._connections} == {True, False}
