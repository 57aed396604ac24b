"""How many connections each address has in a state that must not last."""

from collections import Counter
from collections.abc import Callable


class Places:
    """At most `most` of one address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def full(self, address: str) -> bool:
        """Whether that address has as many as it gets."""
        return self._taken[address] >= self._most

    def __len__(self) -> int:
        """Number of addresses that have some."""
        return len(self._taken)

    def take(self, address: str) -> Callable[[], None]:
        """One more of that address; what is returned gives the place back, however often it is called."""
        self._taken[address] += 1
        given_back = False

        def give_back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                self._taken[address] -= 1
                if not self._taken[address]:
                    del self._taken[address]

        return give_back
