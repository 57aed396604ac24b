"""The pages about join codes: a button makes one and shows it once, another ends one."""

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from twig.hub.api.needs import HubHere
from twig.hub.api.problems import kind_of
from twig.hub.errors import HubError
from twig.hub.keys.joins import MINUTES
from twig.web.pages import HEADERS, render, templates

router = APIRouter(include_in_schema=False)

PLACE = "join-codes"
SEE_OTHER = 303


@router.post("/join-codes")
async def make(request: Request, hub: HubHere) -> Response:
    """A new code with its QR code; the page of devices with the reason where there is none."""
    try:
        made = await hub.join_code(None, MINUTES)
    except HubError as error:
        return render(request, "page.html", hub, kind_of(error)[1], failed=PLACE, problem=error.text)
    context = {"made": made, "svg": svg(made.code)}
    return templates.TemplateResponse(request, "join.html", context, headers=HEADERS)


@router.get("/join-codes")
async def shown_once(hub: HubHere) -> Response:
    """Whoever opens the address of a code's page again sees the devices and the states of the codes."""
    return RedirectResponse("/", status_code=SEE_OTHER)


@router.post("/join-codes/{number}/cancel")
async def cancel(request: Request, hub: HubHere, number: int) -> Response:
    """The form beside an open code: back to the page."""
    try:
        await hub.cancel_code(number)
    except HubError as error:
        return render(request, "page.html", hub, kind_of(error)[1], failed=PLACE, problem=error.text)
    return RedirectResponse("/", status_code=SEE_OTHER)


def svg(text: str) -> str:
    """A QR code as an element of a page, black on white in any colour scheme."""
    return segno.make(text, micro=False).svg_inline(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
