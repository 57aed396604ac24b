"""A package index as pip is set up with it: which ones there are, a package's page, a file."""

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx

from twig.release.errors import ReleaseError

TIMEOUT = 30.0  # seconds without a byte; an index mirror that first asks its own source takes ten
LARGEST = 4 << 20  # bytes of a page or a file; what fits a plug is smaller by far


class IndexUnreadable(ReleaseError):
    """An index cannot be read; the text names it."""


def configured() -> list[str]:
    """Addresses of the simple indexes that pip would ask, in its order; its default when nothing is set."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    if done.returncode:
        raise IndexUnreadable(f"pip cannot tell its indexes: {done.stderr.strip()}")
    return ordered(dict(_settings(done.stdout)))


def ordered(settings: dict[str, str]) -> list[str]:
    """The indexes of `pip config list`; the environment and one command's part count most."""
    first = extra = ""
    for section in ("global", "install", "download", ":env:"):
        first = settings.get(f"{section}.index-url", first)
        extra = settings.get(f"{section}.extra-index-url", extra)
    return [first or _default(), *extra.split()]


def _settings(listing: str) -> Iterator[tuple[str, str]]:
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            yield key, value.strip("'\"").replace("\\n", " ")


def _default() -> str:
    from pip._internal.models.index import PyPI

    return str(PyPI.simple_url)


def links(index: str, package: str) -> dict[str, str]:
    """File name -> address, from a package's page; empty when the index does not have the package."""
    page = f"{index.rstrip('/')}/{package.lower().replace('_', '-')}/"
    found = _get(page)
    if found is None:
        return {}
    parser = _Links()
    parser.feed(found[1].decode("utf-8", "replace"))
    joined = (urldefrag(urljoin(found[0], each)).url for each in parser.addresses)
    return {unquote(urlsplit(each).path.rsplit("/", 1)[-1]): each for each in joined}


def fetch(address: str) -> bytes:
    """The bytes of a file; IndexUnreadable when it is not there."""
    found = _get(address)
    if found is None:
        raise IndexUnreadable(f"{_public(address)} is not there; try again, or set pip to another index")
    return found[1]


def _get(address: str) -> tuple[str, bytes] | None:
    """Final address and content, or None when there is no such thing."""
    if address.startswith("file:"):
        return _read(address)
    try:
        with httpx.stream("GET", address, timeout=TIMEOUT, follow_redirects=True) as answer:
            if answer.status_code in (404, 410):
                return None
            answer.raise_for_status()
            return str(answer.url), _limited(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise IndexUnreadable(f"{_public(address)} cannot be read: {reason}") from error


def _limited(answer: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise IndexUnreadable(f"{_public(str(answer.url))} is larger than {LARGEST} bytes")
    return bytes(content)


def _read(address: str) -> tuple[str, bytes] | None:
    path = Path(unquote(urlsplit(address).path))
    if path.is_dir():
        path /= "index.html"
    return (address, path.read_bytes()) if path.is_file() else None


def _public(address: str) -> str:
    """The address without the user and password that it may carry."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href")
        if tag == "a" and target:
            self.addresses.append(target)
