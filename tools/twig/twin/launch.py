"""How the process of a virtual chip is started: the twin's VM, or CPython with the chip's modules."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from twig.release import places
from twig.twin.runtime import runtime

# What the chip's process is told.
DIRECTORY = "TWIG_TWIN_DIR"
DIE_WITH_PARENT = "TWIG_TWIN_DIE_WITH_PARENT"


@dataclass(frozen=True)
class Launch:
    """A command with what it needs around it."""

    argv: list[str]
    environment: dict[str, str]
    folder: Path

    def process(self) -> "subprocess.Popen[bytes]":
        """Start it in a group of its own; it dies with the thread that calls this."""
        return subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=self.environment,
            cwd=self.folder,
            process_group=0,
        )


def twin(data: Path, heap_bytes: int | None) -> Launch:
    """The twin; TwinUnavailable where none can be built."""
    chip = runtime()
    argv = chip.command(heap_bytes) if heap_bytes else chip.command()
    return Launch(argv, _environment(data), data)


def cpython(data: Path, model: str) -> Launch:
    """The same sources under this Python."""
    environment = _environment(data)
    path = [str(places.ROOT), str(places.ROOT / "tools"), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(each for each in path if each)
    return Launch([sys.executable, "-m", "twig.twin.cpython", model], environment, data / "fs")


def _environment(data: Path) -> dict[str, str]:
    return {**os.environ, DIRECTORY: str(data.absolute()), DIE_WITH_PARENT: "1"}
