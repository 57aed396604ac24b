"""The demo's hub: `twig hub` as a process of its own, so that it is measured as it runs at home."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twig.demo.errors import DemoError
from twig.demo.wait import wait_for

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0  # imports and a new database, on a slow disk and two busy cores
STOP_SECONDS = 15.0  # beyond the limits that the hub sets itself; it needs one second
ANY = "0"


@dataclass(frozen=True)
class RunningHub:
    """Where a hub serves what; `check` raises DemoError when it has ended."""

    url: str
    discovery_port: int
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """DemoError with the hub's last line when it has ended."""
        if self.process.poll() is not None:
            raise DemoError(f"the hub has ended: {last_line(self.log)} (more in {self.log})")


@contextmanager
def running(folder: Path) -> Iterator[RunningHub]:
    """A hub with its data in `folder`, up and listening on free ports of loopback; ended afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    announced, log = folder / "hub.json", folder / "hub.log"
    announced.unlink(missing_ok=True)
    with log.open("wb") as stream:
        # A session of its own: a terminal's Ctrl-C is for the demo, which must not find its hub gone.
        process = subprocess.Popen(
            command(folder),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )

    def settled() -> bool:
        return announced.exists() or process.poll() is not None

    try:
        wait_for(settled, START_SECONDS, "the hub did not start")
        if not announced.exists():
            raise DemoError(f"the hub did not start: {last_line(log)} (more in {log})")
        found = json.loads(announced.read_text())
        yield RunningHub(found["url"], found["ports"]["discovery"], process, log)
    finally:
        stop(process)


def command(folder: Path) -> list[str]:
    """The command line of a hub that only this computer can reach."""
    ports = [f"--{each}-port={ANY}" for each in ("tls", "release", "http", "discovery")]
    place = ["--host", LOOPBACK, "--interface", LOOPBACK]
    return [sys.executable, "-m", "twig.cli", "hub", "--data", str(folder), *place, *ports]


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the hub: by a word, and by force when it does not listen."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_line(log: Path) -> str:
    """What the hub said last."""
    lines = log.read_text(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")
