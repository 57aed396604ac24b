"""How far a device is with a release."""

from dataclasses import dataclass

WAITING, OFFERED, WITHDRAWN = "waiting", "offered", "withdrawn"
REFUSED, FETCHING, STAGED = "refused", "fetching", "staged"
TRIAL, CONFIRMED, ROLLED_BACK = "trial", "confirmed", "rolled back"
# As UpdateReport numbers them (protocol, section 3).
REPORTED = {1: REFUSED, 2: FETCHING, 3: STAGED, 4: TRIAL, 5: CONFIRMED, 6: ROLLED_BACK}
ACTIVE = frozenset({OFFERED, FETCHING, STAGED, TRIAL})
OPEN = ACTIVE | {WAITING}


@dataclass(frozen=True)
class Update:
    """One device's update; `manifest` is its SHA-256, empty for a release that this hub does not have.

    waiting: the offer has not been taken yet; offered: it has, and nothing more is known. percent: of what
    has to be fetched. time_ms: of the last news. signature: which of the release's was offered, from 0 on.
    """

    manifest: str
    version: str
    sequence: int
    state: str
    percent: int = 0
    reason: str = ""
    time_ms: int = 0
    signature: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still to come or under way."""
        return self.state in OPEN

    @property
    def is_active(self) -> bool:
        """Whether the device has taken the offer and not come to an end with it."""
        return self.state in ACTIVE
