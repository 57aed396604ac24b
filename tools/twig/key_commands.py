"""`twig join-code`, `twig rotate` and `twig revoke`: the keys of the hub's devices at the command line."""

import sys
import time
from typing import Annotated

import typer

from twig import choose, key_output, text
from twig.client import Client, Device
from twig.commands import DEFAULT_HUB, HubOption, JSONOption, TokenOption, client_of

MINUTES, MOST_MINUTES = 15, 1_440  # as the hub's
POLL_S = 1.0  # between questions whether a device has come back
# A device that has just got a key connects again within some seconds; one that lost its Wi-Fi needs a minute.
PATIENCE_S = 60.0

app = typer.Typer(add_completion=False)

DeviceArgument = Annotated[str, typer.Argument(help="GUID or name, or the beginning of one.")]


@app.command("join-code")
def do_join_code(
    only: Annotated[
        str | None,
        typer.Option("--for", metavar="DEVICE", help="Serve this device only, which has lost its key."),
    ] = None,
    minutes: Annotated[int, typer.Option(min=1, max=MOST_MINUTES, help="How long it is valid.")] = MINUTES,
    as_json: JSONOption = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Make a code with which one device joins the hub; it is shown this once."""
    with client_of(hub, token) as client:
        target = choose.device(only, client.devices()) if only is not None else None
        made = client.join_code(target["guid"] if target else None, minutes)
    if as_json:
        print(text.as_json(made))
    elif sys.stdout.isatty():
        key_output.code(made, target)
    else:
        print(made["code"])


@app.command("rotate")
def do_rotate(
    device: Annotated[str | None, typer.Argument(help="GUID or name, or the beginning of one.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All devices that have a key.")] = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Give a device, or all, a new key; one that is offline gets it when it next comes."""
    if (device is None) is not every:
        raise typer.BadParameter("Name a device or say --all.")
    with client_of(hub, token) as client:
        if device is None:
            chosen = client.rotate_all()
        else:
            chosen = [client.rotate(choose.device(device, client.devices())["guid"])]
        left = wait(client, chosen)
    key_output.rotated(chosen, left)


def wait(client: Client, chosen: list[Device]) -> list[Device]:
    """Wait for devices to come back under their new keys, with a bar; those that have not."""
    left = {one["guid"]: one for one in chosen}
    end = time.monotonic() + PATIENCE_S
    with key_output.bar(len(chosen)) as show:
        while left:
            left = {one["guid"]: one for one in client.devices() if one["guid"] in left and waits(one)}
            show(len(chosen) - len(left))
            if not any(one["online"] or seen_lately(one) for one in left.values()) or time.monotonic() > end:
                break
            time.sleep(POLL_S)
    return list(left.values())


def waits(device: Device) -> bool:
    """Whether its new key has not been used yet."""
    return bool(device["key"] == "rotating")


def seen_lately(device: Device) -> bool:
    """Whether it has been here a moment ago: with the new key it closes its connection and comes back."""
    return bool(time.time() - device["last_seen_ms"] / 1000 < PATIENCE_S)


@app.command("revoke")
def do_revoke(
    device: DeviceArgument,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Drop a device's key: it is disconnected at once and stays out until it joins with a new code."""
    with client_of(hub, token) as client:
        target = choose.device(device, client.devices())
        name = text.plain(target["name"] or target["guid"])
        if not sure:
            typer.confirm(f"Revoke the key of {name}? It needs a new join code to come back.", abort=True)
        client.revoke(target["guid"])
    print(f"{name} has no key any longer. To let it join again: twig join-code --for {target['guid']}")
