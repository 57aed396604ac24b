"""The pages about join codes: a button makes one and shows it once, another ends one."""

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import kind_of
from twig.hub.errors import HubError
from twig.hub.keys.joins import MINUTES
from twig.web.pages import render_devices
from twig.web.render import render

router = APIRouter(include_in_schema=False)

PLACE = "join-codes"
SEE_OTHER = 303


@router.post("/join-codes")
@open_to(Scope.ADMIN)
async def make(request: Request, hub: HubHere) -> Response:
    """A new code with its QR code; the page of devices with the reason where there is none."""
    try:
        made = await hub.join_code(None, MINUTES)
    except HubError as error:
        return render_devices(request, "page.html", hub, kind_of(error)[1], failed=PLACE, problem=error.text)
    return render(request, "join.html", made=made, svg=svg(made.code))


@router.get("/join-codes")
@open_to(Scope.ADMIN)
async def shown_once() -> Response:
    """Whoever opens the address of a code's page again sees the devices and the states of the codes."""
    return RedirectResponse("/", status_code=SEE_OTHER)


@router.post("/join-codes/{number}/cancel")
@open_to(Scope.ADMIN)
async def cancel(request: Request, hub: HubHere, number: int) -> Response:
    """The form beside an open code: back to the page."""
    try:
        await hub.cancel_code(number)
    except HubError as error:
        return render_devices(request, "page.html", hub, kind_of(error)[1], failed=PLACE, problem=error.text)
    return RedirectResponse("/", status_code=SEE_OTHER)


def svg(text: str) -> str:
    """A QR code as an element of a page, black on white in any colour scheme."""
    return segno.make(text, micro=False).svg_inline(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
