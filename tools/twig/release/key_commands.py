"""`twig release key`: the key that signs releases."""

from pathlib import Path
from typing import Annotated

import typer

from twig.release import passphrase, private_key, signers, trust
from twig.release.passphrase import PassphraseOption

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Make or show a key that signs releases.")


@app.command("new")
def do_new(
    file: Annotated[Path, typer.Argument(help="File for the private key; the public one ends in .pub.")],
    passphrase_file: PassphraseOption = None,
) -> None:
    """Make a key of 3,072 bits, sealed by a passphrase; the public key is put beside it."""
    private_key.check_free(file)
    key = private_key.make(file, passphrase.get(passphrase_file, file, twice=True))
    print(f"Private key  {file}: keep it off the hub, with a copy in another place")
    print(f"Public key   {private_key.public(file)}: for twig flash --trust and twig release publish --trust")
    print(f"Fingerprint  {trust.fingerprint(private_key.modulus(key))}")


@app.command("show")
def do_show(
    file: Annotated[Path, typer.Argument(help="The public key's file, or the private key's.")],
    passphrase_file: PassphraseOption = None,
) -> None:
    """Print a key's fingerprint."""
    if not private_key.is_private(file):
        print(signers.load([file])[0].fingerprint)
        return
    words = passphrase.get(passphrase_file, file) if private_key.is_sealed(file) else None
    print(trust.fingerprint(private_key.modulus(private_key.load(file, words))))
