"""`twig devices`, `twig set` and `twig watch`: the hub's API at the command line."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from twig import choose, output, text
from twig.client import Client, HubLost

DEFAULT_HUB = "http://127.0.0.1:8080"
RETRY_S = 1.0  # between attempts to reach a hub that has gone; it needs about so long to start

app = typer.Typer(add_completion=False)

HubOption = Annotated[
    str, typer.Option("--hub", envvar="TWIG_HUB", metavar="URL", help="Address of the hub's page and API.")
]
TokenOption = Annotated[
    str,
    typer.Option(
        "--token", envvar="TWIG_TOKEN", metavar="TOKEN", help="Not needed for your own hub on this computer."
    ),
]
JSONOption = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


@contextmanager
def client_of(url: str, token: str) -> Iterator[Client]:
    """A client that is closed afterwards."""
    client = Client(url, token)
    try:
        yield client
    finally:
        client.close()


@app.command("devices")
def do_devices(as_json: JSONOption = False, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """List the devices that the hub knows: a table on a terminal, else lines with tabs."""
    with client_of(hub, token) as client:
        found = sorted(client.devices(), key=lambda one: (one["name"].casefold(), one["guid"]))
    if sys.stdout.isatty() and not as_json:
        output.table(found)
    else:
        output.listed(found, as_json, output.device_line)


# A value may begin with a minus sign, which must not make it an option.
@app.command("set", context_settings={"ignore_unknown_options": True})
def do_set(
    device: Annotated[str, typer.Argument(help="GUID or name, or the beginning of one.")],
    io: Annotated[str, typer.Argument(help="Id or name of the IO, such as relay.")],
    value: Annotated[str, typer.Argument(help="on or off, a number, or a text, as the IO takes it.")],
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Set an IO of a device; returns when the device has reported the new value."""
    with client_of(hub, token) as client:
        target = choose.device(device, client.devices())
        chosen = choose.io(io, target)
        changed = client.set(target["guid"], chosen["id"], choose.value(value, chosen))
    print(f"{text.plain(target['name'])} {output.io_text(changed)}")


@app.command("watch")
def do_watch(as_json: JSONOption = False, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Print what happens at the hub, a line per event, until Ctrl-C; waits for a hub that restarts."""
    with client_of(hub, token) as client:
        connected = False
        while True:
            try:
                for line in event_lines(client, as_json):
                    connected = True
                    print(line, flush=True)
            except HubLost as error:
                if not connected:  # it was not there to begin with
                    raise
                print(f"twig: {error.text} Connecting again.", file=sys.stderr, flush=True)
            wait_for_hub(client)


def event_lines(client: Client, as_json: bool) -> Iterator[str]:
    """What happens from now on; HubLost at the end."""
    names = output.Names(client.devices)
    for kind, data in client.watch():
        if as_json:
            yield text.as_json({"event": kind, **data})
        else:
            yield output.event_line(kind, data, names)


def wait_for_hub(client: Client) -> None:
    """Return once the hub answers again."""
    while True:
        time.sleep(RETRY_S)
        with suppress(HubLost):
            client.health()
            return
