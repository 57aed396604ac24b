"""Copies what has changed of the firmware to a board that runs Twig already: the work of `twig deploy`."""

import hashlib
from collections.abc import Mapping

from twig.board import prompt, show
from twig.board.errors import BoardError
from twig.board.prompt import Prompt
from twig.release import image
from twig.text import plain

NEW = ".new"
# Prints name, size and SHA-256 of each file that is there.
COMPARE = """\
import os, hashlib, binascii, gc
gc.collect()
def tell(name):
    try:
        size = os.stat(name)[6]
    except OSError:
        return
    digest = hashlib.sha256()
    piece = bytearray(256)
    with open(name, 'rb') as file:
        while True:
            count = file.readinto(piece)
            if not count:
                break
            digest.update(memoryview(piece)[:count])
    print(name, size, binascii.hexlify(digest.digest()).decode())
for name in %r:
    tell(name)
"""
ACTIVE = "import slotfs\nprint(slotfs.active)"
RENAME = "import os\nfor name in %r:\n    os.rename(name + %r, name)"
RESTART = "import record\nrecord.reset()"  # it waits for the button to be up
STARTED = b"for development: Ctrl-C ends it"  # firmware/modes/develop.py
START_S = 30.0


def deploy(port: str, board: str) -> None:
    """Build, compare, write under other names, compare again, rename, restart."""
    show.say(f"Building Twig for {board} …")
    built = image.build(board).files
    show.say(f"Ending what runs at {port} …")
    with prompt.opened(port) as there:
        files = _in_place(built, there.run(ACTIVE).strip())
        changed = {name: files[name] for name in _different(there, files)}
        if changed:
            _write(there, changed)
        else:
            show.say("Nothing has changed.")
        show.say("Restarting …")
        _check_start(there.restart(RESTART, STARTED, START_S))
    show.say("Twig runs.")


def _in_place(built: Mapping[str, bytes], active: str) -> dict[str, bytes]:
    """The files as they are named there: the slot that runs is replaced, and last of all."""
    files = dict(built)
    slot = files.pop(image.SLOT_A)
    return {**files, f"slot_{active or 'a'}": slot}


def _different(there: Prompt, files: Mapping[str, bytes], suffix: str = "") -> list[str]:
    """Names of those files that the board does not hold, or not with that content."""
    said = there.run(COMPARE % [name + suffix for name in files])
    held = {tuple(line.split()) for line in said.splitlines()}
    return [
        name
        for name, data in files.items()
        if (name + suffix, str(len(data)), hashlib.sha256(data).hexdigest()) not in held
    ]


def _write(there: Prompt, files: Mapping[str, bytes]) -> None:
    total, done = sum(map(len, files.values())), 0
    with show.stage(f"Writing {', '.join(files)} ({total:,} bytes)") as progress:
        for name, data in files.items():
            there.write(name + NEW, data, lambda part, before=done: progress(100 * (before + part) / total))  # type: ignore[misc]
            done += len(data)
    if _different(there, files, NEW):
        raise BoardError(
            "What the board holds is not what was sent; nothing was replaced. Shorten the wires, try again."
        )
    there.run(RENAME % (list(files), NEW))


def _check_start(said: bytes) -> None:
    if STARTED in said:
        return
    lines = plain(said.decode("utf-8", "replace")).split("\n") if said else []
    last = next((line for line in reversed(lines) if line.strip()), "it says nothing")
    raise BoardError(
        f"All was written, and Twig has not started within {START_S:.0f} s: {last}. Look with 'twig console'."
    )
