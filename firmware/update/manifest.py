"""A release's manifest (PROTOCOL section 7), read from a file piece by piece: parsed it would fill the heap.

Only the canonical form is taken, sorted keys and no spaces, with bounds on every number and length.
"""

import struct
import sys
from binascii import hexlify, unhexlify

from firmware.update import listed
from firmware.update.errors import Refused

MOST_BYTES = 16384
MOST_IMAGE = 114488  # what 28 blocks of littlefs hold; as twig.release.slot
MOST_BOARDS = 32
MOST_SEGMENTS = 512
MOST_NUMBER = 0xFFFFFFFF
LONGEST = 96  # bytes that hold any piece of it and the mark behind it
READ = 128
PLAIN = b"+-._"  # in names and versions, beside letters and digits
BAD = "manifest not as it should be"


class Reader:
    """Expects a text; Refused where the file has another."""

    def __init__(self, file):
        self._file = file
        self._rest = b""

    def has(self, text):
        """Whether these bytes come next; they are taken then."""
        if len(self._rest) < LONGEST:
            self._rest += self._file.read(READ)
        found = self._rest.startswith(text)
        if found:
            self._rest = self._rest[len(text) :]
        return found

    def take(self, text):
        """These bytes come next."""
        _check(self.has(text))

    def until(self, mark):
        """What comes before the mark, at least a byte; both are taken."""
        self.take(b"")
        at = self._rest.find(mark)
        _check(0 < at < LONGEST)
        found = self._rest[:at]
        self._rest = self._rest[at + len(mark) :]
        return found

    def number(self, mark):
        """A whole number above 0 before the mark."""
        text = self.until(mark)
        _check(text.isdigit() and text[:1] != b"0" and int(text) <= MOST_NUMBER)
        return int(text)

    def digest(self, mark):
        """The 32 bytes of 64 digits before the mark."""
        text = self.until(mark)
        try:
            found = unhexlify(text)
        except ValueError:
            found = b""
        _check(len(found) == 32 and hexlify(found) == text)
        return found

    def text(self, mark):
        """A name or a version before the mark."""
        found = self.until(mark)
        for byte in found:
            _check(48 <= byte < 58 or 65 <= byte < 91 or 97 <= byte < 123 or byte in PLAIN)
        return found.decode()

    def end(self):
        """Nothing more comes."""
        _check(not self._rest and not self._file.read(1))


def check(file, out, version, sequence, board):
    """Read all of it, and write what `listed` wants to know of image and segments to another file: None after
    each segment. Refused says why it is not taken, at the end.

    version and sequence are the offer's; its digest is the caller's business.
    """
    reader = Reader(file)
    boards, size, digest, least = _head(reader)
    out.write(struct.pack(listed.IMAGE, size, digest))
    rest = size
    for length, digest in _segments(reader):
        rest -= length
        out.write(struct.pack(listed.IMAGE, length, digest))
        yield None
    reader.take(b',"sequence":')
    same = reader.number(b',"version":"') == sequence
    same = reader.text(b'"}') == version and same
    reader.end()
    _check(not rest)
    _judge(same, board in boards, least, size)


def _head(reader):
    """What stands before the segments: names of boards, size and SHA-256 of the image, version wanted."""
    reader.take(b'{"boards":["')
    boards = [reader.text(b'"')]
    while reader.has(b',"'):
        _check(len(boards) < MOST_BOARDS)
        boards.append(reader.text(b'"'))
    reader.take(b'],"image":{"sha256":"')
    digest = reader.digest(b'","size":')
    size = reader.number(b'},"min_micropython":"')
    return boards, size, digest, _version(reader.text(b'","segments":['))


def _segments(reader):
    for _ in range(MOST_SEGMENTS):
        reader.take(b"[")
        size = reader.number(b',"')
        yield size, reader.digest(b'"]')
        if not reader.has(b","):
            break
    reader.take(b"]")


def _version(text):
    """[1, 25, 0] of "1.25.0"; later numbers may be left out."""
    try:
        found = [int(part) for part in text.split(".")]
    except ValueError:
        found = []
    _check(_shown(found) == text)
    return found


def _shown(version):
    return ".".join([str(part) for part in version])


def _judge(same, known, least, size):
    if not same:
        raise Refused("version not the offer's")
    if not known:
        raise Refused("other board")
    if least > list(sys.implementation.version[:3]):
        raise Refused("needs MicroPython " + _shown(least))
    if size > MOST_IMAGE:
        raise Refused("too large for a slot")


def _check(good):
    if not good:
        raise Refused(BAD)
