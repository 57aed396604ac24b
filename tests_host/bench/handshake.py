"""How long a plug takes for the TLS handshake with its hub."""

import asyncio
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field

from firmware.protocol import guid
from tests_host.bench import images
from tests_host.bench.place import PATIENCE_S, Place
from tests_host.bench.results import Result, Row
from tests_host.bench.roundtrip import cpu_ms, joined_at
from tests_host.bench.roundtrip_tls import code, rested
from tests_host.bench.stats import percentile
from tests_host.hubs import running
from twig.hub.hub import Hub
from twig.hub.settings import Timing
from twig.twin.plug import Plug

# Of chip/handshake_probe.py.
BEFORE, DURING, AFTER = 14, 4, 5
PLUGS, TIMES = 2, 20
APART_S = 0.6  # about half of what a plug waits before it comes back
POLL_S = 0.002  # much less than the probe's rests
MEDIAN = Row("handshake", "TLS handshake of a plug with its hub: median (twin; on a chip unmeasured)", "ms")
P95 = Row("handshake_p95", "  p95", "ms")
CPU = Row("handshake_cpu", "  CPU time of the twin for it, median", "ms")
ROWS = (MEDIAN, P95, CPU)
HOW = (
    "a probe in the image shows on a pin when TLS begins on an open connection, before its code is loaded, "
    "and when it is done; under the plug's own key, with a hub in this process on loopback that ends the "
    f"connection again and again; {PLUGS} plugs, {TIMES} times each"
)
CPU_HOW = f"{HOW}. CPU time of the twin's process (schedstat) between the moments of rest before and after"


@dataclass
class Watch:
    """What a plug's handshakes took, in ms."""

    plug: Plug
    seen: int = 0
    took: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    failed: int = 0

    async def next(self) -> None:
        """Wait for one that succeeds; BenchError when none does."""
        self.seen, used = self.plug.state.edge_count, 0.0
        async with asyncio.timeout(PATIENCE_S):
            while not self._up(AFTER):
                if self._up(BEFORE):
                    used = cpu_ms(self.plug)
                await asyncio.sleep(POLL_S)
        if used:
            self.cpu.append(cpu_ms(self.plug) - used)
        times = self._times()
        self.failed += len(times) - 1
        self.took.append(times[-1])

    def _up(self, pin: int) -> bool:
        return bool(self.plug.state.pin(pin).level)

    def _times(self) -> list[float]:
        """ms of each handshake since then; only the last one has succeeded."""
        edges = [edge for edge in self.plug.state.edges(self.seen) if edge.pin == DURING]
        begins = [edge.ns for edge in edges if edge.level]
        ends = [edge.ns for edge in edges if not edge.level and edge.ns > begins[0]]
        return [(end - begin) / 1e6 for begin, end in zip(begins, ends, strict=True)]


def measure(place: Place) -> list[Result]:
    """Plugs that lose their hub and come back."""
    watches = asyncio.run(_measure(place))
    took = [each for watch in watches for each in watch.took]
    cpu = [each for watch in watches for each in watch.cpu]
    failed = sum(watch.failed for watch in watches)
    return [
        MEDIAN.result(statistics.median(took), HOW, took, failed_attempts=failed),
        P95.result(percentile(took, 95), HOW, took),
        CPU.result(statistics.median(cpu), CPU_HOW, cpu),
    ]


async def _measure(place: Place) -> list[Watch]:
    with ExitStack() as stack:
        async with running(place.new("hub"), timing=Timing()) as hub:
            plugs = [await _plug(stack, place, hub) for _ in range(PLUGS)]
            guids = [await joined_at(hub, plug) for plug in plugs]
            await rested(plugs)
            watches = [Watch(plug) for plug in plugs]
            await asyncio.gather(
                *(_turns(hub, *each) for each in zip(range(PLUGS), watches, guids, strict=True))
            )
            return watches


async def _plug(stack: ExitStack, place: Place, hub: Hub) -> Plug:
    probed = images.built(images.TLS)
    return stack.enter_context(place.plug(hub.ports["discovery"], built=probed, join_code=await code(hub)))


async def _turns(hub: Hub, number: int, watch: Watch, which: str) -> None:
    await asyncio.sleep(number * APART_S)
    for _ in range(TIMES):
        _end(hub, guid.parse(which))
        await watch.next()
        await joined_at(hub, watch.plug)


def _end(hub: Hub, which: bytes) -> None:
    """Close that device's connection."""
    for connection in list(hub._server._connections):
        if connection.proof and connection.proof.guid == which:
            connection.close("the bench wants another handshake")
