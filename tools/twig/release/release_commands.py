"""`twig release`: builds, signs, shows and publishes what plugs are updated with."""

from pathlib import Path
from typing import Annotated

import typer

from twig import output, text
from twig.commands import DEFAULT_HUB, HubOption, JSONOption, TokenOption, client_of
from twig.release import (
    key_commands,
    manifest,
    package,
    passphrase,
    places,
    private_key,
    publish,
    releases,
    show,
    signers,
    trust,
)
from twig.release.errors import BadRelease
from twig.release.passphrase import PassphraseOption

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Build, sign, show and publish releases of the firmware."
)
app.add_typer(key_commands.app, name="key")

FileArgument = Annotated[Path, typer.Argument(help="The release: a .twig file.")]


@app.command("build")
def do_build(
    board: Annotated[str, typer.Option(help="Board to build for, as s26.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for it; default build/.")] = None,
    sequence: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=manifest.MOST_SEQUENCE,
            help="Grows with each release; default: the next after the newest that the hub has.",
        ),
    ] = None,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Build the release of the sources for one board; nobody has signed it yet."""
    number = sequence or publish.next_sequence(hub, token, board)
    made = releases.build(board, number)
    folder = out or places.BUILD
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRelease(f"Cannot make the folder {folder}: {error.strerror}.") from None
    path = folder / releases.name(made)
    releases.write(path, made)
    print(f"{path}: not signed yet")


@app.command("sign")
def do_sign(
    file: FileArgument,
    key: Annotated[Path, typer.Option(help="File of the private key.")],
    passphrase_file: PassphraseOption = None,
) -> None:
    """Sign a release; a second key, such as an offline one, may sign it too."""
    package.read(file)  # what is wrong with it is told before a passphrase is asked for
    words = passphrase.get(passphrase_file, key) if private_key.is_sealed(key) else None
    opened = private_key.load(key, words)
    releases.sign(file, opened)
    print(f"{file}: signed by {trust.fingerprint(private_key.modulus(opened))}")


@app.command("show")
def do_show(
    file: FileArgument,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An older release: what a plug with it has to fetch.")
    ] = None,
    trusted: Annotated[
        list[Path] | None, typer.Option("--trust", metavar="KEY.pub", help="Check signatures; twice at most.")
    ] = None,
    as_json: JSONOption = False,
) -> None:
    """Show what a release is, who has signed it, and what a plug has to fetch; 1 for a bad signature."""
    found, older = package.read(file), package.read(against) if against else None
    if older and not set(older.manifest.boards) & set(found.manifest.boards):
        raise BadRelease(f"{against} is for another board than {file}: no plug goes from one to the other.")
    said = show.about(found, signers.load(trusted or []), older)
    print(text.as_json(said, indent=1) if as_json else "\n".join(show.lines(said, older)))
    if any(each["state"] not in ("good", "unchecked") for each in said["signatures"]):
        raise BadRelease(f"{file} has a signature that is not good.")


@app.command("publish")
def do_publish(
    file: FileArgument,
    key: Annotated[
        Path | None, typer.Option("--trust", metavar="KEY.pub", help="Have the hub trust that key first.")
    ] = None,
    older: Annotated[
        bool, typer.Option("--older", help="Even though the hub has a newer release for that board.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Give a signed release to a hub, which has plugs fetch it."""
    found = package.read(file)
    if not found.signatures:
        raise BadRelease(f"{file} is not signed: 'twig release sign' does that.")
    with client_of(hub, token) as client:
        if key:
            publish.trust_key(client, key, yes)
        publish.check_trusted(client, file, found)
        made = client.publish(found.encode(), older)
    print(show.published(made))


@app.command("list")
def do_list(as_json: JSONOption = False, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """List a hub's releases: boards, version, sequence, bytes, when (UTC), SHA-256 of the manifest."""
    with client_of(hub, token) as client:
        found = client.releases()
    output.listed(found, as_json, show.published)


@app.command("trust")
def do_trust(
    key: Annotated[
        Path | None, typer.Argument(metavar="KEY.pub", help="Without it the keys are listed.")
    ] = None,
    drop: Annotated[
        str | None, typer.Option("--drop", metavar="FINGERPRINT", help="Trust that key no longer.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Have a hub take releases that are signed by a key, or list the keys that it trusts."""
    with client_of(hub, token) as client:
        if key:
            publish.trust_key(client, key, yes)
        if drop:
            publish.drop_key(client, drop, yes)
        for one in client.release_keys():
            print(trust.grouped(one["fingerprint"]))
