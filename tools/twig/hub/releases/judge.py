"""Whether a hub takes a release, and which of its signatures are good."""

from collections.abc import Sequence

from twig.hub.errors import (
    BadRelease,
    ReleaseOlder,
    ReleaseUntrusted,
    SequenceTaken,
    TooManySignatures,
)
from twig.hub.releases.index import Key, Release
from twig.release import errors, package, signature, trust
from twig.release.package import Package

# Of one release, each by another key: for a key and its successor, of two owners. A plug in rescue reads them
# all at once, each as 768 digits, into a heap of 38,016 bytes.
MOST_SIGNATURES = 4


def parse(content: bytes) -> Package:
    """What a .twig file holds; BadRelease names the part that is wrong."""
    try:
        return package.parse(content)
    except errors.BadRelease as error:
        raise BadRelease(error.text) from None


def signatures(found: Package, keys: Sequence[Key]) -> dict[str, str]:
    """Fingerprint -> signature in hex, of those by trusted keys. ReleaseUntrusted for none, BadRelease."""
    moduli = {each.fingerprint: int(each.modulus, 16) for each in keys}
    known = [each for each in found.signatures if each.signer.hex() in moduli]
    if not known:
        raise ReleaseUntrusted([trust.grouped(each.signer.hex()) for each in found.signatures])
    for each in known:
        try:
            signature.check(moduli[each.signer.hex()], found.raw, each.raw)
        except errors.BadSignature as error:
            raise BadRelease(error.text) from None
    return {each.signer.hex(): each.raw.hex() for each in known}


def joined(known: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """The signatures of a release with some more, or others by the same keys. TooManySignatures."""
    found = known | new
    if len(found) > MOST_SIGNATURES:
        raise TooManySignatures([trust.grouped(name) for name in known], MOST_SIGNATURES)
    return found


def check_sequence(found: Package, releases: Sequence[Release], older: bool) -> None:
    """SequenceTaken by another release of that board; ReleaseOlder than the newest unless `older`.

    One that is published already passes: it may have got another signature.
    """
    said = found.manifest
    if any(each.manifest == found.digest for each in releases):
        return
    for each in releases:
        common = sorted(set(each.boards) & set(said.boards))
        if not common:
            continue
        if each.sequence == said.sequence:
            raise SequenceTaken(common[0], said.sequence, each.version)
        if each.sequence > said.sequence and not older:
            raise ReleaseOlder(common[0], said.sequence, each.sequence)
