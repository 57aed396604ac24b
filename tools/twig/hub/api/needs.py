"""What the web application needs of a hub; twig.hub.hub.Hub has it, and so has the tests' fake."""

from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from twig.hub.access import Access
from twig.hub.events import Events
from twig.hub.releases import Releases
from twig.hub.rollouts.plan import Plan
from twig.hub.settings import HubSettings
from twig.hub.views import DeviceView, IOView, JoinCodeView, NewJoinCode, RolloutView


class Hub(Protocol):
    """The hub's public face; every method raises a HubError where it cannot do as asked."""

    @property
    def guid(self) -> str:
        """GUID of this installation."""

    @property
    def settings(self) -> HubSettings:
        """How it was started."""

    @property
    def events(self) -> Events:
        """What happens."""

    @property
    def access(self) -> Access:
        """Who may do what."""

    @property
    def releases(self) -> Releases:
        """What plugs are updated with."""

    def devices(self) -> list[DeviceView]:
        """All devices."""

    def device(self, guid: str) -> DeviceView:
        """One device."""

    async def set_value(self, guid: str, io_id: int, value: Any) -> IOView:
        """Set an IO; returns after the device has reported the value."""

    async def query_ios(self, guid: str) -> DeviceView:
        """Have a device register its IOs again; returns when they are stored."""

    async def config(self, guid: str) -> dict[str, Any]:
        """A device's configuration, secrets as "***"."""

    async def set_config(self, guid: str, patch: dict[str, Any]) -> None:
        """Change it by a merge patch; returns when the device has acknowledged."""

    async def join_code(self, for_guid: str | None, minutes: int) -> NewJoinCode:
        """A code with which one device, new or the named one, may join within that time."""

    def join_codes(self) -> list[JoinCodeView]:
        """The codes that are open, and those that have been of late."""

    async def cancel_code(self, number: int) -> None:
        """End a join code."""

    async def rotate(self, guid: str) -> DeviceView:
        """Give a device a next key; returns once that is stored."""

    async def rotate_all(self) -> list[DeviceView]:
        """Give a next key to every device that has one."""

    async def revoke(self, guid: str) -> DeviceView:
        """Drop a device's keys and end its connection."""

    async def update(self, guid: str, release: str | None, again: bool) -> DeviceView:
        """Offer a device a release, or the newest; returns once it has answered."""

    def withdraw_update(self, guid: str) -> DeviceView:
        """Offer a device no longer what it has not taken yet."""

    async def begin_rollout(self, release: str, plan: Plan, again: bool) -> RolloutView:
        """Roll a release out; returns once the rollout is stored."""

    def rollouts(self) -> list[RolloutView]:
        """All that are known, the newest first."""

    def rollout(self, number: int) -> RolloutView:
        """One of them with its devices."""

    async def pause_rollout(self, number: int) -> RolloutView:
        """Offer nothing more for now."""

    async def resume_rollout(self, number: int) -> RolloutView:
        """Go on."""

    async def stop_rollout(self, number: int) -> RolloutView:
        """No further offers, at once and for good."""

    def health(self) -> dict[str, Any]:
        """Figures for monitoring."""


async def the_hub(request: Request) -> Hub:
    """The hub that this app serves; async, since FastAPI sends what is not through a pool of threads."""
    hub: Hub = request.app.state.hub
    return hub


HubHere = Annotated[Hub, Depends(the_hub)]
