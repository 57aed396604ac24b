"""The pages that a plug serves: each one document made of firmware/pages, trimmed and compressed."""

import gzip
import re
from pathlib import Path

from twig.release import places
from twig.release.errors import ReleaseError, SourceError

PAGES = ("setup.html", "device.html")
LIMIT = 12 * 1024  # bytes compressed: what issue and flash allow for a page
# Alone in its line: that file's lines come here.
INCLUDE = re.compile(r"<!-- include (\S+) -->")
# Lines that say something to readers of the source only.
COMMENTS = (re.compile(r"//.*"), re.compile(r"/\*((?!\*/).)*\*/"), re.compile(r"<!--((?!-->).)*-->"))
# A string that goes on in the next line would lose its indentation.
CONTINUED = "\\"
TEMPLATE = "`"


def pages(folder: Path = places.PAGES) -> dict[str, bytes]:
    """Name in the slot -> gzip bytes, the same for the same sources; ReleaseError above LIMIT."""
    return {name: compressed(name, document(folder / name)) for name in PAGES}


def sources() -> list[Path]:
    """Every file that pages are made of."""
    return sorted(path for path in places.PAGES.iterdir() if path.is_file())


def compressed(name: str, text: str) -> bytes:
    """The gzip bytes that go over the wire; ReleaseError above LIMIT."""
    data = gzip.compress(text.encode(), 9, mtime=0)
    if len(data) > LIMIT:
        raise ReleaseError(f"{name} takes {len(data):,} bytes compressed, and a page may take {LIMIT:,}")
    return data


def document(path: Path) -> str:
    """One page with all that it includes, without indentation, blank lines and lines of comment."""
    return "\n".join(_lines(path)) + "\n"


def _lines(path: Path, above: tuple[Path, ...] = ()) -> list[str]:
    found: list[str] = []
    for number, raw in enumerate(_read(path, above), 1):
        line = raw.strip()
        include = INCLUDE.fullmatch(line)
        if include:
            found += _lines(path.parent / include[1], (*above, path))
        elif line and not any(each.fullmatch(line) for each in COMMENTS):
            found.append(_checked(line, path, number))
    return found


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
