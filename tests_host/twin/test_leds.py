"""LED patterns by their edges."""

import pytest

from twig.twin import leds


def blink(lit: float, dark: float, count: int = 6, start: float = 1000.0) -> list[leds.Edge]:
    edges, now = [], start
    for _ in range(count):
        edges += [(now, True), (now + lit, False)]
        now += lit + dark
    return edges


def test_table_is_the_firmwares():
    assert leds.patterns()["off"][0] == 0
    assert leds.patterns()["connecting"] == (250, 250)
    assert all(pair[0] + pair[1] > 0 for pair in leds.patterns().values())


@pytest.mark.parametrize("name", [name for name, times in leds.patterns().items() if min(times)])
@pytest.mark.parametrize("late", [0, 20])
def test_blinking(name, late):
    lit, dark = leds.patterns()[name]
    edges = blink(lit + late, dark - late)
    assert leds.name(edges, edges[-1][1], edges[-1][0] + 10) == name


def test_one_late_tick_does_not_hide_the_pattern():
    lit, dark = leds.patterns()["connecting"]
    edges = blink(lit, dark, 4)
    edges += [(edges[-1][0] + dark + 200, True)]
    assert leds.name(edges, True, edges[-1][0] + 10) == "connecting"


def test_writes_of_the_same_level_are_no_edges():
    lit, dark = leds.patterns()["connecting"]
    doubled = [edge for edge in blink(lit, dark) for edge in (edge, (edge[0] + 50, edge[1]))]
    assert leds.name(doubled, doubled[-1][1], doubled[-1][0] + 10) == "connecting"


def test_steady():
    edges = blink(250, 250)
    assert leds.name(edges, False, edges[-1][0] + 60_000) == "off"
    assert leds.name([], False, 0) == "off"
    assert leds.name([(0, True)], True, 60_000) == "online"


def test_strange():
    edges = blink(400, 170)
    assert leds.name(edges, False, edges[-1][0] + 10) == "unknown"
