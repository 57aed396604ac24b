"""One TCP connection of messages: reading, writing, keeping alive (PROTOCOL sections 2 and 6)."""

import socket
from asyncio import current_task
from errno import EAGAIN, EINPROGRESS
from time import ticks_add, ticks_diff, ticks_ms

from firmware.network.wait import readable, writable
from firmware.protocol import codec, frame
from firmware.protocol.commands import ERROR, PING
from firmware.protocol.errors import ProtocolError
from firmware.protocol.guid import SERVER
from firmware.protocol.layouts import ERROR as ERROR_LAYOUT

CONNECT_MS = 5000  # lwIP itself would try for a minute
MESSAGE_MS = 10000  # a message is whole by then
KEEP_ALIVE_MS = 20000
CHECK_MS = 5000
CHUNK = 256
OUT_MAX = 2048  # more than that unsent: the other side no longer reads


class Lost(OSError):
    """The connection is over; the text says why."""


class Connection:
    """Bytes in and out. A link derives from it: start(), handle(message), late(). Call `tick` every 50 ms
    while `task` runs it; `step` is 0 until the connection is up."""

    def __init__(self, guid):
        self.guid = guid
        self.task = None
        self.step = 0

    async def run(self, address, port):
        """Connect and serve until Lost, OSError or ProtocolError ends it; `tick` cancels it when it hangs."""
        self.task = current_task()
        self.sock = sock = socket.socket()
        self.reader = frame.Reader(frame.DEVICE_LIMIT)
        self.out = b""
        self.parent = SERVER
        self.keep_alive = KEEP_ALIVE_MS
        self.whole = self.checked = None
        self.accepted = self.reached = False
        self.received = self.sent = ticks_ms()
        self.expect(CONNECT_MS)
        try:
            sock.setblocking(False)
            await self._connect(address, port)
            self.reached = True
            self.start()
            while True:
                await readable(sock)
                self._receive()
        except ProtocolError as error:
            self.error(error.code, 0, str(error))
            raise
        finally:
            self.sock = None
            self.step = 0
            sock.close()

    async def _connect(self, address, port):
        try:
            self.sock.connect((address, port))
        except OSError as error:
            if error.errno != EINPROGRESS:
                raise
            await writable(self.sock)

    def _receive(self):
        chunk = self.sock.recv(CHUNK)
        if not chunk:
            raise Lost("closed by the other side")
        self.received = ticks_ms()
        self.reader.feed(chunk)
        message = self.reader.next()
        while message:
            self.handle(*message)
            message = self.reader.next()
            self.whole = None
        if self.whole is None and self.reader.pending():
            self.whole = ticks_add(self.received, MESSAGE_MS)
        elif not self.reader.pending():
            self.whole = None

    def expect(self, milliseconds):
        """The next step must be done by then, or `late` is called; None: nothing is awaited."""
        self.deadline = None if milliseconds is None else ticks_add(ticks_ms(), milliseconds)

    def send(self, command, data=b"", target=SERVER):
        """Queue a message and write what the socket takes now."""
        self.out += frame.encode(self.guid, target, command, data)
        self.flush()

    def error(self, code, command, text):
        """Tell the neighbour what was wrong with its message."""
        self.send(ERROR, codec.pack(ERROR_LAYOUT, code, command, text), self.parent)

    def flush(self):
        """Write what the socket takes; a failure shows when it is next read."""
        try:
            self.sent = ticks_ms()
            self.out = self.out[self.sock.send(self.out) :]
        except OSError as error:
            if error.errno != EAGAIN:
                self.out = b""

    def check(self):
        """Is the other side still there? It must send something within CHECK_MS."""
        self.checked = ticks_ms()
        self.send(PING, b"", self.parent)

    def tick(self):
        """Time-outs and keep-alive; cancels the task where the connection is dead."""
        now = ticks_ms()
        if self.out:
            self.flush()
        silence = ticks_diff(now, self.received)
        if self.checked is not None and ticks_diff(self.received, self.checked) >= 0:
            self.checked = None
        dead = self.checked is not None and ticks_diff(now, self.checked) > CHECK_MS
        if dead or silence > 3 * self.keep_alive or self._past(self.whole, now) or len(self.out) > OUT_MAX:
            self.task.cancel()
        elif self._past(self.deadline, now):
            self.late()
        elif min(silence, ticks_diff(now, self.sent)) > self.keep_alive:
            self.send(PING, b"", self.parent)

    def _past(self, moment, now):
        return moment is not None and ticks_diff(now, moment) > 0
