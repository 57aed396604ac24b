"""Uptime, crash counts and when the status is told."""

from types import SimpleNamespace

import pytest

from firmware import record
from firmware.modes.health import STATUS_S, Health


@pytest.fixture
def told(monkeypatch):
    """The uptimes at which the status was told."""
    found = []
    monkeypatch.setattr("firmware.network.better.note", lambda session, uptime_s: None)
    monkeypatch.setattr("firmware.links.status.tell", lambda link, health: found.append(health.uptime_s))
    return found


def linked(joined=False):
    """A link of a session whose page nobody asks for."""
    session = SimpleNamespace(first=False, visit=None, door=None)
    return SimpleNamespace(joined=joined, told=None, session=session)


def test_uptime_over_the_wrap_and_small_integers(clock):
    clock.reset(2**30 - 2500)
    health = Health()
    for _ in range(200):
        clock.step(50)
        health.tick(linked())
    assert health.uptime_s == 10
    assert 0 <= health.second < 2**30


def test_a_minute_without_a_crash(clock):
    record.raw[record.IN_A_ROW] = 4
    health = Health()
    clock.step(59_000)
    health.tick(linked())
    assert record.raw[record.IN_A_ROW] == 4
    clock.step(1000)
    health.tick(linked())
    assert record.raw[record.IN_A_ROW] == 0


def test_status_once_joined_then_every_five_minutes(clock, told):
    health = Health()
    link = linked(joined=True)
    clock.step(1000)
    health.tick(link)
    clock.step(STATUS_S * 1000)
    health.tick(link)
    assert told == [1, 1 + STATUS_S]
    link.joined = False
    clock.step(1000)
    health.tick(link)
    link.joined = True
    link.told = None  # as HubLink does when it joins
    clock.step(1000)
    health.tick(link)
    assert len(told) == 3


def test_what_is_due_waits_for_the_page_and_is_next(clock, told):
    health = Health()
    link = linked(joined=True)
    link.session.visit = 5000
    clock.step(1000)
    health.tick(link)
    assert told == [] and link.session.first
    link.session.visit = None
    clock.step(1000)
    health.tick(link)
    assert told == [2] and not link.session.first
