"""Who asks, and whether this caller may: one check for every route of the app.

A route says by `@open_to(Scope...)` what it needs. One that says nothing needs ADMIN.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts

from twig.hub.access import Access, Caller, Scope, secrets
from twig.hub.api.guard import SAFE_METHODS
from twig.hub.errors import FormTooOld, LoginNeeded, ScopeTooSmall

CSRF_HEADER = "X-Twig-CSRF"
CSRF_FIELD = "csrf"
FORM = "application/x-www-form-urlencoded"
# What every route but a public one can also answer; the schema is that of the other problems.
REFUSALS = {
    "401": "Login or token needed",
    "403": "The token is not for this",
    "429": "Too many wrong attempts",
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

Route = TypeVar("Route", bound=Callable[..., Any])


def open_to(scope: Scope) -> Callable[[Route], Route]:
    """Decorates a route, below `@router...`: callers of at least this scope may use it."""

    def mark(route: Route) -> Route:
        route.scope = scope  # type: ignore[attr-defined]
        return route

    return mark


def declared(route: Any) -> Scope | None:
    """What a route's function says; None when it says nothing."""
    found: Scope | None = getattr(route, "scope", None)
    return found


def needed_by(route: Any) -> Scope:
    """The same; ADMIN when it says nothing."""
    found = declared(route)
    return Scope.ADMIN if found is None else found


async def authorise(request: Request) -> None:
    """Let the caller pass and be known as `request.state.caller`; LoginNeeded, ScopeTooSmall, FormTooOld."""
    needed = needed_by(request.scope["route"].endpoint)
    request.state.caller = caller = identify(request, needed)
    if caller is None:
        return
    if caller.scope < needed:
        raise ScopeTooSmall(caller.scope.word, needed.word)
    if caller.session and needed > Scope.PUBLIC and request.method not in SAFE_METHODS:
        await check_csrf(request, caller)


def identify(request: Request, needed: Scope) -> Caller | None:
    """Who asks; None for nobody, who may use what is public."""
    access: Access = request.app.state.hub.access
    try:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return access.by_token(token.strip(), address_of(request))
        return access.by_session(request.cookies.get(cookie_name(request), ""))
    except LoginNeeded:
        if needed > Scope.PUBLIC:
            raise
        return None


async def check_csrf(request: Request, caller: Caller) -> None:
    """A browser sends its cookie whoever wants the change: only our own pages know the token. FormTooOld."""
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").startswith(FORM):
        given = (await form_of(request)).get(CSRF_FIELD)
    if not secrets.same(given or "", caller.csrf):
        raise FormTooOld()


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each at most once; the body has the app's bound."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=16)
    except ValueError:  # too many to be a form of ours
        return {}
    return {name: values[0] for name, values in fields.items()}


def cookie_name(request: Request) -> str:
    """Of this hub only: a browser sends one computer's cookies to all of its ports.

    The prefix makes browsers refuse it from plain HTTP and for other names.
    """
    name = f"twig-{request.app.state.hub.guid[:8]}"
    return f"__Host-{name}" if is_https(request) else name


def is_https(request: Request) -> bool:
    """Whether the request came by TLS."""
    return request.url.scheme == "https"


def address_of(request: Request) -> str:
    """The peer's address."""
    return request.client.host if request.client else ""


async def the_caller(request: Request) -> Caller | None:
    """Who asks, as `authorise` has found."""
    caller: Caller | None = request.state.caller
    return caller


async def known_caller(request: Request) -> Caller:
    """The same where a route is not public."""
    caller = await the_caller(request)
    assert caller
    return caller


CallerHere = Annotated[Caller, Depends(known_caller)]
AnyCaller = Annotated[Caller | None, Depends(the_caller)]


def describe(app: FastAPI, document: dict[str, Any]) -> None:
    """Say in the OpenAPI document what each operation needs."""
    schemes = document["components"].setdefault("securitySchemes", {})
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    for operation, needed in described(app, document):
        operation["security"] = [{"token": []}] if needed else [{}, {"token": []}]
        if needed:
            operation["description"] += f"\n\nNeeds the scope `{needed.word}`."
            for status, title in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": title, "content": PROBLEM})


def described(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Scope]]:
    """Every operation of the document with the scope of its route."""
    for route in iter_route_contexts(app.routes):
        operations = document["paths"].get(route.path, {})
        for method in route.methods or ():
            if method.lower() in operations:
                yield operations[method.lower()], needed_by(route.endpoint)
