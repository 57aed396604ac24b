"""`python -m twig.demo [--once] [--python] [--data DIR]`: until Ctrl-C, or for one measurement."""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from twig import output
from twig.client import Client, Device
from twig.demo import hub
from twig.demo.errors import DemoError
from twig.demo.hub import LOOPBACK, RunningHub
from twig.demo.measure import measure
from twig.demo.wait import wait_for
from twig.errors import TwigError
from twig.hub.access import OWNER, passwords
from twig.release import places
from twig.twin.errors import TwinUnavailable
from twig.twin.plug import Plug
from twig.twin.runtime import runtime

PLUGS = ("Kitchen", "Desk lamp")
JOIN_SECONDS = 60.0  # boot, Wi-Fi and discovery take 3 s; two busy cores take longer
CODE_MINUTES = 5  # of a join code: plugs use theirs at once
LOOK_SECONDS = 0.5  # how soon a hub that has ended is noticed

console = Console(highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; 0 when it ended as it was meant to, else one clear line and 1."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, leave)
    try:
        with folder(options.data) as data:
            run(data, options)
    except TwigError as error:
        print(f"demo: {error.text}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        console.print("Stopped.")
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="twig.demo", description="A hub and two virtual plugs on loopback.")
    parser.add_argument("--once", action="store_true", help="switch each relay twice, print the times, end")
    parser.add_argument("--python", action="store_true", help="run the plugs under CPython, without a twin")
    parser.add_argument("--data", type=Path, default=places.BUILD / "demo", help="where it keeps its files")
    return parser.parse_args(arguments)


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM ends the demo like Ctrl-C, with everything that it has started."""
    raise KeyboardInterrupt


@contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A new folder for this run, so that it boots today's firmware; kept with its logs when the run fails."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        data = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
    except OSError as error:
        raise DemoError(f"cannot use {parent}: {error.strerror}") from None
    try:
        yield data
    except KeyboardInterrupt:
        shutil.rmtree(data)
        raise
    shutil.rmtree(data)


def run(data: Path, options: argparse.Namespace) -> None:
    """Start all, do what was asked for, and end all, whatever happens."""
    with ExitStack() as stack:
        python = options.python or not prepared()
        with console.status("Starting a hub and two virtual plugs"):
            running = stack.enter_context(hub.running(data / "hub"))
            client = Client(running.url)
            stack.callback(client.close)
            for name in PLUGS:
                stack.enter_context(plugged(data, name, running, client, python))
            devices = joined(client, running)
        console.print(f"Page  {running.url}/")
        output.table(devices)
        if options.once:
            measure(client, devices, console)
        else:
            tell_login(client)
            accompany(running)


def prepared() -> bool:
    """Build the twin when it is not there yet; False, and a line that says why, where none can be built."""
    try:
        with console.status("Building the virtual chip (the first time only, a minute or two)"):
            runtime()
    except TwinUnavailable as error:
        console.print(f"No virtual chip: {error.text} The plugs run under CPython instead.", soft_wrap=True)
        return False
    return True


@contextmanager
def plugged(data: Path, name: str, running: RunningHub, client: Client, python: bool) -> Iterator[Plug]:
    """A virtual plug that finds the hub by itself and joins it by a code; ended afterwards."""
    plug = Plug(
        data / name.lower().replace(" ", "-"),
        name=name,
        interface=LOOPBACK,
        join_code=client.join_code(None, CODE_MINUTES)["code"],
        discovery_port=running.discovery_port,
        python=python,
    )
    plug.start()
    try:
        yield plug
    finally:
        plug.stop()


def joined(client: Client, running: RunningHub) -> list[Device]:
    """Wait until all plugs are at the hub and have reported all values; the devices by name."""

    def complete() -> bool:
        running.check()
        return sum(known(each) for each in client.devices()) == len(PLUGS)

    wait_for(complete, JOIN_SECONDS, f"the plugs did not join the hub (logs: {running.log.parents[1]})")
    return sorted(client.devices(), key=lambda each: str(each["name"]))


def known(device: Device) -> bool:
    """Whether the hub has all of it."""
    values = [io["value"] for io in device["ios"] if io["readable"]]
    return bool(device["online"] and values and None not in values)


def tell_login(client: Client) -> None:
    """Set a password that this demo knows, and say it."""
    password = passwords.make()
    client.set_password(password)
    console.print(f"Log in with the name {OWNER} and the password {password}")


def accompany(running: RunningHub) -> None:
    """Stay until Ctrl-C; DemoError when the hub ends by itself."""
    console.print("Ctrl-C ends all of it.")
    while True:
        try:
            running.process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        running.check()


if __name__ == "__main__":
    sys.exit(main())
