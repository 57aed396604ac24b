"""When a device is asked again that could not take an offer."""

import random

FIRST_S = 5.0  # it may just be busy with something short, such as a configuration
MOST_S = 600.0  # an update or a trial takes minutes
JITTER = 0.25  # of a wait, to either side: devices that were busy at one time must not be asked at one time


class Backoff:
    """Waits that double, by device; `now_ms` values come from the hub's clock."""

    def __init__(self) -> None:
        self._tries: dict[str, int] = {}
        self._due_ms: dict[str, int] = {}

    def later(self, guid: str, now_ms: int) -> int:
        """One more attempt has failed; how many that are now."""
        tries = self._tries[guid] = self._tries.get(guid, 0) + 1
        wait = min(FIRST_S * 2 ** (tries - 1), MOST_S) * random.uniform(1 - JITTER, 1 + JITTER)
        self._due_ms[guid] = now_ms + round(wait * 1000)
        return tries

    def is_due(self, guid: str, now_ms: int) -> bool:
        """Whether a device may be asked."""
        return now_ms >= self._due_ms.get(guid, 0)

    def at_once(self, guid: str) -> None:
        """Ask it when it is there, as if the last attempt had been the first."""
        self._due_ms.pop(guid, None)

    def forget(self, guid: str) -> None:
        """It has taken the offer, or shall not have it."""
        self._tries.pop(guid, None)
        self._due_ms.pop(guid, None)
