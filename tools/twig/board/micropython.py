"""Checks the MicroPython image that a person has fetched; none can be fetched here."""

import re
from pathlib import Path
from tempfile import NamedTemporaryFile

from twig.board import esptool, partitions
from twig.board.errors import BadImage, BoardError
from twig.board.target import Target

TRIED = "release v1.25.0"  # the twin's; newer ones have not been tried
# What esptool says of a whole image, of the chip that its header names, and of what it takes a file for.
VALID = re.compile(r"Checksum: 0x[0-9a-f]+ \(valid\)")
INVALID = re.compile(r"Validation hash: [0-9a-f]+ \(invalid")
CHIP_ID = re.compile(r"Chip ID: \d+ \((\S+?)\)")
DETECTED = re.compile(r"Detected image type: (\S+)")


def load(path: Path | None, target: Target) -> bytes:
    """The image, checked by esptool, for that chip and its layout; BadImage says what is wrong with it."""
    if path is None:
        raise BadImage(
            "Say with --image which MicroPython to write. Official images are at "
            f"{target.images}: fetch {TRIED} there. (--dry-run works without one.)"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadImage(f"Cannot read {path}: {error.strerror}.") from None
    _check_size(path, len(content), target)
    _check_content(path, target)
    if target.table:
        _check_partitions(path, content, target)
    return content


def _check_size(path: Path, size: int, target: Target) -> None:
    if target.start + size > target.layout.start:
        raise BadImage(
            f"{path} has {size:,} bytes; MicroPython must end before {target.layout.start:#x}, where Twig's "
            f"files begin. Take the image for {target.layout.size >> 20} MB: {target.images}."
        )


def _check_content(path: Path, target: Target) -> None:
    try:
        said = esptool.offline(target.chip, "image-info", str(path))
    except BoardError as error:
        _check_chip(path, _detected(path), target)
        raise BadImage(
            f"{path} is no image for an {target.label} ({error.text}). Take one from {target.images}."
        ) from None
    valid = VALID.search(said) and not INVALID.search(said)
    _check_chip(path, CHIP_ID.search(said) or (None if valid else _detected(path)), target)
    if not valid:
        raise BadImage(f"{path} is damaged: its checksum is wrong. Fetch it again from {target.images}.")


def _check_chip(path: Path, found: re.Match[str] | None, target: Target) -> None:
    if found and found[1] != target.label:
        raise BadImage(
            f"{path} is an image for an {found[1]}, this board has an {target.label}. "
            f"Take one from {target.images}."
        )


def _detected(path: Path) -> re.Match[str] | None:
    """What esptool takes it for by itself; None when that is nothing whole."""
    try:
        return DETECTED.search(esptool.offline("auto", "image-info", str(path)))
    except BoardError:
        return None


def _check_partitions(path: Path, content: bytes, target: Target) -> None:
    """MicroPython finds its files by this table, and esptool has looked at what lies before it alone."""
    found = partitions.read(content[target.table - target.start :][: partitions.TABLE_SIZE])
    program = partitions.application(found)
    if not program or not partitions.has_files(found, target.layout):
        raise BadImage(
            f"{path} does not look for its files at {target.layout.start:#x}, where Twig's are: it is "
            f"another variant, or an update without its loader. Take the .bin from {target.images}."
        )
    with NamedTemporaryFile(suffix=".bin") as file:
        file.write(content[program.start - target.start :])
        file.flush()
        _check_program(path, Path(file.name), target)


def _check_program(path: Path, program: Path, target: Target) -> None:
    try:
        _check_content(program, target)
    except BadImage:
        raise BadImage(f"{path} is damaged. Fetch it again from {target.images}.") from None
