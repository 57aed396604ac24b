"""What a refusal means, and how long a busy device is left alone."""

from dataclasses import replace

import pytest

from twig.hub.updates import backoff
from twig.hub.updates.backoff import Backoff
from twig.hub.updates.update import Update
from twig.hub.updates.verdict import judged

OLD, NEW = "0.1.0", "0.2.0"
TOLD = Update("a3" * 32, NEW, 7, "refused", 40, "")


@pytest.mark.parametrize(
    ("reason", "firmware", "tried", "state", "signature"),
    [
        ("bad signature", OLD, 0, "waiting", 1),
        ("bad signature", OLD, 1, "refused", 1),
        ("no trusted key", OLD, 0, "refused", 0),
        ("other board", OLD, 0, "refused", 0),
        ("", OLD, 0, "refused", 0),
        ("sequence not greater than 7", NEW, 0, "confirmed", 0),
        ("sequence not greater than 9", OLD, 0, "refused", 0),
        ("fetch failed: not available", OLD, 0, "waiting", 0),
    ],
)
def test_what_a_refusal_means(reason: str, firmware: str, tried: int, state: str, signature: int) -> None:
    after = judged(replace(TOLD, reason=reason, signature=tried), firmware, signatures=2)
    assert (after.state, after.signature) == (state, signature)


@pytest.mark.parametrize("state", ["fetching", "staged", "trial", "confirmed", "rolled back"])
def test_all_else_is_as_the_device_says(state: str) -> None:
    told = replace(TOLD, state=state, reason="bad signature")
    assert judged(told, NEW, signatures=2) is told


def test_waits_double_up_to_a_bound_and_differ() -> None:
    waits = Backoff()
    for tries in range(1, 12):
        assert waits.later("g", 0) == tries
        middle = min(backoff.FIRST_S * 2 ** (tries - 1), backoff.MOST_S) * 1000
        assert not waits.is_due("g", round(middle * (1 - backoff.JITTER)) - 1)
        assert waits.is_due("g", round(middle * (1 + backoff.JITTER)) + 1)
    assert waits.is_due("another", 0)
    waits.forget("g")
    assert waits.later("g", 0) == 1
    dues = set()
    for each in range(20):
        waits.later(str(each), 0)
        dues.add(waits._due_ms[str(each)])
    assert len(dues) > 10
