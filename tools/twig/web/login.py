"""Logging in and out at the page: plain forms, no JavaScript."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from twig.hub.access import OWNER, Scope
from twig.hub.access.sessions import LONGEST_MS
from twig.hub.api.authorise import AnyCaller, CallerHere, address_of, cookie_name, form_of, is_https, open_to
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import headers_of, kind_of
from twig.hub.errors import HubError
from twig.web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/login")
@open_to(Scope.PUBLIC)
async def login_page(request: Request, caller: AnyCaller) -> Response:
    """The form; who is logged in needs none."""
    return RedirectResponse("/", 303) if caller else render(request, "login.html", name=OWNER)


@router.post("/login")
@open_to(Scope.PUBLIC)
async def login(request: Request, hub: HubHere) -> Response:
    """The page with a new session, or the form again with what was wrong."""
    form = await form_of(request)
    name = form.get("name", "")
    try:
        secret = await hub.access.login(name, form.get("password", ""), address_of(request))
    except HubError as error:
        response = render(request, "login.html", kind_of(error)[1], name=name, problem=error.text)
        response.headers.update(headers_of(error))
        return response
    response = RedirectResponse("/", 303)
    set_cookie(request, response, secret)
    return response


@router.post("/logout")
@open_to(Scope.READ)
async def logout(request: Request, hub: HubHere, caller: CallerHere) -> Response:
    """End the session; the browser forgets it too."""
    await hub.access.logout(caller)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(cookie_name(request), secure=is_https(request), httponly=True, samesite="lax")
    return response


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Lax: a link from elsewhere finds the person logged in; no GET changes anything."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=LONGEST_MS // 1000,
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )
