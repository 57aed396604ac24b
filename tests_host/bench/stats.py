"""The bench's arithmetic: percentiles, ratios with their spread, bisection."""

import math
import random
import statistics
from collections.abc import Callable, Sequence

# Draws of a bootstrap: the ends of a 95 % interval no longer move in the second digit.
DRAWS = 400
SEED = 2


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that `percent` of all do not exceed (nearest rank); ValueError without samples."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    rank = math.ceil(round(percent * len(ordered) / 100, 6))  # 99.9 % of 1000 are 999
    return ordered[max(0, rank - 1)]


def summary(samples: Sequence[float], digits: int = 3) -> dict[str, float]:
    """p50, p95, p99, p99.9 and max; those that the number of samples cannot tell are left out."""
    found = {"min": min(samples), "p50": statistics.median(samples)}
    for percent, needed in ((95, 20), (99, 100), (99.9, 1000)):
        if len(samples) >= needed:
            found[f"p{percent}"] = percentile(samples, percent)
    return {name: round(value, digits) for name, value in {**found, "max": max(samples)}.items()}


def ratio(
    ours: Sequence[float], others: Sequence[float], middle: Callable[[Sequence[float]], float]
) -> tuple[float, float, float]:
    """middle(ours) / middle(others), and the ends of its 95 % interval by bootstrap."""
    draws = random.Random(SEED)
    found = []
    for _ in range(DRAWS):
        a, b = draws.choices(ours, k=len(ours)), draws.choices(others, k=len(others))
        found.append(middle(a) / middle(b))
    return middle(ours) / middle(others), percentile(found, 2.5), percentile(found, 97.5)


def smallest(low: int, high: int, step: int, works: Callable[[int], bool]) -> int | None:
    """The smallest multiple of `step` in low..high that works; None when even `high` does not.

    `works` is taken to stay true above the first value for which it is."""
    low, high = -(-low // step), high // step
    if not works(high * step):
        return None
    while low < high:
        middle = (low + high) // 2
        if works(middle * step):
            high = middle
        else:
            low = middle + 1
    return high * step
