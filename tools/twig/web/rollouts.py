"""The page's part about rollouts: how far they are, and buttons that pause, resume and stop one."""

from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.needs import Hub, HubHere
from twig.hub.api.problems import kind_of
from twig.hub.errors import HubError
from twig.hub.views import RolloutView
from twig.web.pages import render_devices
from twig.web.render import render

router = APIRouter(include_in_schema=False)

PLACE = "rollouts"
SEE_OTHER = 303


@router.get("/rollouts")
@open_to(Scope.READ)
async def rollouts(request: Request, hub: HubHere) -> Response:
    """That part alone, for the script."""
    return render(request, "rollouts.html", hub=hub)


@router.post("/rollouts/{number}/pause")
@open_to(Scope.ADMIN)
async def pause(request: Request, hub: HubHere, number: int) -> Response:
    """The form beside a rollout that runs."""
    return await acted(request, hub, hub.pause_rollout(number))


@router.post("/rollouts/{number}/resume")
@open_to(Scope.ADMIN)
async def resume(request: Request, hub: HubHere, number: int) -> Response:
    """The form beside one that is paused."""
    return await acted(request, hub, hub.resume_rollout(number))


@router.post("/rollouts/{number}/stop")
@open_to(Scope.ADMIN)
async def stop(request: Request, hub: HubHere, number: int) -> Response:
    """The form that ends one at once."""
    return await acted(request, hub, hub.stop_rollout(number))


async def acted(request: Request, hub: Hub, deed: Awaitable[RolloutView]) -> Response:
    """Back to the page, or the page with what went wrong."""
    try:
        await deed
    except HubError as error:
        return render_devices(request, "page.html", hub, kind_of(error)[1], failed=PLACE, problem=error.text)
    return RedirectResponse(f"/#{PLACE}", status_code=SEE_OTHER)
