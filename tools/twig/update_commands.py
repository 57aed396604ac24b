"""`twig update`: a device's update at the command line, followed to its end."""

import time
from contextlib import suppress
from typing import Annotated, Any

import typer

from twig import choose, update_output
from twig.client import Client, Device, HubLost
from twig.commands import DEFAULT_HUB, HubOption, TokenOption, client_of
from twig.errors import TwigError
from twig.key_commands import DeviceArgument
from twig.progress import FAILED, OPEN

POLL_S = 1.0  # between questions how far the device is
# Without any news; the hub itself asks a device that has been silent for 15 minutes.
PATIENCE_S = 1_200.0

app = typer.Typer(add_completion=False)


class UpdateFailed(TwigError):
    """The device does not have the release."""


@app.command("update")
def do_update(
    device: DeviceArgument,
    release: Annotated[
        str | None,
        typer.Option(metavar="VERSION|SHA256", help="Which; default: the newest for the device's board."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Even a release that the device has rolled back from.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take an offer back that the device has not taken yet.")
    ] = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Update a device and follow it to the end; one that is offline gets it when it next comes."""
    if withdraw and (release is not None or again):
        raise typer.BadParameter("--withdraw stands alone.")
    with client_of(hub, token) as client:
        guid = choose.device(device, client.devices())["guid"]
        if withdraw:
            print(update_output.outcome(client.withdraw_update(guid)))
            return
        found = follow(client, client.update(guid, release, again))
    if found["update"]["state"] in FAILED:
        raise UpdateFailed(update_output.outcome(found))
    print(update_output.outcome(found))


def follow(client: Client, device: Device) -> Device:
    """The device at the end of its update, or where waiting for more makes no sense."""
    wanted, heard = device["update"], time.monotonic()
    with update_output.bar(device) as show:
        while is_worth_waiting(device) and time.monotonic() - heard < PATIENCE_S:
            time.sleep(POLL_S)
            with suppress(HubLost):  # it may be restarted meanwhile, which changes nothing for the device
                device = client.device(device["guid"])
            if device["update"]["manifest"] != wanted["manifest"]:
                raise UpdateFailed(f"{update_output.name(device)} has been offered another release since.")
            heard = time.monotonic() if device["update"] != wanted else heard
            wanted = device["update"]
            show(device)
    return device


def is_worth_waiting(device: dict[str, Any]) -> bool:
    """A device under way is offline twice, while it restarts; one that has not begun may be away for days."""
    state = device["update"]["state"]
    return state in OPEN and (state != "waiting" or device["online"])
