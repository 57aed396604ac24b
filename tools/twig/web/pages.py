"""The page at / that lists the devices and switches their relays, with and without JavaScript."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from twig.hub.access import Scope
from twig.hub.api.authorise import form_of, open_to
from twig.hub.api.needs import Hub, HubHere
from twig.hub.api.problems import kind_of
from twig.hub.errors import HubError
from twig.web import access, login, show
from twig.web.render import HERE, render

SWITCH_WORDS = {"on": True, "off": False}


class Files(StaticFiles):
    """Files that a browser asks for again each time, so that none outlives an update of the hub."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """The file, or 304 when the browser has it."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


router = APIRouter(include_in_schema=False)


def render_devices(request: Request, name: str, hub: Hub, status: int = 200, **context: Any) -> Response:
    """A template with the devices in the order of their names."""
    devices = sorted(hub.devices(), key=lambda device: (show.sort_key(device.name), device.guid))
    return render(request, name, status, devices=devices, hub=hub, **context)


@router.get("/")
@open_to(Scope.READ)
async def page(request: Request, hub: HubHere) -> Response:
    """The whole page."""
    return render_devices(request, "page.html", hub)


@router.get("/devices")
@open_to(Scope.READ)
async def device_list(request: Request, hub: HubHere) -> Response:
    """The list alone, for the script: after it connected, and when a device joins."""
    return render_devices(request, "devices.html", hub)


@router.get("/devices/{guid}")
@open_to(Scope.READ)
async def card(request: Request, hub: HubHere, guid: str) -> Response:
    """One device of the list, for the script."""
    return render(request, "device.html", device=hub.device(guid), problem=None)


@router.post("/devices/{guid}/ios/{io}")
@open_to(Scope.CONTROL)
async def switch(request: Request, hub: HubHere, guid: str, io: int) -> Response:
    """The form behind a switch: back to the page, or the page again with what went wrong at the device."""
    try:
        await hub.set_value(guid, io, await wanted(request))
    except HubError as error:
        return render_devices(request, "page.html", hub, kind_of(error)[1], failed=guid, problem=error.text)
    return RedirectResponse(f"/#device-{guid}", status_code=303)


async def wanted(request: Request) -> bool | None:
    """What the form asks for; None, which no IO takes, when it is not a form of ours."""
    return SWITCH_WORDS.get((await form_of(request)).get("value", ""))


def install(app: FastAPI) -> None:
    """Serve the page and its files from `app`."""
    for each in (router, login.router, access.router):
        app.include_router(each)
    app.mount("/static", Files(directory=HERE / "static"), name="static")
