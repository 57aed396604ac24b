"""What a plug fetches on the way from one release to another."""

from tests_host import signed
from twig.release import difference


def test_between_two_releases() -> None:
    old = signed.release(1).manifest
    files = {**signed.FILES, "b.mpy": b"B" * 5000}
    new = signed.release(2, files=files).manifest
    way = difference.between(new, old)
    assert (way.shared, way.segments) == (2, 3)
    assert way.fetch == new.segments[1].size
    assert 5000 < way.fetch < 5020
    assert (way.requests, way.blocks, way.manifest) == (5, 2, len(new.raw()))


def test_from_nothing_and_to_the_same() -> None:
    new = signed.release(1).manifest
    assert difference.between(new).fetch == new.size
    assert difference.between(new).shared == 0
    assert (difference.between(new, new).fetch, difference.between(new, new).shared) == (0, 3)
