"""`twig password`: sets the password of the hub's page, at its own computer."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from twig import here
from twig.client import Client
from twig.hub.access import OWNER, Access, passwords
from twig.hub.directory import Directory
from twig.hub.errors import StartError
from twig.hub.settings import HubSettings
from twig.hub.store import open_store

app = typer.Typer(add_completion=False)


@app.command("password")
def do_password(
    data: Annotated[Path, typer.Option(envvar="TWIG_DATA", help="The hub's data directory.")],
) -> None:
    """Set the password of the hub's page, whether the hub runs or not; everybody is logged out.

    It is asked for on a terminal, else it is the first line of standard input.
    """
    new = passwords.check(ask())
    settings = HubSettings(data=data)
    try:
        with Directory(data):
            asyncio.run(keep(settings, new))
    except StartError:
        if not (running := here.of(data)):
            raise
        tell(running, new)
    print(f"The password of {OWNER} is set; everybody is logged out.")


def ask() -> str:
    """The password, typed twice where somebody types."""
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


async def keep(settings: HubSettings, new: str) -> None:
    """Write it into the database of a hub that does not run."""
    store, contents = await open_store(settings.url, settings.limits.store_jobs)
    try:
        await Access(contents.access, store.run).set_password(OWNER, new)
    finally:
        await store.close()


def tell(running: here.Here, new: str) -> None:
    """Let the running hub set it."""
    client = Client(running.url, running.token, local=running)
    try:
        client.set_password(new)
    finally:
        client.close()
