"""The pages that a plug serves: each one document made of firmware/pages, trimmed and compressed.

Both begin alike, and deflate's bytes up to a flush depend on nothing behind it: the slot has what they begin
with once, and of each page the rest.
"""

import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twig.release import places
from twig.release.errors import ReleaseError, SourceError

TOP = "top.html"  # what every page begins with
PAGES = ("setup.html", "device.html")
# Magic, deflate, no flags, no time, best compression, no operating system (RFC 1952).
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
LIMIT = 12 * 1024  # bytes compressed: what issue and flash allow for a page
# Alone in its line: that file's lines come here, where the board has something of that name.
INCLUDE = re.compile(r"<!-- include (\S+)(?: if ([A-Z]+))? -->")
# Lines that say something to readers of the source only.
COMMENTS = (re.compile(r"//.*"), re.compile(r"/\*((?!\*/).)*\*/"), re.compile(r"<!--((?!-->).)*-->"))
# A string that goes on in the next line would lose its indentation.
CONTINUED = "\\"
TEMPLATE = "`"


def pages(board: Mapping[str, Any], folder: Path = places.PAGES) -> dict[str, bytes]:
    """Name in the slot -> bytes, the same for the same sources: TOP's and a page's are gzip together.

    `board`: what the board's module binds, by name.

    ReleaseError where they are above LIMIT.
    """
    return compressed(document(folder / TOP, board), {name: document(folder / name, board) for name in PAGES})


def sources() -> list[Path]:
    """Every file that pages are made of."""
    return sorted(path for path in places.PAGES.iterdir() if path.is_file())


def compressed(top: str, rests: dict[str, str]) -> dict[str, bytes]:
    """The bytes that go over the wire, those of the top apart; ReleaseError above LIMIT."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    found = {TOP: GZIP_HEAD + stream.compress(top.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)}
    for name, rest in rests.items():
        own = stream.copy()
        found[name] = own.compress(rest.encode()) + own.flush() + _tail((top + rest).encode())
        size = len(found[TOP]) + len(found[name])
        if size > LIMIT:
            raise ReleaseError(f"{name} takes {size:,} bytes compressed, and a page may take {LIMIT:,}")
    return found


def _tail(text: bytes) -> bytes:
    """What gzip ends with: check value and length of the text."""
    return zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")


def document(path: Path, board: Mapping[str, Any]) -> str:
    """One page with all that it includes, without indentation, blank lines and lines of comment."""
    return "\n".join(_lines(path, board)) + "\n"


def _lines(path: Path, board: Mapping[str, Any], above: tuple[Path, ...] = ()) -> list[str]:
    found: list[str] = []
    for number, raw in enumerate(_read(path, above), 1):
        line = raw.strip()
        include = INCLUDE.fullmatch(line)
        if include and _wanted(include[2], board, path, number):
            found += _lines(path.parent / include[1], board, (*above, path))
        elif line and not include and not any(each.fullmatch(line) for each in COMMENTS):
            found.append(_checked(line, path, number))
    return found


def _wanted(name: str | None, board: Mapping[str, Any], path: Path, number: int) -> bool:
    if name and name not in board:
        raise SourceError(places.shown(path), number, f"no board binds {name}")
    return not name or bool(board[name])


def _read(path: Path, above: tuple[Path, ...]) -> list[str]:
    if path in above:
        raise ReleaseError(f"{places.shown(path)} includes itself")
    try:
        return path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ReleaseError(f"cannot read the page's {places.shown(path)}: {error.strerror}") from None


def _checked(line: str, path: Path, number: int) -> str:
    """The line, when no string of it goes on in the next one."""
    if line.endswith(CONTINUED) or line.count(TEMPLATE) % 2:
        raise SourceError(places.shown(path), number, "a string must end in its line")
    return line
