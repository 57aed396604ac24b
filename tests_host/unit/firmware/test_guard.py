"""The watchdog of setup mode, and of development."""

import pytest
from chip_fakes import Reset, Timer

from firmware import record
from firmware.modes import guard


@pytest.fixture
def dog():
    return guard.Guard()


def test_it_does_not_fire_while_it_is_fed(dog, clock):
    for _ in range(100):
        clock.step(50)
        dog.feed()
    assert Timer.last.begun >= 4, "the timer has begun anew, well within its period"
    assert Timer.last.settings["period"] == guard.HUNG_MS > 3 * guard.AGAIN_MS


def test_a_hang_is_a_crash_and_a_reset(dog):
    crashes = record.raw[record.CRASHES]
    with pytest.raises(Reset):
        Timer.last.fire()
    assert record.raw[record.CRASHES] == crashes + 1
    assert b"the mode hung" in bytes(record.raw)


def test_stopped(dog):
    dog.stop()
    assert Timer.last.settings is None
