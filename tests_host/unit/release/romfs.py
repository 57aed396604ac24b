"""Reads a ROMFS image by the format alone: records of kind, length, payload."""


def uint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, most significant first: (value, offset behind it)."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def read(image: bytes) -> dict[str, bytes]:
    """Path -> content of all files of an image."""
    assert image[:3] == b"\xd2\xcd\x31"
    length, at = uint(image, 3)
    assert at + length == len(image)
    return dict(_folder(image, at, len(image), ""))


def _folder(data: bytes, at: int, end: int, path: str):
    while at < end:
        kind, at = uint(data, at)
        length, at = uint(data, at)
        if kind in (4, 5):
            size, start = uint(data, at)
            name = path + data[start : start + size].decode()
            inside = _folder(data, start + size, at + length, name + "/")
            yield from inside if kind == 4 else [(name, content) for _, content in inside]
        elif kind == 2:
            yield path, data[at : at + length]
        at += length
