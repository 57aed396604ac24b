"""The heap's formula."""

from tests_host.bench.heap import Used


def test_formula() -> None:
    """DESIGN: free = 38,016 - 3,072 - what the firmware uses; the twin's own shims count for nothing."""
    used = Used(total=38_016, base=36_912, free=14_608, largest=5_392, minimum=10_048)
    assert used.firmware == 22_304
    assert used.chip == 38_016 - 3_072 - 22_304 == 12_640


def test_the_size_of_the_twins_heap_does_not_matter() -> None:
    small = Used(total=38_016, base=36_912, free=14_608, largest=0, minimum=0)
    large = Used(total=65_000, base=36_912 + 26_984, free=14_608 + 26_984, largest=0, minimum=0)
    assert small.chip == large.chip
