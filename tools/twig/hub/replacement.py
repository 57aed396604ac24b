"""How often a GUID's connection may be replaced (section 4)."""

from collections import deque
from collections.abc import Callable


class Replacements:
    """Counts replacements per GUID in a sliding window; forgets what is older."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._times: dict[bytes, deque[float]] = {}
        self._swept = clock()

    def allow(self, which: bytes) -> bool:
        """Count one more, unless that would be beyond the limit."""
        if self._clock() - self._swept >= self._seconds:
            self._sweep()
        times = self._times.setdefault(which, deque())
        self._forget(times)
        if len(times) >= self._limit:
            return False
        times.append(self._clock())
        return True

    def __len__(self) -> int:
        return len(self._times)

    def _sweep(self) -> None:
        """Forget the GUIDs that have not been replaced for long."""
        self._swept = self._clock()
        for which, times in list(self._times.items()):
            self._forget(times)
            if not times:
                del self._times[which]

    def _forget(self, times: deque[float]) -> None:
        old = self._clock() - self._seconds
        while times and times[0] <= old:
            times.popleft()
