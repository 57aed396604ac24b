"""Waits between tries."""

from firmware.network import backoff


def test_bounds():
    for wait in (1000, 2000, 60000):
        waits = [backoff.around(wait) for _ in range(2000)]
        assert wait * 3 // 4 <= min(waits) < wait * 0.8
        assert wait * 1.2 < max(waits) <= wait * 5 // 4


def test_doubling_up_to_a_minute():
    wait = backoff.FIRST_MS
    waits = [wait := backoff.longer(wait) for _ in range(8)]
    assert waits == [2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]


def test_jitter_stays_below():
    assert {backoff.jitter(3) for _ in range(500)} == {0, 1, 2}
    assert backoff.jitter(1) == backoff.jitter(0) == 0
