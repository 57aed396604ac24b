"""Accepts connections of browsers, few at a time, and ends those that take too long."""

from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.wait import readable
from firmware.portal import listening
from firmware.protocol.errors import ProtocolError

MOST = 4  # the chip has five TCP connections; one is left to close
REQUEST_MS = 5000  # a request of one segment or two is whole by then
SILENT_MS = 150  # a request follows its connection sooner
ANSWER_MS = 10000  # the page, over bad radio
CHUNK = 256
POLL_MS = 50


class Visit:
    """One connection: `heard` is False until something came; ended when `deadline` is over."""

    def __init__(self, sock):
        self.sock = sock
        self.task = None
        self.heard = False
        self.within(REQUEST_MS)

    def within(self, milliseconds):
        """The next step must be done by then."""
        self.deadline = ticks_add(ticks_ms(), milliseconds)


class Server:
    """`handle(request, visit)` is a coroutine that answers; `tick` runs every 50 ms."""

    def __init__(self, handle, most=MOST):
        self.request = lazy.make("firmware.portal.request", "kind")  # which the page of run mode loads, too
        self.handle = handle
        self.most = most
        self.visits = []

    async def listen(self):
        """Accept for ever."""
        sock = listening.opened()
        try:
            while True:
                await readable(sock)
                if len(self.visits) >= self.most:
                    self._make_room()
                    await sleep_ms(POLL_MS)
                elif self._accept(sock):
                    await sleep_ms(0)
                else:
                    await sleep_ms(POLL_MS)
        finally:
            sock.close()

    def _make_room(self):
        """Who has said nothing for a while goes: browsers keep spare connections."""
        for visit in self.visits:
            left = ticks_diff(visit.deadline, ticks_ms())
            if not visit.heard and left < REQUEST_MS - SILENT_MS:
                visit.task.cancel()
                return

    def _accept(self, sock):
        """Whether somebody has come in."""
        client = None
        try:
            client = sock.accept()[0]
            client.setblocking(False)
            visit = Visit(client)
            visit.task = create_task(self._visit(visit))
        except (OSError, MemoryError) as error:  # it went away, or there is no room for it just now
            print("http:", error)
            if client:
                client.close()
            return False
        self.visits.append(visit)
        return True

    async def _visit(self, visit):
        try:
            await self._serve(visit)
        except CancelledError:
            print("http: too slow")
        except (OSError, MemoryError) as error:
            print("http:", error)
        finally:
            visit.sock.close()
            self.visits.remove(visit)

    async def _serve(self, visit):
        request = self.request()
        whole = False
        try:
            while not whole:
                await readable(visit.sock)
                chunk = visit.sock.recv(CHUNK)
                if not chunk:
                    raise OSError("closed before its request was whole")
                visit.heard = True
                whole = request.feed(chunk)
            visit.within(ANSWER_MS)
            await self.handle(request, visit)
        except ProtocolError as error:  # an HttpError, of the request's own
            await lazy.run("firmware.portal.refusal", visit, error)

    def tick(self):
        """End what is late."""
        now = ticks_ms()
        for visit in self.visits:
            if ticks_diff(now, visit.deadline) > 0:
                visit.deadline = ticks_add(now, ANSWER_MS)
                visit.task.cancel()

    def close(self):
        """End all connections."""
        for visit in self.visits:
            visit.task.cancel()
