"""Real hubs and real plugs together: the hub as a process with its API, the plug on the twin's VM."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests_host.hubs import local_bearer
from twig.release import flash
from twig.twin import air as air_file
from twig.twin import storage
from twig.twin.air import Air
from twig.twin.plug import Plug
from twig.twin.state import EDGE_OUTPUT, EDGE_RELEASED, Edge

RELAY_PIN, BUTTON_PIN = 12, 0
RELAY, BUTTON, IDENTIFY = 1, 16, 17  # ids of the S26's IOs
SWITCH = 18  # the first input of boards that have some
# Two slow cores, often with other work: a boot with its join takes a second alone and ten beside others.
JOIN_S = 30.0
START_S = 30.0  # the hub's process imports SQLAlchemy and FastAPI
STOP_S = 10.0
POLL_S = 0.02
PRESS_S = 0.12  # longer than the debouncing
APART_S = 0.1  # between two presses, for the same reason
API_S = 15.0
# For a press beside whatever else a test does: an erase of flash holds interrupts back for 50 ms, a rewritten
# directory or the SDK's settings take three. What is promised otherwise is tested in test_plug_button.py.
SOON_MS = 300.0

Device = dict[str, Any]


def until(condition: Callable[[], Any], what: str = "it", seconds: float = JOIN_S) -> Any:
    """Wait for something true and return it; AssertionError names what did not come."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come in {seconds} s"
        time.sleep(POLL_S)
    return found


async def until_async(condition: Callable[[], Any], what: str = "it", seconds: float = JOIN_S) -> Any:
    """The same beside a hub in this event loop."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come in {seconds} s"
        await asyncio.sleep(POLL_S)
    return found


class HubProcess:
    """`twig hub` on loopback; its ports stay the same over restarts."""

    program: str = "twig.cli"

    def __init__(self, data: Path, discovery_port: int, *more: str, address: str = "127.0.0.1") -> None:
        self.data, self.more, self.address = data, more, address
        self.ports = {"device": 0, "tls": 0, "release": 0, "http": 0, "discovery": discovery_port}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its hub.json."""
        ports = [f"--{name}-port={port}" for name, port in self.ports.items()]
        command = [sys.executable, "-m", self.program, "hub", "--data", str(self.data), "--insecure", *ports]
        command += [f"--host={self.address}", f"--interface={self.address}", *self.more]
        with self.data.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment(), stdout=log, stderr=log)
        said = until(self._said, f"the hub; see {log.name}", START_S)
        self.guid, self.url = said["guid"], said["url"]
        self.ports.update(said["ports"])
        self.http = httpx.Client(
            base_url=self.url + "/api/v1", timeout=API_S, trust_env=False, headers=local_bearer(self.data)
        )

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process:
            self.http.close()
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(STOP_S)
            self.process = None

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP makes a black hole of it, SIGCONT brings it back."""
        assert self.process
        self.process.send_signal(number)

    def devices(self) -> list[Device]:
        """GET /devices."""
        found: list[Device] = self.http.get("/devices").raise_for_status().json()
        return found

    def device(self, name: str) -> Device | None:
        """The device of that name."""
        return next((one for one in self.devices() if one["name"] == name), None)

    def joined(self, name: str, seconds: float = JOIN_S) -> Device:
        """Wait until it is online and has reported its relay."""
        found: Device = until(lambda: self._ready(name), f"{name} at the hub", seconds)
        return found

    def offline(self, name: str, seconds: float = JOIN_S) -> None:
        """Wait until the hub says so."""
        until(lambda: not (self.device(name) or {"online": True})["online"], f"the end of {name}", seconds)

    def set(self, guid: str, value: Any, io: int = RELAY) -> httpx.Response:
        """PUT /devices/{guid}/ios/{io}."""
        return self.http.put(f"/devices/{guid}/ios/{io}", json={"value": value})

    def log(self) -> str:
        """All that it wrote."""
        return self.data.with_suffix(".log").read_text("utf-8", "replace")

    def _ready(self, name: str) -> Device | None:
        found = self.device(name)
        return found if found and found["online"] and value(found, RELAY) is not None else None

    def _said(self) -> dict[str, Any] | None:
        assert self.process and self.process.poll() is None, self.log()
        try:
            said: dict[str, Any] = json.loads((self.data / "hub.json").read_text())
        except (OSError, ValueError):
            return None
        return said if said["pid"] == self.process.pid else None

    def __enter__(self) -> "HubProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def environment() -> dict[str, str]:
    """Finds twig and firmware in this checkout."""
    root = Path(__file__).parents[2]
    return {**os.environ, "PYTHONPATH": f"{root / 'tools'}:{root}"}


def free_port() -> int:
    """A port that is free for TCP and UDP on loopback."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return int(tcp.getsockname()[1])


def value(device: Device, io: int) -> Any:
    """The last value of one IO."""
    return next((one["value"] for one in device["ios"] if one["id"] == io), None)


def plug(data: Path, port: int, **more: Any) -> Plug:
    """A plug that trusts hubs without keys and listens on that discovery port; not started."""
    return Plug(data, insecure=True, discovery_port=port, **more)


def flash_first(made: Plug, **files: bytes) -> dict[str, str]:
    """Make its flash from a built image and change files (main_py is main.py); source's names -> renamed."""
    made.data.mkdir(parents=True)
    air = made.options.air if isinstance(made.options.air, Air) else air_file.load(made.options.air)
    storage.Flash(made.data).prepare(made.options.model, made.options.first(air))
    for name, content in files.items():
        flash.write_file(made.data / "flash.bin", name.replace("_py", ".py"), content)
    return storage.names(made.data).renamed()


def configure(made: Plug, **settings: Any) -> None:
    """Change settings of a plug that is off."""
    config = json.loads(made.files()["config.json"])
    made.write_file("config.json", storage.encode({**config, **settings}))


def press(made: Plug) -> float:
    """Press the button; milliseconds until the relay's edge."""
    seen, begun = made.state.edge_count, time.monotonic_ns()
    made.press(PRESS_S)
    edge = until(lambda: next(relay_edges(made, seen), None), "the relay's edge", 5)
    time.sleep(APART_S)
    return float(edge.ns - begun) / 1e6


def relay_edges(made: Plug, since: int = 0) -> Iterator[Edge]:
    """What happened at the relay's pin."""
    kinds = (EDGE_OUTPUT, EDGE_RELEASED)
    return (edge for edge in made.state.edges(since) if edge.pin == RELAY_PIN and edge.kind in kinds)


def relay(made: Plug) -> bool:
    """Whether it is on."""
    return bool(made.state.pin(RELAY_PIN).level)


def console(made: Plug) -> str:
    """All that the plug printed."""
    return (made.data / "console.log").read_text("utf-8", "replace")


def untroubled(made: Plug) -> None:
    """It has booted once since its power came; nothing bit, crashed or reset it."""
    shown = made.show()
    counts = {name: shown[name] for name in ("boots", "resets", "crashes", "watchdog", "interrupt_errors")}
    assert counts == {"boots": 1, "resets": 0, "crashes": 0, "watchdog": 0, "interrupt_errors": 0}, console(
        made
    )


@contextmanager
def all_stopped(plugs: list[Plug]) -> Iterator[list[Plug]]:
    """Stops them at the end, whatever happens."""
    try:
        yield plugs
    finally:
        for each in plugs:
            each.stop()


@contextmanager
def started(plugs: list[Plug]) -> Iterator[list[Plug]]:
    """Runs them all."""
    with all_stopped(plugs):
        for each in plugs:
            each.start()
        yield plugs
