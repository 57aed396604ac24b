"""Who speaks on a connection that a key protects."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """`identity` as in the ClientHello; `key`: 32 bytes; `guid`: whose key it is, None for a join code's;
    `code`: the code's row, None for a device's own key."""

    identity: bytes
    key: bytes
    guid: bytes | None
    code: int | None


Find = Callable[[bytes], Peer | None]
