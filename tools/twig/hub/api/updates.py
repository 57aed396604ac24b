"""Updates of single devices under /api/v1."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.devices import DeviceId
from twig.hub.api.models import Device
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses

router = APIRouter(tags=["updates"])


class UpdateWish(BaseModel):
    """What a device shall be updated to."""

    model_config = ConfigDict(extra="forbid")

    release: str | None = Field(
        None,
        description="Version, or SHA-256 of the manifest or its beginning; null: the newest for its board.",
        examples=["0.2.0"],
        max_length=64,
    )
    again: bool = Field(False, description="Even a release that the device has rolled back from.")


@router.post(
    "/devices/{guid}/update",
    summary="Update a device",
    status_code=202,
    responses=responses(400, 403, 404, 409, 413, 422, 502),
)
@open_to(Scope.ADMIN)
async def update(hub: HubHere, guid: DeviceId, wish: UpdateWish) -> Device:
    """Offer the device a release. 202: it has taken it, or gets it when it comes or is no longer busy.

    `update` of the device says how far it is. A device under way is offline twice, while it restarts.
    409: it is under way to another release, or has rolled back from this one. 502: it has refused.
    """
    return Device.model_validate(await hub.update(guid, wish.release, wish.again))


@router.delete("/devices/{guid}/update", summary="Withdraw an offer", responses=responses(403, 404, 409))
@open_to(Scope.ADMIN)
async def withdraw(hub: HubHere, guid: DeviceId) -> Device:
    """Offer the device no longer what it has not taken yet. 409: no offer waits for it."""
    return Device.model_validate(hub.withdraw_update(guid))
