"""`twig backup` and `twig restore`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command("backup")
def do_backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    data: Annotated[Path, typer.Option(help="The hub's data directory.")],
    with_master_key: Annotated[
        bool, typer.Option("--with-master-key", help="Put in the key to all keys, too; guard the file well.")
    ] = False,
) -> None:
    """Copy a hub's data into one file; the hub may run meanwhile."""
    from twig.hub.backup.save import save  # the database's parts; --help does without

    about = save(data, file, with_master_key)
    print(f"Saved in {file} with IOs, values and history (devices: {about.devices}, keys: {about.keys}).")
    print("Password, logins and tokens are in it as hashes, which open nothing.")
    if with_master_key:
        print("The master key is in it: who reads this file can pose as this hub and as every device.")
    else:
        print("The master key is not in it; without that the keys are of no use: keep it elsewhere.")


@app.command("restore")
def do_restore(
    file: Annotated[Path, typer.Argument(help="A file that 'twig backup' has written.")],
    data: Annotated[Path, typer.Option(help="Directory for the data; made when missing.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the hub that the directory holds.")] = False,
    revoked_too: Annotated[
        bool,
        typer.Option(
            "--revoked-too", help="With --force: let in what the backup let in, also what is revoked."
        ),
    ] = False,
    revoke: Annotated[
        list[str] | None,
        typer.Option(metavar="DEVICE", help="Drop this device's key, by GUID or name; may be repeated."),
    ] = None,
    revoke_token: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Drop this token; may be repeated.")
    ] = None,
) -> None:
    """Put a hub's data back into a directory that no hub uses."""
    from twig.hub.backup.about import Choices
    from twig.hub.backup.restore import restore
    from twig.hub.backup.told import tell

    tell(restore(file, data, force, Choices(revoked_too, revoke or [], revoke_token or [])), data)
