"""Who is in which wave, and when a wave has passed."""

from collections import Counter

import pytest

from twig.hub.rollouts import judge, plan
from twig.hub.rollouts.lay import lay
from twig.hub.rollouts.plan import Gates, Plan, Wave
from twig.hub.rollouts.tally import Tally
from twig.hub.updates.update import CONFIRMED, REFUSED, ROLLED_BACK

S26 = [(f"s{number}", "s26") for number in range(100)]
BASIC = [(f"b{number}", "basic") for number in range(50)]
SHARES = [Wave(share=share) for share in (0.01, 0.1, 0.5, 1.0)]


def by_board(members: list[str]) -> tuple[int, int]:
    """How many of each board."""
    found = Counter(guid[0] for guid in members)
    return found["s"], found["b"]


def test_a_share_is_of_each_board_and_grows() -> None:
    waves = lay([*S26, *BASIC], SHARES)
    assert [by_board(members) for members in waves] == [(1, 1), (9, 4), (40, 20), (50, 25)]
    assert sorted(guid for members in waves for guid in members) == sorted(guid for guid, _ in [*S26, *BASIC])


def test_the_order_of_the_targets_is_kept() -> None:
    assert lay(S26, SHARES)[:2] == [["s0"], [f"s{number}" for number in range(1, 10)]]


def test_no_wave_is_empty() -> None:
    assert lay(S26[:3], SHARES) == [["s0"], ["s1"], ["s2"]]
    assert lay(S26[:1], SHARES) == [["s0"]]
    assert lay(S26[:1], [Wave(share=1e-12)]) == [["s0"]]
    assert lay([], SHARES) == []


@pytest.mark.parametrize("share", [0.07, 0.29, 0.57])
def test_a_share_is_no_more_for_an_error_of_floats(share: float) -> None:
    assert len(lay(S26, [Wave(share=share)])[0]) == round(share * 100)


def test_who_is_named_is_in_that_wave_and_no_other() -> None:
    waves = lay(S26[:10], [Wave(share=0.2), Wave(devices=("s0", "s9", "s0", "unknown")), Wave(share=1.0)])
    assert waves == [["s1", "s2"], ["s0", "s9"], ["s3", "s4", "s5", "s6", "s7", "s8"]]
    assert lay(S26[:4], [Wave(devices=("s3",)), Wave(devices=("s3", "s2")), Wave(share=0.75)]) == [
        ["s3"], ["s2"], ["s0"],
    ]  # fmt: skip


def test_a_count_takes_the_boards_in_turn() -> None:
    every = [*S26[:3], *BASIC[:1]]
    assert lay(every, [Wave(count=3), Wave(share=1.0)]) == [["s0", "b0", "s1"], ["s2"]]
    assert lay(every, [Wave(count=99)]) == [["s0", "b0", "s1", "s2"]]
    assert lay(every, [Wave(count=99), Wave(devices=("s1",))]) == [["s0", "b0", "s2"], ["s1"]]


def test_a_plan_survives_the_database() -> None:
    made = Plan((Wave(("a", "b")), Wave(count=2), Wave(share=0.5)), Gates(0.5, 1, 2, 3), 1.5, 4)
    assert plan.from_json(plan.to_json(made)) == made


def wave(total: int, confirmed: int = 0, refused: int = 0, rolled_back: int = 0, **others: int) -> Tally:
    """A wave that fares so."""
    states = Counter({CONFIRMED: confirmed, REFUSED: refused, ROLLED_BACK: rolled_back})
    return Tally(total, states, rolled_back=[f"Plug {each}" for each in range(rolled_back)], **others)


@pytest.mark.parametrize(
    ("gates", "found", "reason"),
    [
        (Gates(), wave(10, 5, rolled_back=1), "1 device has rolled back, none may: Plug 0"),
        (Gates(most_rolled_back=1), wave(10, 5, rolled_back=1), None),
        (Gates(), wave(10, rolled_back=4), "4 devices have rolled back, none may: Plug 0, Plug 1, Plug 2, …"),
        (Gates(), wave(10, 5, errors=9), None),
        (Gates(most_errors=8), wave(10, 5, errors=9), "its devices have crashed 9 times, 8 may be"),
        (Gates(most_errors=9), wave(10, 5, errors=9), None),
        (Gates(least_heap=5_000), wave(10, 5), None),
        (Gates(least_heap=5_000), wave(10, 5, least_heap=5_000), None),
        (
            Gates(least_heap=5_000),
            wave(10, 5, least_heap=4_999),
            "a device has 4,999 bytes of memory free, 5,000 is the least",
        ),
    ],
)
def test_what_must_not_happen(gates: Gates, found: Tally, reason: str | None) -> None:
    assert judge.fault(gates, found) == reason


@pytest.mark.parametrize(
    ("found", "is_short"),
    [
        (wave(10, 9, refused=1), False),
        (wave(10, 8, refused=2), True),
        (wave(10, 0, refused=1), False),  # the others may confirm
        (wave(10, 0, refused=2), True),  # 8 of 10 at most: nobody waits for them
        (wave(10, 3, refused=1, absent=6), True),  # the others are not here to prove it
        (wave(10, 9, missing=1), False),
        (wave(10, 8, missing=2), True),
        (wave(10, 0, absent=10), False),
    ],
)
def test_too_few_confirm(found: Tally, is_short: bool) -> None:
    assert (judge.shortfall(Gates(), found) is not None) is is_short


@pytest.mark.parametrize(
    ("found", "is_first", "passes"),
    [
        (wave(3, 3), True, True),
        (wave(3, 2), True, False),
        (wave(3, 2, absent=1), True, True),
        (wave(3, 0, absent=3), True, False),
        (wave(3, 0, absent=3), False, True),
        (wave(3, 1, refused=2), True, False),
    ],
)
def test_a_wave_passes(found: Tally, is_first: bool, passes: bool) -> None:
    assert judge.has_passed(Gates(), found, is_first) is passes
