"""Join codes in memory: which are open, for whom, and who has taken them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from firmware.protocol import guid
from twig.hub.keys.peer import Peer
from twig.hub.keys.vault import Vault
from twig.hub.store.records import CodeRow
from twig.hub.views import JoinCodeView

SECRET = "join_codes.secret"  # noqa: S105 - the name of a column
WAITING, TAKEN, USED, EXPIRED = "waiting", "taken", "used", "expired"
# What is over is still listed for a while: a person looks whether the device has come.
KEPT_MS = 86_400_000
KEPT = 100


@dataclass
class Code:
    """A join code; `key` is None once it is used, `guid` the device that has taken it, None before."""

    id: int
    identity: bytes
    key: bytes | None = field(repr=False)
    for_guid: bytes | None
    guid: bytes | None
    expires_ms: int
    used_ms: int | None = None

    def state(self, now_ms: int) -> str:
        """waiting, taken, used or expired; the first two are open."""
        if self.used_ms is not None:
            return USED
        if now_ms >= self.expires_ms:
            return EXPIRED
        return TAKEN if self.guid else WAITING

    def is_open(self, now_ms: int) -> bool:
        """Whether a device may connect with it."""
        return self.state(now_ms) in (WAITING, TAKEN)

    def view(self, now_ms: int) -> JoinCodeView:
        """A snapshot without anything secret."""
        return JoinCodeView(
            self.id, printed(self.for_guid), printed(self.guid), self.expires_ms, self.state(now_ms)
        )


class Codes:
    """All codes that are open or have been of late; StartError where the vault does not open them."""

    def __init__(self, vault: Vault, rows: Iterable[CodeRow]) -> None:
        self._vault = vault
        self._codes: dict[int, Code] = {}
        self._by_identity: dict[bytes, Code] = {}
        for row in rows:
            self.add(self._opened(row))

    def add(self, code: Code) -> None:
        """One more, with its id."""
        self._codes[code.id] = self._by_identity[code.identity] = code

    def remove(self, code: Code) -> None:
        """Nobody connects with it any longer, nor is it listed."""
        self._codes.pop(code.id, None)
        self._by_identity.pop(code.identity, None)

    def find(self, identity: bytes, now_ms: int) -> Peer | None:
        """The open code of that identity."""
        code = self._by_identity.get(identity)
        if code is None or code.key is None or not code.is_open(now_ms):
            return None
        return Peer(identity, code.key, None, code.id)

    def get(self, number: int) -> Code | None:
        """The code of that id."""
        return self._codes.get(number)

    def knows(self, identity: bytes) -> bool:
        """Whether a code, open or not, has that identity."""
        return identity in self._by_identity

    def all(self) -> list[Code]:
        """All, oldest first."""
        return list(self._codes.values())

    def taken_by(self, which: bytes) -> list[Code]:
        """The codes under which a device has got a key that it has not come back with."""
        return [code for code in self._codes.values() if code.guid == which and code.used_ms is None]

    def old(self, now_ms: int) -> list[Code]:
        """Those that need not be listed any longer."""
        over = [code for code in self._codes.values() if not code.is_open(now_ms)]
        newest = over[-KEPT:]
        return over[:-KEPT] + [one for one in newest if now_ms - (one.used_ms or one.expires_ms) >= KEPT_MS]

    def row(self, code: Code) -> CodeRow:
        """A code for the database."""
        name = code.identity.decode()
        secret = code.key and self._vault.seal(code.key, SECRET, name)
        places = printed(code.for_guid), printed(code.guid)
        return CodeRow(code.id, name, secret, *places, expires_ms=code.expires_ms, used_ms=code.used_ms)

    def _opened(self, row: CodeRow) -> Code:
        key = row.secret and self._vault.open(row.secret, SECRET, row.identity)
        guids = read(row.for_guid), read(row.guid)
        return Code(row.id, row.identity.encode(), key, *guids, row.expires_ms, row.used_ms)


def printed(which: bytes | None) -> str | None:
    """A GUID as text, where there is one."""
    return guid.text(which) if which else None


def read(text: str | None) -> bytes | None:
    """The opposite."""
    return guid.parse(text) if text else None
