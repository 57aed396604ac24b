"""Runs `twig` as a user does, without a terminal."""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from tests_host.system import rig

PATIENCE_S = 120.0
SITE = Path(__file__).with_name("site")  # with it pyserial knows `line://`
# Root may open everything; without these it obeys the modes of files, as all others do.
OBEDIENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


class Done(NamedTuple):
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """A command's arguments -> how it ended."""

    def __call__(self, *args: object) -> Done: ...


def within(folder: Path) -> Run:
    """Runs `twig ARGS` in that folder."""
    return partial(_run, (), folder)


def obedient(folder: Path) -> Run:
    """The same without the rights by which root opens what is forbidden."""
    return partial(_run, () if os.geteuid() else OBEDIENT, folder)


def _run(prefix: Sequence[str], folder: Path, *args: object) -> Done:
    environment = rig.environment()
    environment["PYTHONPATH"] = f"{SITE}:{environment['PYTHONPATH']}"
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "twig.cli", *map(str, args)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def refused(done: Done, *words: str) -> None:
    """It has failed with one line that says these words, and what to do."""
    assert done.code not in (0, None), done
    assert "Traceback" not in done.out + done.err
    lines = [line for line in done.err.splitlines() if not line.startswith("Warning:")]
    assert len(lines) == 1, done.err
    assert lines[0].startswith("twig: ")
    for word in words:
        assert word in lines[0], lines[0]
