"""What people do about rollouts."""

from twig.hub.core import Core
from twig.hub.rollouts.plan import Plan
from twig.hub.rollouts.rollout import Rollout
from twig.hub.rollouts.view import view
from twig.hub.views import RolloutView


class RolloutDesk:
    """The part of a hub's face that is about rollouts."""

    _core: Core

    async def begin_rollout(self, release: str, plan: Plan, again: bool = False) -> RolloutView:
        """Roll a release (version or SHA-256) out to the devices of its boards. Any HubError."""
        return self._seen(await self._core.rollouts.begin(release, plan, again))

    def rollouts(self) -> list[RolloutView]:
        """The newest first."""
        return [view(each, self._core.updates) for each in self._core.rollouts.all()]

    def rollout(self, number: int) -> RolloutView:
        """One of them with its devices; RolloutUnknown."""
        return self._seen(self._core.rollouts.find(number))

    async def pause_rollout(self, number: int) -> RolloutView:
        """Offer nothing more until it is resumed. RolloutUnknown, RolloutOver."""
        return self._seen(await self._core.rollouts.pause(number))

    async def resume_rollout(self, number: int) -> RolloutView:
        """Go on. RolloutUnknown, RolloutOver."""
        return self._seen(await self._core.rollouts.resume(number))

    async def stop_rollout(self, number: int) -> RolloutView:
        """No further offers, at once and for good. RolloutUnknown, RolloutOver."""
        return self._seen(await self._core.rollouts.stop(number))

    def _seen(self, rollout: Rollout) -> RolloutView:
        return view(rollout, self._core.updates, with_devices=True)
