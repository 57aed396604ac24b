"""LED patterns."""

import itertools

import pytest

from firmware.drivers import led

PATTERNS = {name: value for name, value in vars(led).items() if name.isupper() and name != "TICK_MS"}
STEADY = {"ONLINE", "OFF"}
APART = 2  # the factor in one of its two times by which people tell a pattern from another


@pytest.mark.parametrize("lit", [0, 1])
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_repeats(pins, lit, pattern):
    lamp = led.Led(13, lit)
    assert pins[13] == lit
    on, dark = pattern >> 8, pattern & 255
    for _ in range(2):
        seen = []
        for _ in range(on + dark):
            lamp.tick(pattern)
            seen.append(pins[13] == lit)
        assert seen == [True] * on + [False] * dark


def test_another_pattern_begins_at_its_beginning(pins):
    lamp = led.Led(13, 0)
    for _ in range(3):
        lamp.tick(led.CONNECTING)
    lamp.tick(led.NO_SERVER)
    assert pins[13] == 0
    lamp.tick(led.NO_SERVER)
    assert pins[13] == 1


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(sorted(PATTERNS.keys() - STEADY), 2)))
def test_every_two_patterns_differ_for_the_eye(one, other):
    pairs = zip(*((PATTERNS[name] >> 8, PATTERNS[name] & 255) for name in (one, other)), strict=True)
    assert max(max(pair) / min(pair) for pair in pairs) >= APART


def test_only_lit_and_dark_are_steady():
    assert {name for name, value in PATTERNS.items() if not (value >> 8 and value & 255)} == STEADY
    assert len(PATTERNS) == 14
