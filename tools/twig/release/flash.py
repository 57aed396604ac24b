"""Reads and changes the littlefs inside a flash content while no chip runs on it."""

import os
from pathlib import Path
from typing import Any

from littlefs import LittleFS, LittleFSError, UserContext

from twig.hardware.chips import BLOCK, ESP32_4MB, ESP8266_1MB, Layout
from twig.release.errors import ReleaseError

# Of an ESP8266's.
FLASH_SIZE, START, BLOCKS, END = ESP8266_1MB.size, ESP8266_1MB.start, ESP8266_1MB.blocks, ESP8266_1MB.end
LAYOUTS = {layout.size: layout for layout in (ESP8266_1MB, ESP32_4MB)}
# littlefs keeps a file of at most so many bytes (its cache size) in its folder's blocks.
INLINE = 128
# What MicroPython's VfsLfs2 mounts with: disk version 2.0, read and program size 32, cache of 128 bytes.
SETTINGS: dict[str, Any] = {
    "block_size": BLOCK,
    "disk_version": 0x00020000,
    "read_size": 32,
    "prog_size": 32,
    "cache_size": INLINE,
    "lookahead_size": 32,
}


def make(files: dict[str, bytes], layout: Layout = ESP8266_1MB) -> bytes:
    """A fresh littlefs of the layout's blocks with these files at its root."""
    context = UserContext(BLOCK * layout.blocks)
    system = LittleFS(context=context, mount=False, block_count=layout.blocks, **SETTINGS)
    system.format()
    system.mount()
    for name, data in files.items():
        _write(system, name, data)
    system.unmount()
    return bytes(context.buffer)


def full(files: dict[str, bytes], layout: Layout = ESP8266_1MB) -> bytes:
    """The content of a whole flash: littlefs at its place, 0xff elsewhere; no MicroPython is in it."""
    flash = bytearray(b"\xff" * layout.size)
    flash[layout.start : layout.end] = make(files, layout)
    return bytes(flash)


def used_blocks(image: bytes) -> int:
    """Blocks in use in a littlefs image."""
    return int(_mount(UserContext(buffer=bytearray(image))).used_block_count)


def read_files(flash: Path) -> dict[str, bytes]:
    """Path -> content of all files in the file system of a flash file."""
    content = bytearray(flash.read_bytes())
    system = _mount(UserContext(buffer=content[_place(content)]))
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
    place = _place(content)
    context = UserContext(buffer=content[place])
    system = _mount(context)
    if data is None:
        system.remove(name)
    else:
        _write(system, name, data)
    system.unmount()
    content[place] = context.buffer
    scratch = flash.with_suffix(".new")
    scratch.write_bytes(content)
    os.replace(scratch, flash)


def _place(content: bytearray) -> slice:
    """Of the file system in a flash of that size."""
    layout = LAYOUTS[len(content)]
    return slice(layout.start, layout.end)


def _mount(context: UserContext) -> LittleFS:
    # A chip's first write brings the file system to its own version, 2.1: mount whatever is there.
    blocks = len(context.buffer) // BLOCK
    system = LittleFS(context=context, mount=False, block_count=blocks, **{**SETTINGS, "disk_version": 0})
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
