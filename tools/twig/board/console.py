"""A serial console: lines of the board with the names of the sources, keys to the board."""

import json
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import serial

from twig.board import trouble
from twig.board.errors import BadImage, LineLost
from twig.release.explain import Names, Reader, parse

BAUD = 115200  # MicroPython's; what the ROM prints before it comes at another speed and is not readable here
END = b"\x1d"  # Ctrl-]
READ_S = 0.1
CHUNK = 4096


def run(port: str, names: Path | None) -> None:
    """Until Ctrl-], or Ctrl-C where no terminal passes that on; LineLost when the adapter goes."""
    table = _names(names) if names else None
    try:
        line = serial.serial_for_url(port, BAUD, timeout=READ_S, exclusive=True)
    except (OSError, ValueError) as error:
        raise trouble.meaning(port, f"Could not open {port}: {error}") from None
    with line:
        _talk(port, line, Shown(sys.stdout, table))


class Shown:
    """Prints text as it comes; with a table of names line by line, since a name may come in two pieces."""

    def __init__(self, out: TextIO, names: Names | None) -> None:
        self._out = out
        self._reader = Reader(names) if names else None
        self._rest = ""

    def feed(self, text: str) -> None:
        """The next piece."""
        if self._reader:
            *lines, self._rest = (self._rest + text).split("\n")
            text = "".join(self._reader.read(line) + "\n" for line in lines)
        self._out.write(text)
        self._out.flush()

    def close(self) -> None:
        """What is left of a line."""
        if self._reader and self._rest:
            self._out.write(self._reader.read(self._rest))
            self._out.flush()


def _talk(port: str, line: Any, shown: Shown) -> None:
    ended, decoder = threading.Event(), getincrementaldecoder("utf-8")("replace")
    with _keys() as key:
        sender = threading.Thread(target=_send, args=(line, key, ended), daemon=True)
        sender.start()
        try:
            while not ended.is_set():
                shown.feed(decoder.decode(line.read(line.in_waiting or 1)))
        except OSError:
            raise LineLost(f"The connection to {port} is gone. Plug the adapter in and try again.") from None
        finally:
            shown.close()


def _send(line: Any, key: Callable[[], bytes], ended: threading.Event) -> None:
    """What is typed; a file or a pipe that ends leaves the console on."""
    with suppress(OSError):  # the reader notices it, too
        while data := key():
            if data == END:
                ended.set()
                return
            line.write(data)


@contextmanager
def _keys() -> Iterator[Callable[[], bytes]]:
    """Gives a function that waits for a key; on a terminal Ctrl-C, too, goes to the board."""
    source = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
    if not sys.stdin.isatty():
        yield lambda: source.read(CHUNK)
        return
    import termios  # not on Windows, where keys come line by line
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        mode = termios.tcgetattr(sys.stdin)
        mode[3] &= ~termios.ISIG
        termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)
        yield lambda: source.read(1)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _names(path: Path) -> Names:
    try:
        return parse(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise BadImage(f"Cannot read {path}: {error}; 'twig image build' writes it.") from None
