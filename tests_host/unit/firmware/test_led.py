"""LED patterns."""

import pytest

from firmware.drivers import led


@pytest.mark.parametrize("lit", [0, 1])
@pytest.mark.parametrize("pattern", [led.WIFI, led.HUB, led.IDENTIFY, led.OFF, led.BOOT])
def test_a_pattern_repeats(pins, lit, pattern):
    lamp = led.Led(13, lit)
    assert pins[13] == lit
    on, dark = pattern
    for _ in range(2):
        seen = []
        for _ in range(on + dark):
            lamp.tick(pattern)
            seen.append(pins[13] == lit)
        assert seen == [True] * on + [False] * dark


def test_another_pattern_begins_at_its_beginning(pins):
    lamp = led.Led(13, 0)
    for _ in range(3):
        lamp.tick(led.WIFI)
    lamp.tick(led.HUB)
    assert pins[13] == 0
    lamp.tick(led.HUB)
    assert pins[13] == 1
