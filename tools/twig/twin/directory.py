"""A plug's directory: who runs in it, and what about the plug is not in the chip's memory."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from twig.errors import TwigError

LOCK = "lock"
ABOUT = "plug.json"


class PlugError(TwigError):
    """A virtual plug cannot do what was asked."""


class Directory:
    """DIR of `twig plug --data DIR`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: BinaryIO | None = None

    def claim(self) -> None:
        """Make it, and keep every other supervisor out; PlugError when one is in."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / LOCK).open("ab")
        except OSError as error:
            raise PlugError(f"cannot use {self.path} for a plug: {error.strerror}") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise PlugError(f"a plug runs in {self.path} already; stop it or use another --data") from None
        self._lock = lock

    def release(self) -> None:
        """Let others in."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def runs(self) -> bool:
        """Whether a supervisor runs here."""
        if not (self.path / LOCK).exists():
            return False
        with (self.path / LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def about(self) -> dict[str, Any]:
        """model, python, power_ons; PlugError when no plug was ever here."""
        try:
            found: dict[str, Any] = json.loads((self.path / ABOUT).read_text("utf-8"))
        except (OSError, ValueError):
            raise PlugError(
                f"there is no plug in {self.path}; `twig plug --data {self.path}` makes one"
            ) from None
        return found

    def keep(self, **about: Any) -> None:
        """Write what `about` gives."""
        scratch = self.path / (ABOUT + ".new")
        scratch.write_text(json.dumps(about), "utf-8")
        os.replace(scratch, self.path / ABOUT)
