"""How often a GUID's connection may be replaced (section 4)."""

from collections import deque
from collections.abc import Callable


class Replacements:
    """Counts replacements per GUID in a sliding window; forgets what is older."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._times: dict[bytes, deque[float]] = {}

    def allow(self, which: bytes) -> bool:
        """Count one more, unless that would be beyond the limit."""
        self._forget()
        times = self._times.setdefault(which, deque())
        if len(times) >= self._limit:
            return False
        times.append(self._clock())
        return True

    def __len__(self) -> int:
        return len(self._times)

    def _forget(self) -> None:
        old = self._clock() - self._seconds
        for which, times in list(self._times.items()):
            while times and times[0] <= old:
                times.popleft()
            if not times:
                del self._times[which]
