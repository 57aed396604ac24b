"""Keeps foreign web pages away from the hub: a browser in the LAN must not switch on behalf of any site.

It stands before logins and tokens. Two attacks are met: a foreign page that posts to the hub (Origin,
Sec-Fetch-Site), and a foreign name made to resolve to the hub (DNS rebinding: Host).
"""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from twig.hub.api.problems import problem

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}  # none: typed in or a bookmark
DEFAULT_PORTS = {"http": 80, "https": 443}


class Guard:
    """ASGI middleware: 403 for a request under a foreign name and for a change that a foreign page wants."""

    def __init__(self, app: ASGIApp, own_names: Iterable[str]) -> None:
        name = socket.gethostname().lower()
        self.app = app
        self.own = {name, f"{name}.local", *(each.lower() for each in own_names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (reason := self.reason(Request(scope))):
            return await self.app(scope, receive, send)
        await problem(403, "foreign", "Request from a foreign page", reason)(scope, receive, send)

    def reason(self, request: Request) -> str:
        """Why `request` is refused, or nothing."""
        host = split(request.headers.get("host", ""))[0]
        if not self.is_own(host, request):
            return f"This hub is not known as '{host}'. Use its address."
        if request.method not in SAFE_METHODS and is_foreign(request):
            return "Changes are taken from the hub's own page and from programs, not from other sites."
        return ""

    def is_own(self, host: str, request: Request) -> bool:
        """Whether `host` is a name of this computer, or the address at which the request arrived."""
        server = request.scope.get("server") or ("", 0)
        return is_loopback(host) or host in self.own or (host != "" and host == server[0])


def is_loopback(host: str) -> bool:
    """Whether a name or address stands for this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_foreign(request: Request) -> bool:
    """Whether a browser says that another site's page asks; programs send neither header."""
    if request.headers.get("sec-fetch-site", "none") not in OWN_SITES:
        return True
    origin = request.headers.get("origin")
    own = split(request.headers.get("host", ""), request.url.scheme)
    return origin is not None and split_url(origin) != own


def split(netloc: str, scheme: str = "http") -> tuple[str, int | None]:
    """Host name in lower case and port of `name[:port]`; an empty name when it cannot be read."""
    try:
        parts = urlsplit(f"//{netloc}")
        return (parts.hostname or "").rstrip("."), parts.port or DEFAULT_PORTS.get(scheme)
    except ValueError:
        return "", None


def split_url(url: str) -> tuple[str, int | None]:
    """The same of an origin such as http://localhost:8080; `null` has an empty name."""
    scheme, _, netloc = url.partition("://")
    return split(netloc, scheme)
