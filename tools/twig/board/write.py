"""Writes MicroPython and the file system in one run of esptool, then compares."""

from pathlib import Path
from tempfile import TemporaryDirectory

from twig.board import layout
from twig.board.esptool import Chip, Progress, ignore, shared
from twig.release.flash import START

SETTINGS = ("--flash-mode", layout.MODE, "--flash-size", layout.SIZE)


def write(chip: Chip, micropython: bytes, file_system: bytes, progress: Progress = ignore) -> None:
    """Erase all, write both, compare. After a BoardError it can be done again: the loader is in ROM."""
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "micropython.bin"), Path(folder, "twig.littlefs")
        first.write_bytes(micropython)
        second.write_bytes(file_system)
        places = ("0x0", first, f"{START:#x}", second)
        # All: what an earlier firmware has left (its Wi-Fi, in the SDK's sectors) must not steer this one.
        chip.run("write-flash", "--erase-all", *SETTINGS, *places, progress=shared(progress, 2))
        chip.run("verify-flash", *SETTINGS, *places)
