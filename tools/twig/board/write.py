"""Writes MicroPython and the file system in one run of esptool, then compares."""

from pathlib import Path
from tempfile import TemporaryDirectory

from twig.board.esptool import Chip, Progress, ignore, shared
from twig.board.target import Target


def write(
    chip: Chip, target: Target, micropython: bytes, file_system: bytes, progress: Progress = ignore
) -> None:
    """Erase all, write both, compare. After a BoardError it can be done again: the loader is in ROM."""
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "micropython.bin"), Path(folder, "twig.littlefs")
        first.write_bytes(micropython)
        second.write_bytes(file_system)
        places = (f"{target.start:#x}", first, f"{target.layout.start:#x}", second)
        # All: what an earlier firmware has left (its Wi-Fi, in the SDK's sectors) must not steer this one.
        chip.run("write-flash", "--erase-all", *target.settings, *places, progress=shared(progress, 2))
        chip.run("verify-flash", *target.settings, *places)
