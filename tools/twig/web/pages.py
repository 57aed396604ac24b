"""The page at / that lists the devices and switches their relays, with and without JavaScript."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from twig.hub.api.needs import Hub, HubHere
from twig.hub.api.problems import kind_of
from twig.hub.clock import now_ms
from twig.hub.errors import HubError
from twig.web import show

HERE = Path(__file__).parent
FORM_LIMIT = 1024  # bytes; the form has one field
SWITCH_WORDS = {"on": True, "off": False}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Files(StaticFiles):
    """Files that a browser asks for again each time, so that none outlives an update of the hub."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """The file, or 304 when the browser has it."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


templates = Jinja2Templates(HERE / "templates")
templates.env.globals.update(show=show, now_ms=now_ms)
router = APIRouter(include_in_schema=False)


def render(request: Request, name: str, hub: Hub, status: int = 200, **context: Any) -> Response:
    """A template with the devices in the order of their names."""
    devices = sorted(hub.devices(), key=lambda device: (show.sort_key(device.name), device.guid))
    context |= {"devices": devices, "hub": hub}
    return templates.TemplateResponse(request, name, context, status_code=status, headers=HEADERS)


@router.get("/")
async def page(request: Request, hub: HubHere) -> Response:
    """The whole page."""
    return render(request, "page.html", hub)


@router.get("/devices")
async def device_list(request: Request, hub: HubHere) -> Response:
    """The list alone, for the script: after it connected, and when a device joins."""
    return render(request, "devices.html", hub)


@router.get("/devices/{guid}")
async def card(request: Request, hub: HubHere, guid: str) -> Response:
    """One device of the list, for the script."""
    context = {"device": hub.device(guid), "problem": None}
    return templates.TemplateResponse(request, "device.html", context, headers=HEADERS)


@router.post("/devices/{guid}/ios/{io}")
async def switch(request: Request, hub: HubHere, guid: str, io: int) -> Response:
    """The form behind a switch: back to the page, or the page again with what went wrong at the device."""
    try:
        await hub.set_value(guid, io, await wanted(request))
    except HubError as error:
        return render(request, "page.html", hub, kind_of(error)[1], failed=guid, problem=error.text)
    return RedirectResponse(f"/#device-{guid}", status_code=303)


async def wanted(request: Request) -> bool | None:
    """What the form asks for; None, which no IO takes, when it is not a form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            return None
    word = parse_qs(body.decode("ascii", "replace")).get("value", [""])[0]
    return SWITCH_WORDS.get(word)


def install(app: FastAPI) -> None:
    """Serve the page and its files from `app`."""
    app.include_router(router)
    app.mount("/static", Files(directory=HERE / "static"), name="static")
