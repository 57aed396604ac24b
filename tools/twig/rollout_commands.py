"""`twig rollout`: begin, list, show, watch, pause, resume and stop rollouts."""

import time
from contextlib import suppress
from typing import Annotated, Any

import typer

from twig import output, rollout_output, text
from twig.client import Client, HubLost
from twig.commands import DEFAULT_HUB, HubOption, JSONOption, TokenOption, client_of
from twig.errors import TwigError
from twig.rollout_waves import waves_of

POLL_S = 1.0  # between questions how far it is
GOING = ("running", "paused")
Rollout = dict[str, Any]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Roll a release out to many devices, in waves."
)

NumberArgument = Annotated[int | None, typer.Argument(min=1, metavar="NUMBER", help="Default: the newest.")]


class NoRollout(TwigError):
    """There is none yet."""


class RolloutStopped(TwigError):
    """It has ended before all devices have the release."""


@app.command("start")
def do_start(
    release: Annotated[str, typer.Argument(help="Version, or 8 or more digits of a manifest's SHA-256.")],
    canary: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER|DEVICE", help="The first wave: so many, or these; may be repeated."),
    ] = None,
    wave: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERCENT%|DEVICE,...",
            help="A further wave, of all devices or by name; may be repeated. Default: 1%, 10%, 50%, 100%.",
        ),
    ] = None,
    pause: Annotated[float, typer.Option(min=0, max=10_080, help="Minutes between two waves.")] = 10.0,
    at_once: Annotated[int, typer.Option(min=1, max=1_000, help="Devices that fetch at one time.")] = 10,
    least_confirmed: Annotated[
        float, typer.Option(min=0, max=100, help="Percent of a wave that have to confirm, else it stops.")
    ] = 90.0,
    most_rolled_back: Annotated[
        int, typer.Option(min=0, help="Devices of a wave that may roll back, else it stops.")
    ] = 0,
    most_errors: Annotated[
        int | None, typer.Option(min=0, help="Crashes of a wave's devices that may be, else it stops.")
    ] = None,
    least_heap: Annotated[
        int | None, typer.Option(min=0, help="Bytes of memory that a device must have free, else it stops.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also to devices that have rolled back from it.")
    ] = False,
    as_json: JSONOption = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Begin a rollout: each wave has to prove the release before the next one is offered it."""
    wish: dict[str, Any] = {
        "release": release,
        "pause_s": pause * 60,
        "at_once": at_once,
        "least_confirmed": least_confirmed / 100,
        "most_rolled_back": most_rolled_back,
        "most_errors": most_errors,
        "least_heap": least_heap,
        "again": again,
    }
    with client_of(hub, token) as client:
        if canary or wave:
            wish["waves"] = waves_of(canary or [], wave or [], client.devices())
        made = client.begin_rollout(wish)
    print(text.as_json(made, indent=1) if as_json else "\n".join(rollout_output.begun(made)))


@app.command("list")
def do_list(as_json: JSONOption = False, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """List the rollouts, the newest first: number, version, state, confirmed, devices, when (UTC)."""
    with client_of(hub, token) as client:
        found = client.rollouts()
    output.listed(found, as_json, rollout_output.line)


@app.command("show")
def do_show(
    number: NumberArgument = None,
    as_json: JSONOption = False,
    hub: HubOption = DEFAULT_HUB,
    token: TokenOption = "",
) -> None:
    """Show a rollout with its waves, and the devices that do not have the release."""
    with client_of(hub, token) as client:
        found = client.rollout(chosen(client, number))
        names = {one["guid"]: one["name"] for one in client.devices()}
    print(text.as_json(found, indent=1) if as_json else "\n".join(rollout_output.about(found, names)))


@app.command("watch")
def do_watch(number: NumberArgument = None, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Follow a rollout to its end, with a bar for each wave; Ctrl-C ends only the watching."""
    with client_of(hub, token) as client:
        found = client.rollout(chosen(client, number))
        with rollout_output.bars(found) as show:
            while found["state"] in GOING:
                time.sleep(POLL_S)
                with suppress(HubLost):  # a hub that is restarted goes on where it was
                    found = client.rollout(found["id"])
                show(found)
    if found["state"] == "stopped":
        raise RolloutStopped(rollout_output.ended(found))
    print(rollout_output.ended(found))


@app.command("pause")
def do_pause(number: NumberArgument = None, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Offer nothing more for now; devices that have taken an offer go on."""
    act("pause", number, hub, token)


@app.command("resume")
def do_resume(number: NumberArgument = None, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Go on with a rollout that is paused."""
    act("resume", number, hub, token)


@app.command("stop")
def do_stop(number: NumberArgument = None, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Emergency stop: no further offers, at once and for good; it does not ask."""
    act("stop", number, hub, token)


def act(what: str, number: int | None, hub: str, token: str) -> None:
    """Do it and say how the rollout is now."""
    with client_of(hub, token) as client:
        print(rollout_output.line(client.act_on_rollout(chosen(client, number), what)))


def chosen(client: Client, number: int | None) -> int:
    """That number, or the newest rollout's; NoRollout."""
    if number is not None:
        return number
    found = client.rollouts()
    if not found:
        raise NoRollout("There is no rollout yet: 'twig rollout start VERSION' begins one.")
    return int(found[0]["id"])
