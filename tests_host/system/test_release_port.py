"""The release port over real sockets: what it gives, and what slow, endless and many clients cost."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from firmware.protocol import commands
from tests_host import signed
from tests_host.device import PLUG, Device
from tests_host.hubs import PATIENT, joined, running, until
from twig.hub.errors import PortTaken
from twig.hub.hub import Hub
from twig.hub.releases import port
from twig.hub.settings import Limits

MADE = signed.release(7, files={"a.mpy": bytes(range(256)) * 400, "b.mpy": b"b" * 50})
HASTY = replace(PATIENT, release_request=0.3, release_chunk=0.3)
END_S = 5.0


@asynccontextmanager
async def serving(data: Path, **others: object) -> AsyncIterator[tuple[Hub, str]]:
    """A hub with a release, and the address of its port."""
    async with running(data, **others) as hub:
        await hub.releases.trust(signed.pem())
        await hub.releases.publish(MADE.encode())
        yield hub, f"http://127.0.0.1:{hub.ports['release']}"


async def test_a_device_in_rescue_gets_all(tmp_path: Path) -> None:
    """As it would: the release, its manifest, each segment by its range, on one connection."""
    async with serving(tmp_path) as (hub, url), httpx.AsyncClient(base_url=url, trust_env=False) as client:
        said = (await client.get("/release/s26")).raise_for_status().json()
        manifest = (await client.get(f"/files/{said['manifest']}")).json()
        assert (manifest["sequence"], manifest["boards"]) == (said["sequence"], ["s26"])
        image, at = b"", 0
        for size, sha256 in manifest["segments"]:
            wanted = {"Range": f"bytes={at}-{at + size - 1}"}
            part = await client.get(f"/files/{manifest['image']['sha256']}", headers=wanted)
            assert (part.status_code, hashlib.sha256(part.content).hexdigest()) == (206, sha256)
            image, at = image + part.content, at + size
        assert image == MADE.image
        assert hashlib.sha256(image).hexdigest() == manifest["image"]["sha256"]
        assert hub.health()["release_port"] == {
            "open": 1,
            "accepted": 1,
            "refused": 0,
            "requests": 4,
            "cut": 0,
        }
        head = await client.head(f"/files/{manifest['image']['sha256']}")
        assert (head.headers["content-length"], head.content) == (str(len(image)), b"")
        missing = await client.get("/release/basic")
        assert (missing.status_code, missing.reason_phrase) == (404, "Not Found")
        assert hub.health()["release_port"]["accepted"] == 1


async def said_by(raw: bytes, number: int) -> bytes:
    """All that the port answers to some bytes, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", number)
    writer.write(raw)
    found = b""
    with suppress(ConnectionResetError):
        async with asyncio.timeout(END_S):
            while part := await reader.read(65_536):
                found += part
    writer.close()
    return found


async def test_an_old_client(tmp_path: Path) -> None:
    """MicroPython's `requests` speaks HTTP/1.0 and reads until the end."""
    async with serving(tmp_path) as (hub, _):
        target = f"/files/{MADE.manifest.sha256}"
        found = await said_by(f"GET {target} HTTP/1.0\r\nHost: hub\r\n\r\n".encode(), hub.ports["release"])
        head, _, body = found.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nConnection: close" in head
        assert body == MADE.image


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 8000, b"431"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", b"413"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"413"),
        (b"DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n", b"404"),
    ],
)
async def test_bad_requests_are_told_and_closed(tmp_path: Path, raw: bytes, status: bytes) -> None:
    async with serving(tmp_path) as (hub, _):
        found = await said_by(raw, hub.ports["release"])
        assert found.startswith(b"HTTP/1.1 " + status + b" ")
        await until(lambda: hub.health()["release_port"]["open"] == 0)


@pytest.mark.parametrize(
    "raw", [b"", b"GET /release/s26 HT", b"GET /release/s26 HTTP/1.1\r\nHost: a\r\n\r\n"]
)
async def test_who_says_nothing_more_is_closed(tmp_path: Path, raw: bytes) -> None:
    async with serving(tmp_path, timing=HASTY) as (hub, _):
        began = asyncio.get_running_loop().time()
        await said_by(raw, hub.ports["release"])
        assert 0.2 < asyncio.get_running_loop().time() - began < END_S
        await until(lambda: hub.health()["release_port"]["open"] == 0)
        assert hub.health()["release_port"]["cut"] == 1


async def test_a_head_that_drips_is_closed(tmp_path: Path) -> None:
    """A byte now and then does not begin the time anew."""
    async with serving(tmp_path, timing=HASTY) as (hub, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["release"])
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(END_S):
                for byte in b"GET /release/s26 HTTP/1.1\r\n" * 9:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    with suppress(TimeoutError):
                        assert await asyncio.wait_for(reader.read(), 0.1) == b""
                        break
        writer.close()
        await until(lambda: hub.health()["release_port"]["open"] == 0)
        assert hub.health()["release_port"]["requests"] == 0


async def test_who_reads_slowly_gets_all(tmp_path: Path) -> None:
    """The connection is closed when the last byte is with the system, not when it waits here."""
    async with serving(tmp_path) as (hub, _):
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        peer.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(peer, ("127.0.0.1", hub.ports["release"]))
        ask = f"GET /files/{MADE.manifest.sha256} HTTP/1.1\r\nHost: a\r\n"
        await loop.sock_sendall(peer, f"{ask}\r\n{ask}\r\n{ask}Connection: close\r\n\r\n".encode())
        found = b""
        while part := await loop.sock_recv(peer, 1_000):
            found += part
            await asyncio.sleep(0)  # the port has its turn after each
        peer.close()
        assert found.count(MADE.image) == 3


