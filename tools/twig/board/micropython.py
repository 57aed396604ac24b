"""Checks the MicroPython image that a person has fetched; none can be fetched here."""

import re
from pathlib import Path

from twig.board import esptool
from twig.board.errors import BadImage, BoardError
from twig.release.flash import START

WHERE = "micropython.org/download/ESP8266_GENERIC, variant FLASH_1M"
MISSING = (
    f"Say with --image which MicroPython to write. Official images are at {WHERE}: fetch the "
    "newest release there. (--dry-run -o FILE works without one.)"
)


def load(path: Path | None) -> bytes:
    """The image, checked by esptool and small enough; BadImage says what is wrong with it."""
    if path is None:
        raise BadImage(MISSING)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadImage(f"Cannot read {path}: {error.strerror}.") from None
    _check_size(path, len(content))
    _check_content(path)
    return content


def _check_size(path: Path, size: int) -> None:
    if size > START:
        raise BadImage(
            f"{path} has {size:,} bytes; MicroPython must end before {START:#x}, where Twig's files begin. "
            f"Take the image for 1 MB: {WHERE}."
        )


def _check_content(path: Path) -> None:
    try:
        said = esptool.offline("image-info", str(path))
    except BoardError as error:
        raise BadImage(f"{path} is no image for an ESP8266 ({error.text}). Take one from {WHERE}.") from None
    if not re.search(r"Checksum: 0x[0-9a-f]+ \(valid\)", said):
        raise BadImage(f"{path} is damaged: its checksum is wrong. Fetch it again from {WHERE}.")
