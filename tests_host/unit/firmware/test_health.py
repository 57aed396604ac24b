"""Uptime, crash counts and when the status is told."""

from types import SimpleNamespace

from firmware import record
from firmware.modes.health import STATUS_S, Health


def test_uptime_over_the_wrap_and_small_integers(clock):
    clock.reset(2**30 - 2500)
    health = Health()
    for _ in range(200):
        clock.step(50)
        health.tick(SimpleNamespace(joined=False))
    assert health.uptime_s == 10
    assert 0 <= health.second < 2**30


def test_a_minute_without_a_crash(clock):
    record.raw[record.IN_A_ROW] = 4
    health = Health()
    clock.step(59_000)
    health.tick(SimpleNamespace(joined=False))
    assert record.raw[record.IN_A_ROW] == 4
    clock.step(1000)
    health.tick(SimpleNamespace(joined=False))
    assert record.raw[record.IN_A_ROW] == 0


def test_status_once_joined_then_every_five_minutes(clock, monkeypatch):
    told = []
    monkeypatch.setattr("firmware.links.status.tell", lambda link, health: told.append(health.uptime_s))
    health = Health()
    link = SimpleNamespace(joined=True)
    clock.step(1000)
    health.tick(link)
    clock.step(STATUS_S * 1000)
    health.tick(link)
    assert told == [1, 1 + STATUS_S]
    link.joined = False
    clock.step(1000)
    health.tick(link)
    link.joined = True
    clock.step(1000)
    health.tick(link)
    assert len(told) == 3
