"""What every session shares."""

import asyncio
from dataclasses import dataclass, field

from firmware.protocol import guid as guids
from twig.hub.claims import Claims
from twig.hub.device import Device
from twig.hub.events import Events
from twig.hub.keys.keyring import Keyring
from twig.hub.registry import Registry
from twig.hub.releases import Releases
from twig.hub.replacement import Replacements
from twig.hub.rollouts.rollouts import Rollouts
from twig.hub.routing import Seats
from twig.hub.settings import HubSettings
from twig.hub.store import Store
from twig.hub.store.saves import DeviceSaves
from twig.hub.updates.updates import Updates
from twig.hub.views import DeviceView


@dataclass
class Core:
    """The parts of a running hub that sessions work with; `guid` is the installation's, 16 bytes."""

    settings: HubSettings
    guid: bytes
    store: Store
    saves: DeviceSaves
    registry: Registry
    claims: Claims
    events: Events
    keys: Keyring
    releases: Releases
    updates: Updates
    rollouts: Rollouts
    seats: Seats = field(init=False)
    replacements: Replacements = field(init=False)

    def __post_init__(self) -> None:
        limits, timing = self.settings.limits, self.settings.timing
        self.seats = Seats(limits.depth)
        clock = asyncio.get_running_loop().time
        self.replacements = Replacements(limits.replacements, timing.replacements, clock)

    def view(self, device: Device) -> DeviceView:
        """A snapshot of a device with the state of its key."""
        return device.view(self.keys.state(guids.parse(device.record.guid)))
