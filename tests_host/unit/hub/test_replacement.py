"""The limit of replacements."""

from twig.hub.replacement import Replacements
from twig.hub.throttle import LINES, Throttle


def test_three_a_minute_are_allowed_in_any_minute() -> None:
    now = [0.0]
    replacements = Replacements(3, 60.0, lambda: now[0])
    assert [replacements.allow(b"a") for _ in range(4)] == [True, True, True, False]
    assert replacements.allow(b"b")
    now[0] = 59.9
    assert not replacements.allow(b"a")
    now[0] = 60.0
    assert replacements.allow(b"a")


def test_what_is_old_is_forgotten() -> None:
    now = [0.0]
    replacements = Replacements(3, 60.0, lambda: now[0])
    for which in range(1000):
        replacements.allow(which.to_bytes(16, "big"))
    now[0] = 61.0
    replacements.allow(b"a")
    assert len(replacements) == 1


def test_the_log_hears_ten_lines_and_how_many_were_missed() -> None:
    throttle = Throttle()
    assert sum(throttle.allow() for _ in range(LINES + 5)) == LINES
    assert (throttle.missed(), throttle.missed()) == (5, 0)
