"""The page at /access: tokens of programs and the password, by plain forms."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from twig.hub.access import Scope, scopes
from twig.hub.api.authorise import CallerHere, address_of, form_of, open_to
from twig.hub.api.needs import Hub, HubHere
from twig.hub.api.problems import headers_of, kind_of
from twig.hub.errors import HubError
from twig.web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/access")
@open_to(Scope.ADMIN)
async def page(request: Request, hub: HubHere) -> Response:
    """The page."""
    return show_page(request, hub)


@router.post("/access/tokens")
@open_to(Scope.ADMIN)
async def make_token(request: Request, hub: HubHere) -> Response:
    """The page with the new token, this once."""
    form = await form_of(request)
    word = form.get("scope", "")
    name, scope = form.get("name", "").strip(), word if word in scopes.GIVEN else "read"
    try:
        made = await hub.access.tokens.make(name, scopes.parse(scope))
    except HubError as error:
        return complaint(request, hub, error, token_problem=error.text, name=name, scope=scope)
    return show_page(request, hub, made=made, made_name=name)


@router.post("/access/tokens/{name}/revoke")
@open_to(Scope.ADMIN)
async def revoke_token(request: Request, hub: HubHere, name: str) -> Response:
    """Back to the page without it."""
    try:
        await hub.access.tokens.revoke(name)
    except HubError as error:
        return complaint(request, hub, error, token_problem=error.text)
    return RedirectResponse("/access#tokens", 303)


@router.post("/access/password")
@open_to(Scope.ADMIN)
async def change_password(request: Request, hub: HubHere, caller: CallerHere) -> Response:
    """A new password for whoever knows the present one; all other sessions end."""
    form = await form_of(request)
    try:
        await hub.access.change_password(
            caller, form.get("current", ""), form.get("password", ""), address_of(request)
        )
    except HubError as error:
        return complaint(request, hub, error, password_problem=error.text)
    return show_page(request, hub, password_set=True)


def show_page(request: Request, hub: Hub, status: int = 200, **more: Any) -> Response:
    """The page, with what was done or went wrong."""
    known: dict[str, Any] = {"tokens": list(hub.access.tokens), "sessions": len(hub.access.sessions)}
    return render(request, "access.html", status, **known, **more)


def complaint(request: Request, hub: Hub, error: HubError, **more: Any) -> Response:
    """The page with an error at its place."""
    response = show_page(request, hub, kind_of(error)[1], **more)
    response.headers.update(headers_of(error))
    return response
