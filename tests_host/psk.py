"""A device's end of TLS with a shared key, by OpenSSL in this process: for tests with many of them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from OpenSSL import SSL

from tests_host.device import Device, Wire
from tests_host.known import know
from twig.hub.hub import Hub
from twig.hub.keys import identity
from twig.hub.keys.peer import Peer
from twig.hub.tls import bindings

lib, ffi = bindings.lib, bindings.ffi
MOST = 65_536


def device_peer(which: bytes | None = None, key: bytes | None = None) -> Peer:
    """A device with a key of its own."""
    which, key = which or os.urandom(16), key or os.urandom(32)
    return Peer(identity.of_device(which, key), key, which, None)


class Client:
    """Makes connections under one key."""

    def __init__(self, peer: Peer) -> None:
        self._context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_3_VERSION)
        self._context.set_tls13_ciphersuites(bindings.SUITE)
        self._context.set_options(bindings.ALLOW_NO_DHE_KEX)
        identity = ffi.new("unsigned char[]", peer.identity)

        @ffi.callback("int(SSL *, const EVP_MD *, const unsigned char **, size_t *, SSL_SESSION **)")
        def use(ssl: Any, digest: Any, name: Any, size: Any, session: Any) -> int:
            name[0], size[0] = identity, len(peer.identity)
            session[0] = bindings.session(ssl, peer.key)
            return 1

        lib.SSL_CTX_set_psk_use_session_callback(self._context._context, use)
        self._kept = use

    def connection(self) -> SSL.Connection:
        """A new connection on memory BIOs; its hello is ready."""
        made = SSL.Connection(self._context, None)
        made.set_connect_state()
        shake(made)
        return made


def shake(tls: SSL.Connection) -> bool:
    """Go on with the handshake: whether it is done. SSL.Error when it has failed."""
    try:
        tls.do_handshake()
    except SSL.WantReadError:
        return False
    return True


def outgoing(tls: SSL.Connection) -> bytes:
    """What is to be sent now."""
    try:
        return bytes(tls.bio_read(MOST))
    except SSL.WantReadError:
        return b""


class Line:
    """Reads, writes and closes as asyncio's two streams do."""

    def __init__(
        self, tls: SSL.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.tls, self.reader, self.writer = tls, reader, writer

    async def shake(self) -> None:
        """The whole handshake; SSL.Error, ConnectionError when the other side ends it."""
        while not shake(self.tls):
            self.flush()
            await self._more()
        self.flush()

    async def read(self, most: int) -> bytes:
        """Up to so many bytes; none at the end."""
        while True:
            try:
                return bytes(self.tls.recv(most))
            except SSL.WantReadError:
                await self._more()
            except SSL.ZeroReturnError:
                return b""

    def write(self, data: bytes) -> None:
        """Send something."""
        self.tls.send(data)
        self.flush()

    def close(self) -> None:
        """Say so, and close; once."""
        if not self.writer.is_closing():
            self.tls.shutdown()
            self.flush()
            self.writer.close()

    async def wait_closed(self) -> None:
        """As a stream."""
        await self.writer.wait_closed()

    def flush(self) -> None:
        """Send what is ready."""
        self.writer.write(outgoing(self.tls))

    async def _more(self) -> None:
        chunk = await self.reader.read(MOST)
        if not chunk:
            raise ConnectionError("cut off without a close_notify")
        self.tls.bio_write(chunk)


async def dial(port: int, peer: Peer) -> Line:
    """A connection to 127.0.0.1 whose handshake is done."""
    line = Line(Client(peer).connection(), *await asyncio.open_connection("127.0.0.1", port))
    try:
        await line.shake()
    except (SSL.Error, OSError):
        line.writer.close()
        raise
    return line


async def connect(port: int, peer: Peer, device: Device | None = None) -> Wire:
    """Connect a device (a new one with the GUID of the key) to a hub."""
    line: Any = await dial(port, peer)
    return Wire(device or Device(which=peer.guid or os.urandom(16)), line, line)


@asynccontextmanager
async def keyed(hub: Hub, peer: Peer | None = None) -> AsyncIterator[tuple[Device, Wire]]:
    """A device that has joined under a key of its own."""
    peer = peer or device_peer()
    know(hub, peer)
    wire = await connect(hub.ports["tls"], peer)
    try:
        await wire.device.join()
        yield wire.device, wire
    finally:
        await wire.close()
