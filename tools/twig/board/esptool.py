"""Runs esptool as a subprocess (it is under the GPL), with one chip after the other command."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from twig.board import trouble
from twig.board.errors import BoardError

# For esptool: what answers decides.
ANY = "auto"
# What esptool leaves in the chip keeps its speed, and the next run of esptool begins no faster than this.
BAUD = 115200
# A plug has no wire for a reset: what esptool has loaded into the chip stays there for its next command.
STAY = "no-reset-stub"
# One line for each progress, without colours and without line breaks of a terminal's width.
PLAIN = {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "200",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
}
PERCENT = re.compile(r"(?:Reading from|Writing at) 0x[0-9a-f]+ .*?([\d.]+)%")

Progress = Callable[[float], None]


def ignore(_: float) -> None:
    """For who does not show how far it is."""


def shared(progress: Progress, files: int) -> Progress:
    """Percents of several files, one after the other, as percents of them all."""
    done, last = 0, 0.0

    def tell(percent: float) -> None:
        nonlocal done, last
        done += percent < last
        last = percent
        progress((100 * done + percent) / files)

    return tell


def offline(chip: str, *command: str) -> str:
    """What a command prints that needs no chip of that kind; BoardError with esptool's reason."""
    done = subprocess.run([*_base(chip), *command], env=os.environ | PLAIN, capture_output=True, text=True)
    if done.returncode:
        raise BoardError(_reason(done.stderr))
    return done.stdout


class Chip:
    """The chip in its loader at a port. Only the first command tries the reset that some adapters have."""

    def __init__(self, port: str, baud: int = BAUD, kind: str = ANY) -> None:
        self.kind = kind
        self.port = port
        self.baud = baud
        self._reached = False

    def run(self, *command: str | Path, progress: Progress = ignore) -> str:
        """All that the command prints, warnings last; BoardError. `progress` is told percents."""
        before = "no-reset" if self._reached else "default-reset"
        options = ["--port", self.port, "--baud", str(self.baud), "--before", before, "--after", STAY]
        with TemporaryFile("w+", encoding="utf-8") as file:
            code, said = _watched([*_base(self.kind), *options, *map(str, command)], file, progress)
            file.seek(0)
            errors = file.read()
        if code:
            raise trouble.meaning(self.port, errors)
        self._reached = True
        return said + errors


def _base(chip: str) -> list[str]:
    return [sys.executable, "-m", "esptool", "--chip", chip]


def _watched(command: list[str], errors: IO[str], progress: Progress) -> tuple[int, str]:
    """Exit code and output; ended with this program, whatever ends it."""
    said = []
    with subprocess.Popen(
        command, env=os.environ | PLAIN, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if found := PERCENT.match(line):
                    progress(float(found[1]))
        except BaseException:
            process.terminate()
            raise
    return process.returncode, "".join(said)


def _reason(errors: str) -> str:
    words = errors.strip().splitlines() or ["no reason given"]
    if words[0].startswith("Traceback"):  # it stumbles over some files
        return "esptool cannot read it"
    return words[0].removeprefix("ERROR: ").removeprefix("A fatal error occurred: ")
