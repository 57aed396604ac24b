"""`twig forget-keys`: the way out when the master key is lost."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from twig.hub.directory import Directory
from twig.hub.errors import StoreError
from twig.hub.settings import DATABASE

app = typer.Typer(add_completion=False)

QUESTION = "Drop the keys of all devices? Each needs a new join code to come back."


@app.command("forget-keys")
def do_forget_keys(
    data: Annotated[Path, typer.Option(help="Data directory of a hub that does not run.")],
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop all keys and join codes, when the master key is lost; devices, values and history stay."""
    database = data / DATABASE
    if not database.is_file():
        raise StoreError(f"There is no hub's data in {data}; name its directory with --data.")
    if not sure:
        typer.confirm(QUESTION, abort=True)
    with Directory(data), closing(sqlite3.connect(database)) as connection:
        try:
            count = connection.execute("DELETE FROM device_keys").rowcount
            connection.execute("DELETE FROM join_codes")
            connection.commit()
        except sqlite3.Error as error:
            raise StoreError(f"The keys in {database} cannot be dropped: {error}.") from error
    print(f"Dropped keys: {count}. The next start of the hub makes a new master key.")
