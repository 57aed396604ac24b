"""What a plug prints: kept in console.log, never more than two files of LIMIT bytes."""

import os
from pathlib import Path
from typing import BinaryIO

from twig.release.explain import Names, Reader
from twig.twin.line import Line

LIMIT = 1_000_000
NAME = "console.log"
OLD = "console.old"
LONGEST_LINE = 4096


class Console:
    """Appends lines to DIR/console.log, with the names of the sources; the file before it is console.old.

    What has come goes to a serial line as it is."""

    def __init__(self, data: Path, names: Names | None = None, line: Line | None = None) -> None:
        self._line = line
        self._reader = Reader(names or Names())
        self._rest = b""
        self._path = data / NAME
        self._old = data / OLD
        self._file: BinaryIO = self._open()

    def write(self, text: bytes) -> None:
        """Append whole lines of what has come; the rest waits for more, or for the end."""
        if self._line:
            self._line.send(text)
        lines, newline, self._rest = (self._rest + text).rpartition(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines, newline, self._rest = lines + newline + self._rest, b"", b""
        if lines or newline:
            self._append(lines + newline)

    def flush(self) -> None:
        """Append what is no whole line."""
        rest, self._rest = self._rest, b""
        if rest:
            self._append(rest)

    def _append(self, text: bytes) -> None:
        text = self._reader.read(text.decode("utf-8", "backslashreplace")).encode()
        if self._file.tell() and self._file.tell() + len(text) > LIMIT:
            self._file.close()
            os.replace(self._path, self._old)
            self._file = self._open()
        self._file.write(text)

    def close(self) -> None:
        """Append what is left, and close."""
        self.flush()
        self._file.close()

    def _open(self) -> BinaryIO:
        file = self._path.open("ab", buffering=0)
        file.seek(0, os.SEEK_END)
        return file
