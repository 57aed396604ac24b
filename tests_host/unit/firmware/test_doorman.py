"""Who answers the page of run mode: steps, their end in time, and errors that cost one visit."""

import asyncio
import socket
from types import SimpleNamespace

import pytest

from firmware import lazy
from firmware.portal import closing, doorman, opening, visit
from firmware.portal.door import Door


@pytest.fixture
async def visits(clock, monkeypatch):
    """A doorman at work; `steps` of a visit: name -> what the step gives, an exception, or a wait in ms."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    link = SimpleNamespace(sock=None, told=None)
    session = SimpleNamespace(link=link, first=False, visit=None, tasks=[])
    made = SimpleNamespace(session=session, steps={}, taken=[], callers=[])

    async def run(name, door, sock, *content):
        if name == "firmware.portal.visit":
            return await visit.run(door, sock)
        made.taken.append((name.rpartition(".")[2], *content))
        found = made.steps.get(made.taken[-1][0])
        if isinstance(found, BaseException):
            raise found
        door.visitor = door.visitor or sock.accept()[0]
        if isinstance(found, int):
            await asyncio.sleep_ms(found)
        return found if isinstance(found, tuple) else None

    async def passes(milliseconds):
        """As the mode's loop does: a tick each 50 ms, which ends a late visit (`Session.tick`)."""
        for _ in range(milliseconds // 50):
            await clock.run(50)
            await asyncio.wait_for(asyncio.sleep(0.001), 1)
            if session.visit is not None and clock.ticks_ms() > session.visit:
                made.door.doorman.cancel()

    monkeypatch.setattr(lazy, "run", run)
    monkeypatch.setattr(lazy, "call", lambda *about: listener)
    made.call = lambda: made.callers.append(socket.create_connection(listener.getsockname()))
    made.passes = passes
    made.door = Door(None, session, None)
    opening.open(made.door)
    yield made
    made.door.doorman.cancel()
    for each in made.callers:
        each.close()


async def test_steps_tell_the_next_one(visits):
    visits.steps = {"room": ("firmware.portal.read",), "read": ("firmware.portal.allowed", 1, 2)}
    visits.call()
    await visits.passes(200)
    assert visits.taken == [("room",), ("read",), ("allowed", 1, 2)]
    assert visits.session.visit is None


async def test_nobody_is_let_in_while_the_link_joins(visits):
    visits.session.link.sock = object()
    visits.call()
    await visits.passes(3000)
    assert visits.taken == []
    visits.session.link.told = 1
    await visits.passes(200)
    assert visits.taken == [("room",)]


async def test_a_late_visit_ends_and_the_next_is_answered(visits):
    visits.steps = {"room": 2 * visit.VISIT_MS}
    visits.call()
    await visits.passes(visit.VISIT_MS + 200)
    assert visits.session.visit is None
    visits.steps = {}
    visits.call()
    await visits.passes(200)
    assert visits.taken == [("room",), ("room",)] and not visits.door.doorman.done()


async def test_a_full_heap_before_a_visitor_is_let_in_costs_a_rest_only(visits):
    """The rest behind an error is no part of the visit, whose end would end the doorman, and the mode."""
    visits.steps = {"room": MemoryError("full")}
    visits.call()
    await visits.passes(50)
    assert visits.session.visit is None, "it rests"
    visits.steps = {}
    await visits.passes(doorman.AGAIN_MS + 200)
    assert visits.taken == [("room",), ("room",)] and not visits.door.doorman.done()


async def test_who_calls_while_tls_begins_is_answered_behind_it(visits):
    """The doorman has gone for the memory; who has logged in is not forgotten."""
    visits.door.token = "token"
    await closing.run(visits.door)
    assert visits.door.doorman is None and visits.session.tasks == []
    visits.call()
    await visits.passes(1000)
    assert visits.taken == []
    opening.open(visits.door)
    await visits.passes(200)
    assert (visits.taken, visits.door.token) == ([("room",)], "token")


async def test_where_no_socket_is_to_be_had_it_opens_later(visits, monkeypatch, capsys):
    """Neither relay nor link may end for that."""
    await closing.run(visits.door)
    visits.door.listener = None
    with monkeypatch.context() as broken:
        broken.setattr(lazy, "call", lambda *about: (_ for _ in ()).throw(OSError(12)))
        opening.open(visits.door)
    assert visits.door.doorman is None and "page: not open" in capsys.readouterr().out
    opening.open(visits.door)
    visits.call()
    await visits.passes(200)
    assert visits.taken == [("room",)]
