"""All rollouts of a hub: begun, stepped, ended, and kept so that a restarted hub goes on."""

import asyncio
from collections.abc import Awaitable, Callable

from twig.hub.errors import HubError, RolloutGoing, RolloutOver, RolloutUnknown
from twig.hub.events import Events
from twig.hub.log import Log
from twig.hub.registry import Registry
from twig.hub.releases import Releases, choose
from twig.hub.rollouts import keep
from twig.hub.rollouts.begin import begin
from twig.hub.rollouts.plan import Plan
from twig.hub.rollouts.rollout import DONE, GOING, PAUSED, RUNNING, STOPPED, Item, Rollout
from twig.hub.rollouts.step import follow, go_on, hold, step, stop
from twig.hub.store import Store, rollouts
from twig.hub.store.rollouts import RolloutRow
from twig.hub.updates.update import OPEN
from twig.hub.updates.updates import Updates

KEPT = 20  # rollouts that are known; each has a row for each of its devices
BY_A_PERSON = "by a person"
log = Log("rollouts")


class Rollouts:
    """Every rollout that is known, by id; at most one of a board is going."""

    def __init__(
        self,
        registry: Registry,
        updates: Updates,
        releases: Releases,
        store: Store,
        events: Events,
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._registry, self._updates, self._releases = registry, updates, releases
        self._store, self._events, self._flush = store, events, flush
        self._all: dict[int, Rollout] = {}
        self._beginning = asyncio.Lock()

    def load(self, rows: list[RolloutRow]) -> None:
        """What the database holds when the hub starts."""
        devices = {device.record.row: device for device in self._registry}
        for row in rows:
            rollout = self._all[row.id] = keep.loaded(row, devices)
            # In their order: what a later one is at, an earlier one that was stopped has no say in.
            (hold if rollout.state in (PAUSED, STOPPED) else go_on)(rollout, self._updates)

    def all(self) -> list[Rollout]:
        """The newest first."""
        return list(self._all.values())[::-1]

    def find(self, number: int) -> Rollout:
        """One of them; RolloutUnknown."""
        try:
            return self._all[number]
        except KeyError:
            raise RolloutUnknown(number) from None

    async def begin(self, release: str, plan: Plan, again: bool) -> Rollout:
        """A new rollout, once it is stored. RolloutGoing while its boards have another one, any HubError."""
        async with self._beginning:
            made = begin(plan, choose.named(self._releases.all(), release), self._registry, again)
            self._check_free(made)
            await self._add(made)
        log.info("rollout begins", rollout=made.id, version=made.version, devices=len(made.items))
        self._tell(made)
        return made

    async def pause(self, number: int) -> Rollout:
        """Offer nothing more for now. RolloutOver."""
        rollout = self._going(number)
        rollout.change(PAUSED, BY_A_PERSON)
        hold(rollout, self._updates)
        return await self._decided(rollout)

    async def resume(self, number: int) -> Rollout:
        """Go on. RolloutOver."""
        rollout = self._going(number)
        rollout.change(RUNNING)
        go_on(rollout, self._updates)
        return await self._decided(rollout)

    async def stop(self, number: int) -> Rollout:
        """No further offers, at once and for good; also to devices that one that is done has left behind."""
        rollout = self.find(number)
        if rollout.state == STOPPED:
            raise RolloutOver(rollout.id, rollout.state)
        stop(rollout, self._updates, BY_A_PERSON)
        return await self._decided(rollout)

    def step(self) -> None:
        """Let each go on by what has happened."""
        taken: set[str] = set()
        for rollout in self.all():
            before = rollout.state
            if rollout.state in GOING or (rollout.state == DONE and not rollout.boards & taken):
                step(rollout, self._updates, self._releases)
            else:
                follow(rollout, [item for item in rollout.items if item.state in OPEN])
            taken |= rollout.boards
            if rollout.state != before:
                log.info("rollout " + rollout.state, rollout=rollout.id, reason=rollout.reason)
            if rollout.changed or rollout.unsaved:
                self._save(rollout)
                self._tell(rollout)

    def _check_free(self, made: Rollout) -> None:
        """RolloutGoing while a board has one that is not over: a device would get offers of both."""
        for other in self._all.values():
            if other.state in GOING and other.boards & made.boards:
                raise RolloutGoing(other.id, other.version)

    async def _add(self, made: Rollout) -> None:
        """Store a new one, and forget the oldest of those that are over."""
        over = [number for number, rollout in self._all.items() if rollout.state not in GOING]
        gone = over[: max(0, len(self._all) + 1 - KEPT)]
        row = keep.row_of(made, made.items)
        made.id = await self._store.run(lambda db: rollouts.add(db, row, gone))
        for number in gone:
            del self._all[number]
        for item in made.items:
            self._updates.forgive(item.device, item.manifest)
        self._all[made.id] = made

    def _going(self, number: int) -> Rollout:
        rollout = self.find(number)
        if rollout.state not in GOING:
            raise RolloutOver(rollout.id, rollout.state)
        return rollout

    async def _decided(self, rollout: Rollout) -> Rollout:
        """A person has decided: it is done, and told once it is stored, so that no restart forgets it."""
        log.warning("rollout " + rollout.state, rollout=rollout.id, reason=rollout.reason)
        self._tell(rollout)
        saved = self._save(rollout)
        await self._flush()
        if saved:
            await saved
        return rollout

    def _save(self, rollout: Rollout) -> "asyncio.Future[None] | None":
        """Write what has changed; what fails is written with what changes next."""
        row, items = keep.row_of(rollout, rollout.unsaved.values()), rollout.unsaved
        rollout.unsaved, rollout.changed = {}, False
        try:
            saved = self._store.run(lambda db: rollouts.save(db, row))
        except HubError as error:
            _put_back(rollout, items, error)
            return None
        saved.add_done_callback(lambda done: _saved(rollout, items, done))
        return saved

    def _tell(self, rollout: Rollout) -> None:
        self._events.publish("rollout", id=rollout.id, state=rollout.state, wave=rollout.wave + 1)


def _saved(rollout: Rollout, items: dict[int, Item], saved: "asyncio.Future[None]") -> None:
    if not saved.cancelled() and saved.exception():
        _put_back(rollout, items, saved.exception())


def _put_back(rollout: Rollout, items: dict[int, Item], error: BaseException | None) -> None:
    """The database did not take it: the next step tries again."""
    log.warning("rollout not stored", rollout=rollout.id, reason=str(error))
    rollout.unsaved, rollout.changed = items | rollout.unsaved, True
