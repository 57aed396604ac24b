"""Listens for the page of run mode, where it is wanted. What answers is loaded for each request only."""

import gc
from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.wait import readable, retrieved
from firmware.portal import listening
from firmware.protocol.errors import ProtocolError

VISIT_MS = 15000  # a request and its answer over bad radio
POLL_MS = 20
LEAVE_MS = 300  # for the answer to leave before the chip restarts
AGAIN_MS = 1000  # after an error of the listening socket
PATIENCE_MS = 5000  # who calls waits so long for room; a browser shows nothing meanwhile
LOOK_MS = 100
NEEDED = 8192  # bytes: else the link to the hub could not load what it needs meanwhile
NO_ROOM = b"HTTP/1.1 503 -\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 4\r\n\r\nBusy"


class Door:
    """Who may come in: `token` of who has logged in; wrong passwords in a row, ticks_ms of the last one."""

    def __init__(self, panel, session, health, sealed):
        self.panel = panel
        self.session = session
        self.health = health
        self.sealed = sealed
        self.token = None
        self.age = self.wrong = 0  # `age`: how often the settings were changed
        self.wrong_at = self.used = ticks_ms()


async def run(panel, session, health, sealed):
    """For ever; `sealed`: the password as `storage.password` keeps it, the others are run mode's."""
    door = Door(panel, session, health, sealed)
    sock = listening.opened()
    try:
        while True:
            await _accept(sock, door)
    finally:
        sock.close()


async def _accept(sock, door):
    try:
        await readable(sock)
        room = await _room(door.session)
        visitor = sock.accept()[0]
    except (OSError, MemoryError) as error:  # it went away, or there is no room for it just now
        print("page:", error)
        await sleep_ms(AGAIN_MS)
        return
    try:
        visitor.setblocking(False)
        if room:
            door.session.visit = ticks_add(ticks_ms(), VISIT_MS)
            asked = await _step(door, lazy.run("firmware.portal.device", visitor, door))
            if asked:
                await _do(visitor, door, *asked)
        else:
            visitor.send(NO_ROOM)
    except CancelledError:
        print("page: too slow")
    except (OSError, MemoryError, ProtocolError) as error:
        print("page:", error)
    finally:
        door.session.visit = None
        visitor.close()


async def _room(session):
    """Wait for it; False when there is none in time."""
    link = session.link
    end = ticks_add(ticks_ms(), PATIENCE_MS)
    while ticks_diff(end, ticks_ms()) > 0:
        joining = link.sock and link.told is None  # to the end: it has told how it is
        if not session.first and not joining:
            gc.collect()
            if gc.mem_free() >= NEEDED:
                return True
        await sleep_ms(LOOK_MS)
    return False


async def _do(visitor, door, path, content):
    """Do it and answer, each when what did the step before is forgotten: together they do not fit."""
    if path == "/":
        await _step(door, lazy.run("firmware.portal.device_page", visitor, content))
        return
    if path == "/login":
        status, answer = await _step(door, lazy.run("firmware.portal.login", door, content))
    elif path == "/save":
        status, answer = await _step(door, lazy.run("firmware.portal.device_save", door, content))
        if not status:
            content = None
            status, answer = lazy.call("firmware.portal.device_kept", "keep", door, answer)
    else:
        if path == "/about":  # before what shows it is loaded: less at once
            settings = lazy.call("firmware.storage.config", "load")
            content = settings, lazy.call("firmware.storage.resets", "load")
        status, answer = lazy.call("firmware.portal.device_state", "of", door, path, content)
    await _step(door, lazy.run("firmware.portal.device_answer", visitor, status, answer))
    if path == "/restart":
        await sleep_ms(LEAVE_MS)
        door.session.link.restart = True


async def _step(door, coroutine):
    """Its result. In a task of its own: it can be ended in time, and nothing of it stays on the stack."""
    task = create_task(coroutine)
    try:
        while not task.done() and ticks_diff(door.session.visit, ticks_ms()) > 0:
            await sleep_ms(POLL_MS)
    finally:
        task.cancel()  # no more than a look when it is done
        retrieved()
    return await task
