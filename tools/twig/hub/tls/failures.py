"""Keeps one address from having the hub work at handshakes that fail."""

from collections.abc import Callable

# Handshakes of one address that may fail in a window. Behind NAT many devices are one address: a hundred of
# them whose keys are not known here, each back every minute, leave the others their way in.
MOST = 200
WINDOW_S = 60.0
# Addresses that are remembered; of more than that the one with the oldest window is forgotten.
ADDRESSES = 4_096


class Failures:
    """Counts failures only, so that thousands of devices may come back at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}  # end and count, the oldest first

    def note(self, address: str) -> None:
        """One handshake of that address has failed."""
        end, count = self._window(address)
        if not count:
            self._windows.pop(address, None)
            while len(self._windows) >= ADDRESSES:
                del self._windows[next(iter(self._windows))]
        self._windows[address] = end, count + 1

    def too_many(self, address: str) -> bool:
        """Whether that address is to be refused until its window ends."""
        return self._window(address)[1] >= MOST

    def __len__(self) -> int:
        return len(self._windows)

    def _window(self, address: str) -> tuple[float, int]:
        now = self._clock()
        end, count = self._windows.get(address, (now, 0))
        return (end, count) if end > now else (now + WINDOW_S, 0)
