"""Where the bench works: a folder, hubs as processes of their own, virtual plugs."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests_host.bench import images
from twig.client import Client
from twig.errors import TwigError
from twig.release.parts import Parts
from twig.twin.plug import Plug
from twig.twin.state import Network

LOOPBACK = "127.0.0.1"
PORTS = ("device", "tls", "release", "http", "discovery")
WIFI = {"ssid": "home", "password": "secret12"}  # the air of a plug without an air file
# Two busy cores: everything here takes a second or two on free ones.
PATIENCE_S = 30.0
POLL_S = 0.01
STOP_S = 5.0


class BenchError(TwigError):
    """A measurement cannot be made; the text says why."""


def wait(
    condition: Callable[[], object], what: str, seconds: float = PATIENCE_S, poll: float = POLL_S
) -> None:
    """Return when the condition holds; BenchError when it does not in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise BenchError(f"{what}: not within {seconds:.0f} s")
        time.sleep(poll)


class HubProcess:
    """`twig hub` with its data in `folder`; after a restart it has the ports that it had."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict.fromkeys(PORTS, 0)
        self.url = ""
        self.log = folder / "hub.log"

    def start(self) -> None:
        """Start it and wait until it serves."""
        self.folder.mkdir(parents=True, exist_ok=True)
        announced = self.folder / "hub.json"
        announced.unlink(missing_ok=True)
        ports = [f"--{name}-port={number}" for name, number in self.ports.items()]
        place = ["--host", LOOPBACK, "--interface", LOOPBACK, "--insecure", "--data", str(self.folder)]
        command = [sys.executable, "-m", "twig.cli", "hub", *place, *ports]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait(lambda: announced.exists() or self.process.poll() is not None, "the hub's start")
        if not announced.exists():
            raise BenchError(f"the hub did not start; see {self.log}")
        found = json.loads(announced.read_text())
        self.url = found["url"]
        self.ports.update(found["ports"])

    def stop(self) -> None:
        """End it, frozen or not."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def freeze(self) -> None:
        """From now on it takes connections, since the kernel does, and never answers: a black hole."""
        self.process.send_signal(signal.SIGSTOP)

    def accepted(self) -> list[float]:
        """Wall-clock times, in s, at which it accepted devices: of its log, to the millisecond."""
        found = [json.loads(line) for line in self.log.read_text().split("\n") if line.startswith("{")]
        times = [each["time"] for each in found if each["event"] == "device accepted"]
        return [datetime.fromisoformat(each).timestamp() for each in times]


class Place:
    """Makes hubs and plugs in numbered folders; whoever asks ends them by the context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def new(self, name: str) -> Path:
        """A path that nobody uses."""
        self._count += 1
        return self.folder / f"{name}{self._count}"

    @contextmanager
    def hub(self) -> Iterator[HubProcess]:
        """A hub that runs within the context."""
        made = HubProcess(self.new("hub"))
        made.start()
        try:
            yield made
        finally:
            made.stop()

    @contextmanager
    def client(self, hub: HubProcess) -> Iterator[Client]:
        """A client of its API."""
        made = Client(hub.url)
        try:
            yield made
        finally:
            made.close()

    @contextmanager
    def plug(self, discovery_port: int, **more: Any) -> Iterator[Plug]:
        """A plug that is powered on within the context."""
        made = self.prepared(discovery_port, **more)
        made.start()
        try:
            yield made
        finally:
            made.stop()

    def prepared(
        self,
        discovery_port: int,
        built: Parts | None = None,
        files: Mapping[str, bytes] | None = None,
        heap: int | None = None,
        port_base: int = 0,
        **settings: Any,
    ) -> Plug:
        """A plug that is off; its flash is made of an image (the real one), files and settings."""
        data = self.new("plug")
        common = {"schema": 1, "name": data.name, "model": images.BOARD, "wifi": [WIFI], "insecure": True}
        config = {**common, "discovery_port": discovery_port, **settings}
        images.flash(data, built or images.built(images.REAL), config, files or {})
        return Plug(data, insecure=True, discovery_port=discovery_port, heap=heap, port_base=port_base)


def online(client: Client, plug: Plug) -> dict[str, Any] | None:
    """The plug as its hub shows it, None while it is not joined."""
    found = [each for each in client.devices() if each["name"] == plug.data.name and each["online"]]
    return found[0] if found else None


def joined(client: Client, plug: Plug, seconds: float = PATIENCE_S) -> str:
    """Wait until the plug has joined: its GUID."""
    wait(lambda: online(client, plug), "joining", seconds, poll=0.1)
    return str((online(client, plug) or {})["guid"])


def relay_edges(plug: Plug, since: int, pin: int = 12) -> list[Any]:
    """Edges of a pin from number `since` on."""
    return [edge for edge in plug.state.edges(since) if edge.pin == pin]


def no_wifi(plug: Plug) -> None:
    """Take the network out of the plug's air."""
    plug.state.set_air([Network(**WIFI, up=False)])
