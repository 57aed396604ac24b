"""What a plug prints: kept in console.log, never more than two files of LIMIT bytes."""

import os
from pathlib import Path
from typing import BinaryIO

LIMIT = 1_000_000
NAME = "console.log"
OLD = "console.old"


class Console:
    """Appends to DIR/console.log; the file before it is console.old."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAME
        self._old = data / OLD
        self._file: BinaryIO = self._open()

    def write(self, text: bytes) -> None:
        """Append; rotates first when the text does not fit any more."""
        if self._file.tell() and self._file.tell() + len(text) > LIMIT:
            self._file.close()
            os.replace(self._path, self._old)
            self._file = self._open()
        self._file.write(text)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _open(self) -> BinaryIO:
        file = self._path.open("ab", buffering=0)
        file.seek(0, os.SEEK_END)
        return file
