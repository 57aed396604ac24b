"""Lets a board's firmware judge a configuration, in a process of its own: `python -m twig.board.judge BOARD`.

Reads it from standard input and prints what the firmware would store: a page's password is sealed for it. The
firmware needs modules in the place of `slotfs` and of the board, and forgets modules after each use: no
business for a process that does something else as well.
"""

import asyncio
import json
import re
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import firmware.board
from twig.release import places

SEALED = re.compile(r"\d+\$[0-9a-fA-F]+\$[0-9a-fA-F]{64}")


def main() -> int:
    """1, and the reason on standard error, when the firmware would not take it."""
    _install(sys.argv[1])
    from firmware.storage import config, settings

    try:
        wanted = _sealed(config.parse(sys.stdin.buffer.read()))
        checked: dict[str, Any] = settings.changed({}, wanted)
        content = json.dumps(checked, ensure_ascii=False).encode()
        config.parse(content)
    except ValueError as error:
        print(f"{str(error).rstrip('.')}.", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(content)
    return 0


def _sealed(wanted: dict[str, Any]) -> dict[str, Any]:
    from firmware.storage import seal

    typed = wanted.get("page_password")
    if not typed or SEALED.fullmatch(typed):
        return wanted
    return {**wanted, "page_password": asyncio.run(seal.run(typed))}


async def _sleep_ms(milliseconds: int) -> None:
    await asyncio.sleep(milliseconds / 1000)


def _install(board: str) -> None:
    asyncio.sleep_ms = _sleep_ms  # type: ignore[attr-defined]  # MicroPython's
    loader: Any = ModuleType("firmware.slotfs")
    loader.load, loader.clear = import_module, lambda module: None
    sys.modules[loader.__name__] = loader
    firmware.slotfs = loader
    this = import_module(f"firmware.board.{board}")
    sys.modules[places.THIS_BOARD] = this
    firmware.board.this = this


if __name__ == "__main__":
    sys.exit(main())
