"""A release in one file: what it holds, and that no change of it is overlooked."""

import struct
from pathlib import Path

import pytest

from tests_host import signed
from twig.release import package, signature
from twig.release.errors import BadRelease, BadSignature
from twig.release.package import Signature

FOUND = signed.release(7)
RAW = FOUND.encode()


def complaint(content: bytes) -> str:
    """What is said about what is no release."""
    with pytest.raises(BadRelease) as caught:
        package.parse(content)
    assert "\n" not in caught.value.text
    return caught.value.text


def test_the_layout_is_that_of_the_page() -> None:
    """docs/protocol.md, section 7: head, signatures, manifest, image."""
    head = struct.pack("<4sBBHII", b"TWUP", 1, 1, 0, len(FOUND.raw), len(FOUND.image))
    (only,) = FOUND.signatures
    assert only.signer.hex() == signed.fingerprint()
    assert head + only.signer + struct.pack("<H", 384) + only.raw + FOUND.raw + FOUND.image == RAW


def test_reads_back() -> None:
    for keys in ((), (0,), (0, 1), (1, 0)):
        made = signed.release(keys=keys)
        assert package.parse(made.encode()) == made


def test_a_key_signs_once_and_two_at_most() -> None:
    both = signed.release(keys=(0, 1))
    assert signed.release(keys=(0, 1, 0)).signatures == both.signatures[::-1]
    with pytest.raises(BadRelease, match="two signatures, which is the most"):
        both.signed(Signature(bytes(32), bytes(384)))


def test_the_largest_file_is_no_larger_than_is_said() -> None:
    assert len(signed.release(keys=(0, 1)).encode()) < package.LARGEST


def test_each_byte_counts() -> None:
    """A file with any byte changed is refused, or its signature is not good, or it names another signer."""
    for at in range(len(RAW)):
        changed = RAW[:at] + bytes([RAW[at] ^ 1]) + RAW[at + 1 :]
        try:
            found = package.parse(changed)
        except BadRelease:
            continue
        assert found.image == FOUND.image
        (only,) = found.signatures
        if only.signer == FOUND.signatures[0].signer:
            with pytest.raises(BadSignature):
                signature.check(signed.modulus(), found.raw, only.raw)


def test_no_cut_off_file_gets_through() -> None:
    for size in [*range(0, 500), *range(500, len(RAW), 97)]:
        assert "cut off" in complaint(RAW[:size]) or size < 16


HEAD = RAW[:16]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no release: it does not begin with 'TWUP'"),
        (b"PK\3\4" + RAW[4:], "no release"),
        (RAW[:4] + b"\2" + RAW[5:], "has the format 2, and this twig reads 1"),
        (RAW[:5] + b"\3" + RAW[6:], "The head of the release is damaged"),
        (RAW[:6] + b"\1" + RAW[7:], "The head of the release is damaged"),
        (RAW + b"\0", "longer than it says"),
        (RAW[:8] + b"\xff\xff\xff\xff" + RAW[12:], "cut off"),
        (RAW[:48] + struct.pack("<H", 255) + RAW[50:], "A signature of the release has 255 bytes"),
        (RAW[:48] + struct.pack("<H", 385) + RAW[50:], "A signature of the release has 385 bytes"),
        (RAW[:-1] + b"\0", "The image is not that of its manifest"),
        (RAW.replace(b'"sequence":7', b'"sequence":x'), "The manifest cannot be used"),
    ],
)
def test_what_is_no_release(content: bytes, words: str) -> None:
    assert words in complaint(content)


def test_two_signatures_of_one_key() -> None:
    signer = FOUND.signatures[0]
    twice = RAW[:5] + b"\2" + RAW[6:16] + (signer.signer + struct.pack("<H", 384) + signer.raw) + RAW[16:]
    assert "name the same key" in complaint(twice)


def test_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.twig"
    with pytest.raises(BadRelease, match=r"Cannot read .*a\.twig: No such file"):
        package.read(path)
    path.write_bytes(RAW[:-5])
    with pytest.raises(BadRelease, match=r"a\.twig: The release is cut off"):
        package.read(path)
    path.write_bytes(RAW)
    assert package.read(path) == FOUND
    path.write_bytes(RAW + bytes(package.LARGEST))
    with pytest.raises(BadRelease, match="longer than it says"):
        package.read(path)
