"""Rollouts under /api/v1."""

from typing import Annotated

from fastapi import APIRouter, Path

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses
from twig.hub.api.rollout_models import NewRollout, Rollout, RolloutDevice, Wave
from twig.hub.rollouts import plan
from twig.hub.views import RolloutView

router = APIRouter(tags=["rollouts"])

RolloutId = Annotated[int, Path(description="Number of the rollout.", examples=[1], ge=1, le=2**31 - 1)]


def shown(view: RolloutView) -> Rollout:
    """A rollout for the API."""
    fields = {name: getattr(view, name) for name in Rollout.model_fields if name not in ("waves", "devices")}
    named = [RolloutDevice(guid=guid, wave=wave, state=state) for guid, wave, state in view.devices or []]
    waves = [Wave.model_validate(wave) for wave in view.waves]
    return Rollout(**fields, waves=waves, devices=named if view.devices is not None else None)


def planned(new: NewRollout) -> plan.Plan:
    """What the hub takes."""
    waves = tuple(plan.Wave(tuple(each.devices), each.count, each.share) for each in new.waves)
    gates = plan.Gates(new.least_confirmed, new.most_rolled_back, new.most_errors, new.least_heap)
    return plan.Plan(waves, gates, new.pause_s, new.at_once)


@router.get("/rollouts", summary="All rollouts")
@open_to(Scope.READ)
async def list_rollouts(hub: HubHere) -> list[Rollout]:
    """The last 20, the newest first."""
    return [shown(each) for each in hub.rollouts()]


@router.post(
    "/rollouts",
    summary="Begin a rollout",
    status_code=201,
    responses=responses(400, 403, 404, 409, 413, 422, 500, 503),
)
@open_to(Scope.ADMIN)
async def begin(hub: HubHere, new: NewRollout) -> Rollout:
    """Offer a release to all devices of its boards that do not have it, wave by wave.

    A wave that does not pass its gates stops it. 409: one of the boards has a rollout that is not over, or no
    device would get it. 422: a wave names a device that would not.
    """
    return shown(await hub.begin_rollout(new.release, planned(new), new.again))


@router.get("/rollouts/{id}", summary="One rollout", responses=responses(404))
@open_to(Scope.READ)
async def get_rollout(hub: HubHere, id: RolloutId) -> Rollout:
    """A rollout with its devices."""
    return shown(hub.rollout(id))


@router.post("/rollouts/{id}/pause", summary="Pause a rollout", responses=responses(403, 404, 409, 500, 503))
@open_to(Scope.ADMIN)
async def pause(hub: HubHere, id: RolloutId) -> Rollout:
    """No further offers until it is resumed; devices that have taken one go on. Gates may still stop it."""
    return shown(await hub.pause_rollout(id))


@router.post(
    "/rollouts/{id}/resume", summary="Resume a rollout", responses=responses(403, 404, 409, 500, 503)
)
@open_to(Scope.ADMIN)
async def resume(hub: HubHere, id: RolloutId) -> Rollout:
    """Go on where it was paused."""
    return shown(await hub.resume_rollout(id))


@router.post("/rollouts/{id}/stop", summary="Stop a rollout", responses=responses(403, 404, 409, 500, 503))
@open_to(Scope.ADMIN)
async def stop(hub: HubHere, id: RolloutId) -> Rollout:
    """No further offers, at once and for good. Devices that have taken one go on by themselves."""
    return shown(await hub.stop_rollout(id))
