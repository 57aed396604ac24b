"""Devices and their IOs under /api/v1."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path

from twig.hub.access import Scope
from twig.hub.api.authorise import AnyCaller, open_to
from twig.hub.api.models import GUID, IO, Device, NewValue, Patch
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses

router = APIRouter(tags=["devices"])


DeviceId = Annotated[str, Path(description="GUID of the device.", examples=[GUID])]
IOId = Annotated[int, Path(description="Id of the IO at its device.", examples=[1])]


@router.get("/devices", summary="All devices")
@open_to(Scope.READ)
async def list_devices(hub: HubHere) -> list[Device]:
    """Every device that ever registered here, online or not."""
    return [Device.model_validate(view) for view in hub.devices()]


@router.get("/devices/{guid}", summary="One device", responses=responses(404))
@open_to(Scope.READ)
async def get_device(hub: HubHere, guid: DeviceId) -> Device:
    """A device with its IOs, their last values and its last status report."""
    return Device.model_validate(hub.device(guid))


@router.put(
    "/devices/{guid}/ios/{io}",
    summary="Set an IO",
    responses=responses(400, 403, 404, 409, 413, 422, 502, 503, 504),
)
@open_to(Scope.CONTROL)
async def set_io(hub: HubHere, guid: DeviceId, io: IOId, new: NewValue) -> IO:
    """Set a value; 200 means that the device has reported it, after the output changed.

    A read-only IO is 422, like a value of the wrong type or out of range. 504: no answer within 5 s.
    """
    return IO.model_validate(await hub.set_value(guid, io, new.value))


@router.post(
    "/devices/{guid}/query-ios",
    summary="Ask a device for its IOs again",
    responses=responses(403, 404, 409, 503, 504),
)
@open_to(Scope.ADMIN)
async def query_ios(hub: HubHere, guid: DeviceId) -> Device:
    """The device with the IOs that it has registered anew."""
    return Device.model_validate(await hub.query_ios(guid))


@router.get(
    "/devices/{guid}/config",
    summary="A device's configuration",
    responses=responses(404, 409, 502, 503, 504),
)
@open_to(Scope.ADMIN)
async def get_config(hub: HubHere, guid: DeviceId) -> dict[str, Any]:
    """All that is set at the device; a secret is shown as `***`."""
    return await hub.config(guid)


@router.patch(
    "/devices/{guid}/config",
    summary="Change a device's configuration",
    status_code=202,
    responses=responses(400, 403, 404, 409, 413, 422, 502, 503, 504),
)
@open_to(Scope.ADMIN)
async def set_config(
    hub: HubHere, guid: DeviceId, patch: Annotated[Patch, Body(examples=[{"name": "Kitchen"}])]
) -> dict[str, Any]:
    """Merge these settings into the device's (RFC 7396): null removes one, `***` keeps a secret.

    202: the device has taken them. Network and hub settings it tries first; it goes back to the old ones, and
    says so in a log report, when no hub accepts it within three minutes. Nothing is applied in part.
    """
    await hub.set_config(guid, patch)
    return {"accepted": sorted(patch)}


@router.get("/health", summary="State of the hub", tags=["hub"])
@open_to(Scope.PUBLIC)
async def health(hub: HubHere, caller: AnyCaller) -> dict[str, Any]:
    """How the hub fares: `status` (ok or behind) for everybody, figures for callers with the scope `read`."""
    figures = hub.health()
    return figures if caller else {"status": figures["status"]}
