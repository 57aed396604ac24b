"""Releases and their keys at a hub: what `twig release` asks of it."""

from pathlib import Path

import typer

from twig.client import Client, HubLost
from twig.commands import client_of
from twig.release import signature, signers, trust
from twig.release.errors import BadRelease
from twig.release.package import Package


def next_sequence(hub: str, token: str, board: str) -> int:
    """One more than the newest of that board that a hub has; 1 for the first. ClientError."""
    try:
        with client_of(hub, token) as client:
            found = client.releases()
    except HubLost as error:
        raise BadRelease(f"{error.text} Or say --sequence N.") from None
    return 1 + max((one["sequence"] for one in found if board in one["boards"]), default=0)


def trust_key(client: Client, path: Path, yes: bool) -> None:
    """Have a hub trust a key that it does not know yet, after a person has seen its fingerprint."""
    (signer,) = signers.load([path])
    known = {one["fingerprint"] for one in client.release_keys()}
    if signature.name(signer.modulus).hex() in known:
        return
    print(f"{path}: {signer.fingerprint}")
    if not yes:
        typer.confirm("Shall the hub take releases that are signed by this key?", abort=True)
    client.trust_release_key(path.read_text("ascii"))


def drop_key(client: Client, fingerprint: str, yes: bool) -> None:
    """Have a hub trust a key no longer; releases that only it has signed go."""
    name = "".join(fingerprint.split()).lower()
    if not yes:
        typer.confirm("Releases that only this key has signed leave the hub, too. Go on?", abort=True)
    client.drop_release_key(name)


def check_trusted(client: Client, file: Path, found: Package) -> None:
    """BadRelease says what to do where a hub trusts none of those who have signed."""
    known = {one["fingerprint"] for one in client.release_keys()}
    if not known & {each.signer.hex() for each in found.signatures}:
        names = " and ".join(trust.grouped(each.signer.hex()) for each in found.signatures)
        which = "trusts no key yet" if not known else "does not trust that key"
        raise BadRelease(f"{file} is signed by {names}; the hub {which}. Say --trust KEY.pub once.")
