"""How `twig release` shows releases."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from twig.release import difference, signature, trust
from twig.release.errors import BadSignature
from twig.release.package import Package
from twig.release.room import MOST_BLOCKS
from twig.release.signers import Signer
from twig.text import plain

HOW = ": give that key by --trust KEY.pub"


def about(found: Package, keys: Sequence[Signer], older: Package | None) -> dict[str, Any]:
    """What a release is, for programs and for `lines`."""
    said = found.manifest
    return {
        "boards": list(said.boards),
        "version": said.version,
        "sequence": said.sequence,
        "min_micropython": said.min_micropython,
        "image": {"size": said.size, "sha256": said.sha256},
        "segments": len(said.segments),
        "manifest": {"size": len(found.raw), "sha256": found.digest},
        "signatures": [_signature(found, number, keys) for number in range(len(found.signatures))],
        "update": vars(difference.between(said, older.manifest if older else None)),
    }


def _signature(found: Package, number: int, keys: Sequence[Signer]) -> dict[str, str]:
    """Whose it is, and good, or unchecked where that key is not given. BadSignature."""
    said = found.signatures[number]
    key = next((each for each in keys if signature.name(each.modulus) == said.signer), None)
    if key:
        try:
            signature.check(key.modulus, found.raw, said.raw)
        except BadSignature as error:
            return {"fingerprint": said.signer.hex(), "state": f"bad: {error.text}"}
    return {"fingerprint": said.signer.hex(), "state": "good" if key else "unchecked"}


def lines(said: dict[str, Any], older: Package | None) -> list[str]:
    """The same for people."""
    image, update = said["image"], said["update"]
    found = [
        f"Release      {said['version']}, sequence {said['sequence']}, for {', '.join(said['boards'])}",
        f"MicroPython  {said['min_micropython']} or later",
        f"Image        {image['size']:,} bytes, {update['blocks']} of {MOST_BLOCKS} blocks, "
        f"{said['segments']} segments",
        f"             SHA-256 {image['sha256']}",
        f"Manifest     {said['manifest']['size']:,} bytes, SHA-256 {said['manifest']['sha256']}",
    ]
    for each in said["signatures"]:
        found.append(f"Signature    {trust.grouped(each['fingerprint'])}")
        found.append(f"             {each['state']}{HOW if each['state'] == 'unchecked' else ''}")
    if not said["signatures"]:
        found.append("Signature    none yet: 'twig release sign' makes one")
    return [*found, _update(update, older)]


def _update(update: dict[str, int], older: Package | None) -> str:
    total = f"{update['fetch']:,} bytes in {update['requests']} requests"
    if not older:
        return f"To fetch     {total}, where a plug has nothing of it"
    origin = f"{older.manifest.version}, sequence {older.manifest.sequence}"
    return (
        f"To fetch     {total}, from {origin}: {update['shared']} of {update['segments']} segments are shared"
    )


def published(one: dict[str, Any]) -> str:
    """A release that a hub has, in one line with tabs."""
    when = f"{datetime.fromtimestamp(one['published_ms'] / 1000, UTC):%Y-%m-%d %H:%M}"
    fields = (", ".join(one["boards"]), one["version"], one["sequence"], one["size"], when, one["manifest"])
    return "\t".join(map(plain, fields))