@asynccontextmanager
async def narrow(number: int, raw: bytes) -> AsyncIterator[socket.socket]:
    """A peer that has asked and has room for little."""
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    peer.setblocking(False)
    await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", number))
    await asyncio.get_running_loop().sock_sendall(peer, raw)
    yield peer
    peer.close()


async def test_who_takes_a_byte_now_and_then_is_closed(tmp_path: Path) -> None:
    """Though the system could keep the whole answer for it."""
    timing = replace(PATIENT, release_request=END_S, release_chunk=0.5)
    wanted = f"/files/{MADE.manifest.sha256} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-{3 * port.CHUNK}"
    ask = f"GET {wanted}\r\n\r\n".encode()
    async with serving(tmp_path, timing=timing) as (hub, _), narrow(hub.ports["release"], ask) as peer:
        began = asyncio.get_running_loop().time()
        while not hub.health()["release_port"]["cut"]:
            assert asyncio.get_running_loop().time() - began < END_S / 2
            with suppress(BlockingIOError):
                peer.recv(1)
            await asyncio.sleep(0.02)
        assert hub.health()["release_port"]["open"] == 0


async def test_who_takes_a_chunk_in_time_gets_all_and_can_ask_again(tmp_path: Path) -> None:
    """It is neither closed for what the system had taken before, nor while the end is on its way."""
    timing = replace(PATIENT, release_request=0.1, release_chunk=1.0)
    ask = f"GET /files/{MADE.manifest.sha256} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    async with serving(tmp_path, timing=timing) as (hub, _), narrow(hub.ports["release"], ask) as peer:
        loop, found = asyncio.get_running_loop(), b""
        for count in (1, 2):
            while found.count(MADE.image) < count:
                async with asyncio.timeout(END_S):
                    part = await loop.sock_recv(peer, 1_024)
                assert part, f"closed after {len(found)} bytes"
                found += part
                await asyncio.sleep(0.2 / 16)  # a fifth of the time that it has
            await loop.sock_sendall(peer, ask)
        await until(lambda: hub.health()["release_port"]["requests"] == 3)


async def test_who_asks_and_does_not_read_is_closed(tmp_path: Path) -> None:
    """What waits for it is one chunk here and the system's buffer."""
    async with serving(tmp_path, timing=HASTY) as (hub, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["release"], limit=1)
        ask = f"GET /files/{MADE.manifest.sha256} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        writer.write(ask * 200)
        await until(lambda: hub.health()["release_port"]["cut"] == 1, END_S)
        assert hub.health()["release_port"]["open"] == 0
        assert hub.health()["release_port"]["requests"] < 100
        writer.close()
        del reader


async def test_a_connection_does_not_live_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "REQUESTS", 1 << 30)
    async with serving(tmp_path, timing=replace(PATIENT, release_life=0.3)) as (hub, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["release"])
        asked = 0
        with suppress(ConnectionError):
            async with asyncio.timeout(END_S):
                while not reader.at_eof():
                    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    await reader.read(1_000)
                    asked += 1
        assert asked > 1
        await until(lambda: hub.health()["release_port"]["open"] == 0)


async def test_an_address_has_few_connections_and_gets_them_back(tmp_path: Path) -> None:
    limits = Limits(release_connections=3, release_per_address=2)
    async with serving(tmp_path, limits=limits) as (hub, url):
        number = hub.ports["release"]
        held = [await asyncio.open_connection("127.0.0.1", number) for _ in range(2)]
        await until(lambda: hub.health()["release_port"]["open"] == 2)
        assert await said_by(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", number) == b""
        other = await asyncio.open_connection("127.0.0.1", number, local_addr=("127.0.0.2", 0))
        await until(lambda: hub.health()["release_port"]["open"] == 3)
        third = await asyncio.open_connection("127.0.0.1", number, local_addr=("127.0.0.3", 0))
        assert await third[0].read() == b""
        assert hub.health()["release_port"]["refused"] == 2
        for _, writer in [*held, other, third]:
            writer.close()
        await until(lambda: hub.health()["release_port"]["open"] == 0)
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{url}/release/s26")).status_code == 200


async def test_a_hub_that_stops_waits_for_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path) as (hub, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["release"])
        await until(lambda: hub.health()["release_port"]["open"] == 1)
    with suppress(ConnectionResetError):
        async with asyncio.timeout(END_S):
            assert await reader.read() == b""
    writer.close()


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async with serving(tmp_path / "one") as (hub, _):
        with pytest.raises(PortTaken, match="choose another with --release-port"):
            async with running(tmp_path / "two", release_port=hub.ports["release"]):
                pass


async def test_a_device_gets_blocks(tmp_path: Path) -> None:
    async with serving(tmp_path) as (hub, _), joined(hub, Device(ios=PLUG)) as (device, _):
        wanted = bytes.fromhex(MADE.manifest.sha256)
        end = len(MADE.image)
        for offset, count, data in (
            (0, 1024, MADE.image[:1024]),
            (5000, 300, MADE.image[5000:5300]),
            (end - 10, 1024, MADE.image[-10:]),
            (0, 60_000, MADE.image[:1024]),
            (end, 1024, b""),
            (0xFFFFFFFF, 1024, b""),
        ):
            device.say(commands.GET_BLOCK, sha256=wanted, offset=offset, count=count)
            block = (await device.expect(commands.BLOCK)).fields
            assert (block["offset"], block["data"]) == (offset, data)
        device.say(commands.GET_BLOCK, sha256=bytes.fromhex(MADE.digest), offset=0, count=1024)
        assert (await device.expect(commands.BLOCK)).fields["data"] == MADE.raw
