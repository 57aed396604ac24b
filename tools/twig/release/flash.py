"""Reads and changes the littlefs inside a flash content while no chip runs on it."""

import os
from pathlib import Path
from typing import Any

from littlefs import LittleFS, LittleFSError, UserContext

from twig.release.errors import ReleaseError

FLASH_SIZE = 1 << 20
BLOCK = 4096
# Where flashbdev of the 1 MiB firmware puts the file system.
START = 0x99000
BLOCKS = 98
END = START + BLOCKS * BLOCK
# littlefs keeps a file of at most so many bytes (its cache size) in its folder's blocks.
INLINE = 128
# What MicroPython's VfsLfs2 mounts with: disk version 2.0, read and program size 32, cache of 128 bytes.
SETTINGS: dict[str, Any] = {
    "block_size": BLOCK,
    "block_count": BLOCKS,
    "disk_version": 0x00020000,
    "read_size": 32,
    "prog_size": 32,
    "cache_size": INLINE,
    "lookahead_size": 32,
}


def make(files: dict[str, bytes]) -> bytes:
    """A fresh littlefs of BLOCKS blocks with these files at its root."""
    context = UserContext(BLOCK * BLOCKS)
    system = LittleFS(context=context, mount=False, **SETTINGS)
    system.format()
    system.mount()
    for name, data in files.items():
        _write(system, name, data)
    system.unmount()
    return bytes(context.buffer)


def full(files: dict[str, bytes]) -> bytes:
    """The content of a whole flash: littlefs at START, 0xff elsewhere; MicroPython itself is not in it."""
    flash = bytearray(b"\xff" * FLASH_SIZE)
    flash[START:END] = make(files)
    return bytes(flash)


def used_blocks(image: bytes) -> int:
    """Blocks in use in a littlefs image."""
    return int(_mount(UserContext(buffer=bytearray(image))).used_block_count)


def read_files(flash: Path) -> dict[str, bytes]:
    """Path -> content of all files in the file system of a flash file."""
    system = _mount(UserContext(buffer=bytearray(flash.read_bytes()[START:END])))
    found = {}
    for folder, _, names in system.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}".lstrip("/")
            with system.open(path, "rb") as file:
                found[path] = file.read()
    return found


def write_file(flash: Path, name: str, data: bytes | None) -> None:
    """Write one file into the file system of a flash file, or remove it when `data` is None."""
    content = bytearray(flash.read_bytes())
    context = UserContext(buffer=content[START:END])
    system = _mount(context)
    if data is None:
        system.remove(name)
    else:
        _write(system, name, data)
    system.unmount()
    content[START:END] = context.buffer
    scratch = flash.with_suffix(".new")
    scratch.write_bytes(content)
    os.replace(scratch, flash)


def _mount(context: UserContext) -> LittleFS:
    # A chip's first write brings the file system to its own version, 2.1: mount whatever is there.
    system = LittleFS(context=context, mount=False, **{**SETTINGS, "disk_version": 0})
    try:
        system.mount()
    except LittleFSError as error:
        raise ReleaseError(f"no file system in this flash: {error}") from None
    return system


def _write(system: LittleFS, name: str, data: bytes) -> None:
    try:
        with system.open(name, "wb") as file:
            file.write(data)
    except LittleFSError as error:
        raise ReleaseError(f"cannot put {name} into the file system: {error}") from None
