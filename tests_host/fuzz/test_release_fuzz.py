"""Releases, their manifests and images with anything wrong: refused by a release's own error, or whole."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from tests_host import signed
from twig.release import manifest, package, segments
from twig.release.errors import BadRelease

FOUND = signed.release(files={"a.mpy": b"a" * 50, "b.mpy": b"", "c/d.mpy": b"d" * 10})
RAW = FOUND.encode()
EXAMPLES = settings(max_examples=500, deadline=None)


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """Some pieces of it replaced, left out or put in."""
    data = bytearray(raw)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(data)


@EXAMPLES
@given(damaged(RAW) | st.binary(max_size=200))
def test_a_file(raw: bytes) -> None:
    with suppress(BadRelease):
        found = package.parse(raw)
        assert found.encode() == raw
        assert found.manifest.raw() == found.raw


@EXAMPLES
@given(damaged(FOUND.raw) | st.text(max_size=50).map(str.encode))
def test_a_manifest(raw: bytes) -> None:
    with suppress(BadRelease):
        assert manifest.parse(raw).raw() == raw


@EXAMPLES
@given(damaged(FOUND.image) | st.binary(max_size=80).map(lambda rest: b"\xd2\xcd\x31" + rest))
def test_an_image(raw: bytes) -> None:
    with suppress(BadRelease):
        cut = segments.cut(raw)
        assert sum(each.size for each in cut) == len(raw)
        assert all(each.size > 0 for each in cut)
