"""What a whole join costs the hub with TLS and without: joins a second on one core."""

import asyncio
import statistics
import time

from tests_host.bench.handshakes import KINDS
from tests_host.bench.helper import Helper, helper
from tests_host.bench.joiners import peer
from tests_host.bench.place import BenchError, Place
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import ratio
from tests_host.hubs import running, until
from tests_host.known import know
from twig.hub.hub import Hub
from twig.hub.settings import Timing

ROUNDS = 15
COUNT = 200  # devices of each kind, which join in each round
TLS = Row("hub_joins_tls", "hub: whole joins over TLS a second, on one core", "1/s", more=True)
PLAIN = Row("hub_joins_plain", "  the same without TLS", "1/s", more=True)
RATIO = Row("hub_join_cost", "  CPU time of one, of that without TLS", "x")
ROWS = (TLS, PLAIN, RATIO)
HOW = (
    "CPU time of a hub in this process for each join of a device that it knows: accept, handshake under the "
    "device's own key, GetParent, RegisterDevice, AcceptDevice, end; scripted devices in another process, on "
    f"loopback, by turns with and without TLS, {COUNT} in a round; ratio with its 95 % interval by bootstrap"
)


def measure(place: Place) -> list[Result]:
    """By turns with and without TLS."""
    took = asyncio.run(_measure(place))
    value, low, high = ratio(took["tls"], took["plain"], statistics.median)
    return [
        _rate(TLS, took["tls"]),
        _rate(PLAIN, took["plain"]),
        RATIO.result(round(value, 3), HOW, interval=[round(low, 3), round(high, 3)]),
    ]


def _rate(row: Row, took: list[float]) -> Result:
    return row.result(1e6 / statistics.median(took), HOW, took, unit_of_samples="us")


async def _measure(place: Place) -> dict[str, list[float]]:
    """us of CPU time for one join, of each round."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    async with running(place.new("hub"), timing=Timing()) as hub, helper("joiners") as others:
        know(hub, *(peer(number) for number in range(COUNT)))
        for kind in KINDS:  # the first registration with all IOs, and what is made once only
            await _round(hub, others, kind)
        order = list(KINDS)
        for _ in range(ROUNDS):
            order.reverse()
            for kind in order:
                took[kind].append(await _round(hub, others, kind))
    return took


async def _round(hub: Hub, others: Helper, kind: str) -> float:
    begin = time.process_time()
    await others.tell(f"{hub.ports[KINDS[kind]]} {kind} {COUNT}")
    _check(hub, kind)
    await others.tell("close")
    await until(lambda: not len(hub._server))
    return (time.process_time() - begin) * 1e6 / COUNT


def _check(hub: Hub, kind: str) -> None:
    """All of that kind are online."""
    online = sum(device.online and device.name.startswith(kind) for device in hub.devices())
    if online != COUNT:
        raise BenchError(f"{online} of {COUNT} devices have joined ({kind})")
