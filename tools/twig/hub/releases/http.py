"""What the release port answers (protocol, section 7): no sockets here."""

import json
import re
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

from twig.hub.releases.index import Release
from twig.hub.releases.releases import Releases

BOARD = re.compile(rb"/release/([a-z0-9_]{1,32})")
FILE = re.compile(rb"/files/([0-9a-f]{64})")
RANGE = re.compile(rb"bytes=(\d{0,9})-(\d{0,9})")
METHODS = (b"GET", b"HEAD")
# The name is the content's hash: whoever has the file need not ask again.
FOREVER = "public, max-age=31536000, immutable"

Headers = list[tuple[str, str]]
Given = dict[bytes, bytes]


@dataclass(frozen=True)
class Answer:
    """A status, headers, and as the body either `text` or `count` bytes of a `file` from `offset` on."""

    status: int
    headers: Headers = field(default_factory=list)
    text: bytes = b""
    file: str = ""
    offset: int = 0
    count: int = 0

    @property
    def reason(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return self.count if self.file else len(self.text)

    def all_headers(self) -> Headers:
        """Those of every answer and its own."""
        return [("Date", formatdate(usegmt=True)), ("Content-Length", str(self.length)), *self.headers]


def answer(releases: Releases, method: bytes, target: bytes, given: Given) -> Answer:
    """What a request gets; `given`: its headers by their names in lower case."""
    if method not in METHODS:
        return told(405, "Only GET and HEAD are for this port.", [("Allow", "GET, HEAD")])
    path = target.partition(b"?")[0]
    if found := BOARD.fullmatch(path):
        return _release(releases.newest(found[1].decode()), found[1].decode())
    if found := FILE.fullmatch(path):
        return _file(releases, found[1].decode(), given)
    return told(404, "There are /release/<board> and /files/<sha256>.")


def told(status: int, text: str, headers: Headers | None = None) -> Answer:
    """An answer that says something to people."""
    return Answer(
        status, [("Content-Type", "text/plain; charset=utf-8"), *(headers or [])], f"{text}\n".encode()
    )


def described(release: Release) -> bytes:
    """The JSON of a release; a device tries its signatures one after another, whoever it trusts."""
    first, *others = release.signatures.values()
    said: dict[str, object] = {
        "version": release.version,
        "sequence": release.sequence,
        "manifest": release.manifest,
        "signature": first,
    }
    if others:
        said["other_signatures"] = others
    return json.dumps(said, separators=(",", ":")).encode()


def _release(release: Release | None, board: str) -> Answer:
    if release is None:
        return told(404, f"No release for {board} is published here.")
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-cache")]
    return Answer(200, headers, described(release))


def _file(releases: Releases, name: str, given: Given) -> Answer:
    size = releases.size(name)
    if size is None:
        return told(404, "No release has this file.")
    headers = [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes")]
    headers += [("ETag", f'"{name}"'), ("Cache-Control", FOREVER)]
    wanted = _range(given, f'"{name}"'.encode())
    if wanted is None:
        return Answer(200, headers, file=name, count=size)
    offset, end = _within(wanted, size)
    if offset >= end:
        return told(416, f"The file has {size} bytes.", [("Content-Range", f"bytes */{size}")])
    headers.append(("Content-Range", f"bytes {offset}-{end - 1}/{size}"))
    return Answer(206, headers, file=name, offset=offset, count=end - offset)


def _range(given: Given, etag: bytes) -> tuple[bytes, bytes] | None:
    """First and last byte as they are asked for; None for the whole, which may always be sent (RFC 9110)."""
    found = RANGE.fullmatch(given.get(b"range", b"").strip())
    if not found or given.get(b"if-range", etag) != etag:
        return None
    first, last = found[1], found[2]
    backwards = first and last and int(last) < int(first)
    return None if backwards or not (first or last) else (first, last)


def _within(wanted: tuple[bytes, bytes], size: int) -> tuple[int, int]:
    """(offset, end) of such a range; none where the offset is not below the end."""
    first, last = wanted
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size
