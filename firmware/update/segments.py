"""The segments of an image, by the release tool's rule: each ends where a member file's record ends.

So the first begins at 0, a directory's head belongs to the member behind it, and what follows the last member
to that one. Format of the image: as firmware/slotfs.py. Loaded for that and forgotten.
"""

from hashlib import sha256

from firmware.update import index, pace, sums

DIRECTORY = 4
FILE = 5
HEAD = 16  # bytes that hold a record's kind and length, and the length of its name


def ends(file):
    """Where each segment of the image ends, the last one at the end of the file, whatever it holds."""
    size = file.seek(0, 2)
    cut = 0
    for end in _members(file):
        if cut:
            yield cut
        cut = end
    yield size


def _members(file):
    """Where the record of each member ends, as long as the records make sense."""
    try:
        at, end, _, _ = _record(file, 0)
        while at < end:
            _, after, kind, children = _record(file, at)
            at = children if kind == DIRECTORY else after
            if kind == FILE:
                yield after
    except IndexError:  # it is cut off
        return


def _record(file, at):
    """Offsets of its payload and behind it; its kind; the offset behind a directory's name."""
    file.seek(at)
    raw = file.read(HEAD)
    kind, i = _number(raw, 0)
    length, i = _number(raw, i)
    name, j = _number(raw, i) if kind == DIRECTORY else (0, i)
    return at + i, at + i + length, kind, at + j + name


def _number(raw, at):
    value = 0
    while True:
        byte = raw[at]
        at += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at


async def run(path):
    """The index of an image's segments, as `index.find` takes it."""
    with open(path, "rb") as file:
        return await pace.run(steps(file))


def steps(file):
    """None after each piece of the image, then its index."""
    found = []
    row = b""
    begin = 0
    for end in ends(file):
        file.seek(begin)
        hasher = sha256()
        yield from sums.steps(file, end - begin, hasher)
        row += index.entry(hasher.digest(), begin)
        begin = end
        if len(row) == index.ROW:
            found.append(row + index.entry(b"", end))
            row = b""
    found.append(row + index.entry(b"", begin))
    yield found
