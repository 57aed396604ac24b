"""Wrong attempts slow down, by address and all together, in bounded memory; nobody is locked out for good."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from twig.hub.errors import TooManyAttempts

FREE = 5  # a person who mistypes notices nothing
FIRST_S = 1.0  # the first wait, doubled with each further attempt
LONGEST_S = 300.0  # nine guesses in the first half hour, 288 a day from one address
# At this computer somebody may always try again soon: another user of it must not lock its owner out.
HERE_S = 5.0
FORGET_S = 900.0  # an address without an attempt for so long starts anew; longer than any wait
ADDRESSES = 1_024  # remembered at most; the one that has been quiet for longest goes
# All other computers together: a household needs few, and many addresses must not make many guesses.
TOGETHER, TOGETHER_S = 30, 60.0


@dataclass
class Record:
    """Attempts of one address that were not right."""

    count: int = 0
    last: float = 0.0


class Attempts:
    """Counts what may be wrong: an attempt counts from its beginning until it turns out to be right."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._window, self._together = 0.0, 0

    def begin(self, address: str, here: bool) -> None:
        """Allow and count an attempt; TooManyAttempts, which does not count, when it comes too soon."""
        now = self._clock()
        record = self._record(address, now)
        if wait := max(self._own_wait(record, here, now), 0.0 if here else self._common_wait(now)):
            raise TooManyAttempts(math.ceil(wait))
        record.count, record.last = record.count + 1, now
        self._together += not here

    def right(self, address: str, here: bool) -> None:
        """The attempt was right: the address starts anew."""
        self._records.pop(address, None)
        self._together -= not here and self._together > 0

    def __len__(self) -> int:
        return len(self._records)

    def _record(self, address: str, now: float) -> Record:
        record = self._records.setdefault(address, Record())
        self._records.move_to_end(address)
        if now - record.last > FORGET_S:
            record.count = 0
        if len(self._records) > ADDRESSES:
            self._records.popitem(last=False)
        return record

    def _own_wait(self, record: Record, here: bool, now: float) -> float:
        if record.count < FREE:
            return 0.0
        doubled = FIRST_S * (1 << min(record.count - FREE, 16))
        return max(0.0, record.last + min(doubled, HERE_S if here else LONGEST_S) - now)

    def _common_wait(self, now: float) -> float:
        if now - self._window >= TOGETHER_S:
            self._window, self._together = now, 0
        return self._window + TOGETHER_S - now if self._together >= TOGETHER else 0.0
