"""Builds, signs and reads releases: what `twig release` does with files."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from firmware.version import VERSION
from twig import files
from twig.release import manifest, package, private_key, signature
from twig.release.errors import BadRelease, ReleaseError
from twig.release.package import Package, Signature
from twig.release.places import CHECKOUT_ONLY, FIRMWARE


def build(board: str, sequence: int) -> Package:
    """The release of the sources as they are, for one board; the same bytes for the same sources.

    ReleaseError where they cannot be built.
    """
    if not FIRMWARE.joinpath("board").is_dir() or not FIRMWARE.with_name("boot.py").is_file():
        raise ReleaseError(CHECKOUT_ONLY)
    from twig.release import image, sources  # an installed package has no sources to build from

    known = sources.boards()
    if board not in known:
        raise ReleaseError(f"There is no board {board!r}: --board is one of {', '.join(known)}.")
    content = image.build(board).files[image.SLOT_A]
    return package.make(content, manifest.describe(content, VERSION, sequence, [board]))


def name(found: Package) -> str:
    """The file's name: boards, version, sequence."""
    said = found.manifest
    return f"{'-'.join(said.boards)}-{said.version}-{said.sequence}{package.SUFFIX}"


def write(path: Path, content: Package) -> None:
    """Write a release in one step; BadRelease."""
    try:
        files.replace(path, content.encode())
    except OSError as error:
        raise BadRelease(f"Cannot write {path}: {error.strerror}.") from None


def sign(path: Path, key: RSAPrivateKey) -> Package:
    """Add the signature of that key to a release's file, or renew it; BadRelease for a third key."""
    found = package.read(path)
    modulus = private_key.modulus(key)
    raw = signature.sign(key, found.raw)
    signature.check(modulus, found.raw, raw)  # a chip or a memory that errs must not give the key away
    done = found.signed(Signature(signature.name(modulus), raw))
    write(path, done)
    return done
