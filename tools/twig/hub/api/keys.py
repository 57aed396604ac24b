"""Join codes and keys under /api/v1."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.devices import DeviceId
from twig.hub.api.models import Device, JoinCode, JoinCodeWish, MadeJoinCode
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses

router = APIRouter(tags=["keys"])

CodeId = Annotated[int, Path(description="Id of the join code.", examples=[1])]


@router.post(
    "/join-codes",
    summary="Make a join code",
    status_code=201,
    responses=responses(400, 403, 404, 413, 422, 503),
)
@open_to(Scope.ADMIN)
async def make_code(hub: HubHere, wish: JoinCodeWish, response: Response) -> MadeJoinCode:
    """A code for one device. This answer is the only one that holds the code; the hub never shows it again.

    With `for_guid` it serves that device only, also one that has lost its key. 503: too many codes are open.
    """
    response.headers["Cache-Control"] = "no-store"
    return MadeJoinCode.model_validate(await hub.join_code(wish.for_guid, wish.minutes))


@router.get("/join-codes", summary="All join codes")
@open_to(Scope.ADMIN)
async def list_codes(hub: HubHere) -> list[JoinCode]:
    """The codes that are open, and those of the last day, without the codes themselves."""
    return [JoinCode.model_validate(view) for view in hub.join_codes()]


@router.delete("/join-codes/{id}", summary="End a join code", status_code=204, responses=responses(403, 404))
@open_to(Scope.ADMIN)
async def cancel_code(hub: HubHere, id: CodeId) -> None:
    """Nobody joins with it any longer; a device that has taken it and not come back yet has lost its key."""
    await hub.cancel_code(id)


@router.post(
    "/devices/{guid}/rotate-key",
    summary="Give a device a new key",
    status_code=202,
    responses=responses(403, 404, 409, 503),
)
@open_to(Scope.ADMIN)
async def rotate(hub: HubHere, guid: DeviceId) -> Device:
    """202: the new key is stored, and sent now or when the device next comes. 409: it has no key.

    Until the device has come back under it both keys are valid, and `key` is `rotating`.
    """
    return Device.model_validate(await hub.rotate(guid))


@router.post(
    "/rotate-keys", summary="Give all devices new keys", status_code=202, responses=responses(403, 503)
)
@open_to(Scope.ADMIN)
async def rotate_all(hub: HubHere) -> list[Device]:
    """The same for every device that has a key; the answer holds these devices."""
    return [Device.model_validate(view) for view in await hub.rotate_all()]


@router.post("/devices/{guid}/revoke-key", summary="Drop a device's key", responses=responses(403, 404, 503))
@open_to(Scope.ADMIN)
async def revoke(hub: HubHere, guid: DeviceId) -> Device:
    """Its connection is ended at once and its keys are worth nothing. It needs a join code to come back.

    A device without a key stays as it is.
    """
    return Device.model_validate(await hub.revoke(guid))
