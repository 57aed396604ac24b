"""One TCP connection of messages: reading, writing, keeping alive (PROTOCOL sections 2 and 6)."""

from asyncio import current_task
from errno import EAGAIN
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.wait import readable
from firmware.protocol.commands import ERROR, PING, PING_BYTES, PONG
from firmware.protocol.frame import DEVICE_LIMIT, Reader, encode
from firmware.protocol.guid import SERVER

MESSAGE_MS = 10000  # a message is whole by then
KEEP_ALIVE_MS = 20000
CHECK_MS = 5000
CHUNK = 256
SHOWN = 40  # bytes of a message on the console, which is slow and stalls the loop
OUT_MAX = 2048  # more than that unsent: the other side no longer reads


class Connection:
    """Messages in and out. While there is a `sock`, `tick` runs every 50 ms: it cancels `task` in time.

    `raw`: the socket; `sock`: the same or what TLS makes of it; `reader` cuts messages out of what comes.
    """

    def __init__(self, guid):
        self.guid = guid
        self.sock = None
        self.received = 0

    async def connect(self, address, port):
        """Open the connection; OSError when that fails."""
        self.task = current_task()
        self.reader = Reader(DEVICE_LIMIT)
        self.out = b""
        self.gone = 0  # bytes of it
        self.parent = SERVER
        self.keep_alive = KEEP_ALIVE_MS
        self.whole = self.checked = None
        self.stuck = False
        await lazy.run("firmware.links.dial", self, address, port)

    def close(self):
        """Close what `connect` opened, however far it came."""
        sock, self.sock = self.sock, None
        self.raw = self.reader = None
        if sock:
            sock.close()

    async def next(self):
        """(sender, command, data) of the next message for this device; OSError at the end of the stream."""
        while True:
            message = self.reader.next()
            if message:
                if not self._neighbour(*message):
                    return message[0], message[2], message[3]
                continue
            if self.whole is None and self.reader.pending():
                self.whole = ticks_add(self.received, MESSAGE_MS)
            await readable(self.raw)
            chunk = self.sock.recv(CHUNK)
            if chunk:
                self.received = ticks_ms()
                self.reader.feed(chunk)
            elif chunk is not None:  # else no whole record of TLS yet
                raise OSError("closed by the other side")

    def _neighbour(self, sender, target, command, data):
        self.whole = None
        if command == PING:
            self.send(PONG, data[:PING_BYTES], sender)
        elif command == ERROR or target != self.guid:
            print("hub: message", command, data[:SHOWN])
        else:
            return command == PONG
        return True

    def expect(self, milliseconds):
        """The next step must be done by then, or the task is cancelled; None: nothing is awaited."""
        self.deadline = None if milliseconds is None else ticks_add(ticks_ms(), milliseconds)

    def send(self, command, data=b"", target=SERVER, more=False):
        """Queue a message; write, unless `more` follows, in one segment. Beyond OUT_MAX it ends.

        What TLS makes of it is sent at once: pieces of the heap that would hold them all are rare then.
        """
        if len(self.out) - self.gone > OUT_MAX:
            self.stuck = True
            return
        message = encode(self.guid, target, command, data)
        self.out, self.gone = self.out[self.gone :] + message if self.out else message, 0
        if not more or self.sock is not self.raw:
            self._flush()

    def _flush(self):
        self.sent = ticks_ms()
        self._write()

    def _write(self):
        try:
            while True:  # TLS may have the rest of a record, and nothing in `out`
                # Whatever may find no room comes before it is sent: no byte goes twice.
                self.gone += self.sock.send(memoryview(self.out)[self.gone :])
                if self.gone == len(self.out):
                    self.out, self.gone = b"", 0
                    break
        except OSError as error:
            if error.errno != EAGAIN:
                self.out, self.gone = b"", 0  # the reader meets the same error and ends the connection

    def check(self):
        """Is the other side still there? It must send something within CHECK_MS."""
        self.checked = ticks_ms()
        self.send(PING, b"", self.parent)

    def tick(self):
        """Write what is left, keep alive, and end what is dead."""
        now = ticks_ms()
        if self.out:
            self._flush()
        elif self.sock is not self.raw:
            self._write()
        silence = ticks_diff(now, self.received)
        if self.checked is not None and silence < ticks_diff(now, self.checked):
            self.checked = None
        late = self.deadline is not None and ticks_diff(now, self.deadline) > 0
        if late:
            self.deadline = None
        if (
            late
            or silence > 3 * self.keep_alive
            or self.stuck
            or (self.whole is not None and ticks_diff(now, self.whole) > 0)
            or (self.checked is not None and ticks_diff(now, self.checked) > CHECK_MS)
        ):
            self.task.cancel()
        elif min(silence, ticks_diff(now, self.sent)) > self.keep_alive:
            self.send(PING, b"", self.parent)
