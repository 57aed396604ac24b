"""Who may do what at the hub: people with passwords and sessions, programs with tokens."""

from twig.hub.access.access import OWNER, Access
from twig.hub.access.caller import Caller
from twig.hub.access.scopes import Scope

__all__ = ["OWNER", "Access", "Caller", "Scope"]
