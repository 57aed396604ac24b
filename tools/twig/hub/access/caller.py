"""Who asks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from twig.hub.access.scopes import Scope


@dataclass(frozen=True)
class Caller:
    """A person by a session (then with `session` and `csrf`) or a program by a token."""

    name: str
    scope: Scope
    alive: Callable[[], bool] = field(repr=False)  # False once the session or the token has ended
    session: bytes | None = field(default=None, repr=False)  # its key
    csrf: str = field(default="", repr=False)
