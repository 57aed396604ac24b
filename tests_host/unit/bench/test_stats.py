"""The bench's arithmetic."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests_host.bench import stats

FIGURES = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 1), (50, 50), (95, 95), (99, 99), (99.9, 100), (100, 100), (0, 1)]
)
def test_percentile_is_the_nearest_rank(percent: float, expected: int) -> None:
    assert stats.percentile([float(each) for each in range(100, 0, -1)], percent) == expected


def test_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no samples"):
        stats.percentile([], 50)


@given(FIGURES, st.floats(0, 100))
def test_percentile_is_a_sample_that_so_many_do_not_exceed(samples: list[float], percent: float) -> None:
    found = stats.percentile(samples, percent)
    assert found in samples
    assert sum(each <= found for each in samples) >= percent / 100 * len(samples) - 1e-6


def test_summary_leaves_out_what_the_samples_cannot_tell() -> None:
    assert list(stats.summary([1.0] * 19)) == ["min", "p50", "max"]
    assert list(stats.summary([1.0] * 20)) == ["min", "p50", "p95", "max"]
    assert "p99.9" not in stats.summary([1.0] * 999)
    assert stats.summary([float(each) for each in range(1, 1001)]) == {
        "min": 1, "p50": 500.5, "p95": 950, "p99": 990, "p99.9": 999, "max": 1000,
    }  # fmt: skip


def test_ratio_and_its_interval() -> None:
    value, low, high = stats.ratio([1.0, 2.0, 3.0] * 20, [4.0] * 60, statistics.median)
    assert value == 0.5
    assert 0.25 <= low <= value <= high <= 0.75
    assert (value, low, high) == stats.ratio([1.0, 2.0, 3.0] * 20, [4.0] * 60, statistics.median)


@given(st.integers(1, 4000), st.integers(0, 900))
def test_smallest_finds_the_bound_in_few_tries(high: int, needed: int) -> None:
    tried: list[int] = []

    def works(value: int) -> bool:
        tried.append(value)
        return value >= needed

    found = stats.smallest(1, high * 16, 16, works)
    assert found == (-(-max(needed, 1) // 16) * 16 if needed <= high * 16 else None)
    assert len(tried) == len(set(tried)) <= 14
    assert all(value % 16 == 0 for value in tried)
