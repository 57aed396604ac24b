"""How the process of a virtual chip is started: the twin's VM, or CPython with the chip's modules."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from twig.release import places
from twig.twin.line import Line
from twig.twin.runtime import runtime

# What the chip's process is told.
DIRECTORY = "TWIG_TWIN_DIR"
DIE_WITH_PARENT = "TWIG_TWIN_DIE_WITH_PARENT"
SERIAL = "TWIG_TWIN_SERIAL"


@dataclass(frozen=True)
class Launch:
    """A command with what it needs around it."""

    argv: list[str]
    environment: dict[str, str]
    folder: Path
    stdin: int = subprocess.DEVNULL

    def process(self) -> "subprocess.Popen[bytes]":
        """Start it in a group of its own; it dies with the thread that calls this."""
        return subprocess.Popen(
            self.argv,
            stdin=self.stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=self.environment,
            cwd=self.folder,
            process_group=0,
        )


def twin(data: Path, family: str, heap_bytes: int | None, line: Line | None = None) -> Launch:
    """The twin of a family, on a serial line or on none; TwinUnavailable where none can be built."""
    argv = runtime(family).command(heap_bytes)
    if line is None:
        return Launch(argv, _environment(data), data)
    return Launch(argv, {**_environment(data), SERIAL: "1"}, data, line.chip)


def cpython(data: Path, model: str) -> Launch:
    """The same sources under this Python."""
    environment = _environment(data)
    path = [str(places.ROOT), str(places.ROOT / "tools"), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(each for each in path if each)
    return Launch([sys.executable, "-m", "twig.twin.cpython", model], environment, data / "fs")


def _environment(data: Path) -> dict[str, str]:
    return {**os.environ, DIRECTORY: str(data.absolute()), DIE_WITH_PARENT: "1"}
