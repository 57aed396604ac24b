"""Hub → relay → report over TLS-PSK, beside the same without TLS, by turns in one run."""

import asyncio
import statistics
import time
from contextlib import ExitStack

from firmware.protocol import joincode
from tests_host.bench.place import PATIENCE_S, POLL_S, BenchError, Place
from tests_host.bench.results import Result, Row
from tests_host.bench.roundtrip import CPU_HOW, PLUGS, Lane, joined_at, turns
from tests_host.bench.stats import percentile, ratio, summary
from tests_host.hubs import running
from twig.hub.hub import Hub
from twig.hub.settings import Timing
from twig.twin.plug import Plug

REST_S = 1.0  # without a write to flash: an erase holds a plug up for 50 ms
MEDIAN = Row("round_trip_tls", "hub → relay → report over TLS-PSK: median", "ms")
P95 = Row("round_trip_tls_p95", "  p95", "ms")
PLAIN = Row("round_trip_tls_plain", "  median of the same without TLS", "ms")
PLAIN_P95 = Row("round_trip_tls_plain_p95", "  p95 of the same without TLS", "ms")
RATIO = Row("round_trip_tls_ratio", "  median, of that without TLS", "x")
RATIO_P95 = Row("round_trip_tls_ratio_p95", "  p95, of that without TLS", "x")
CPU = Row("round_trip_tls_cpu", "  CPU time of the twin for it, of that without TLS", "x")
ROWS = (MEDIAN, P95, PLAIN, PLAIN_P95, RATIO, RATIO_P95, CPU)
HOW = (
    "Hub.set_value of a hub in this process, from the call to its return after the plug's ValueReport; "
    f"{PLUGS} plugs that joined by codes and came back under their keys, and {PLUGS} that joined without "
    "TLS, all at this hub and by turns, each of which changes its relay; ratio with its 95 % interval by "
    "bootstrap"
)


def measure(place: Place) -> list[Result]:
    """Both in one run."""
    lanes = asyncio.run(_measure(place))
    tls, plain = lanes["tls"], lanes["plain"]
    details = {
        "ms_to_relay": {name: summary(lane.to_relay) for name, lane in lanes.items()},
        "twin_cpu_ms": {name: summary(lane.cpu, 4) for name, lane in lanes.items()},
    }
    return [
        MEDIAN.result(statistics.median(tls.times), HOW, tls.times, **details),
        P95.result(_p95(tls.times), HOW, tls.times),
        PLAIN.result(statistics.median(plain.times), HOW, plain.times),
        PLAIN_P95.result(_p95(plain.times), HOW, plain.times),
        _ratio(RATIO, tls.times, plain.times),
        _ratio(RATIO_P95, tls.times, plain.times),
        _ratio(CPU, tls.cpu, plain.cpu, CPU_HOW),
    ]


def _p95(samples: list[float]) -> float:
    return percentile(samples, 95)


def _ratio(row: Row, tls: list[float], plain: list[float], how: str = HOW) -> Result:
    middle = 95 if row is RATIO_P95 else 50
    value, low, high = ratio(tls, plain, lambda samples: percentile(samples, middle))
    return row.result(round(value, 3), how, interval=[round(low, 3), round(high, 3)])


async def _measure(place: Place) -> dict[str, Lane]:
    with ExitStack() as stack:
        async with running(place.new("hub"), timing=Timing()) as hub:  # a hub's own
            port = hub.ports["discovery"]
            plain = [stack.enter_context(place.plug(port)) for _ in range(PLUGS)]
            tls = [stack.enter_context(place.plug(port, join_code=await code(hub))) for _ in range(PLUGS)]
            lanes = {"tls": await _lane(hub, tls), "plain": await _lane(hub, plain)}
            _check(hub, lanes)
            await rested([*tls, *plain])
            await turns(lanes)
            return lanes


async def _lane(hub: Hub, plugs: list[Plug]) -> Lane:
    guids = [await joined_at(hub, plug) for plug in plugs]
    return Lane(plugs, lambda which, on: hub.set_value(guids[which], 1, on))


def _check(hub: Hub, lanes: dict[str, Lane]) -> None:
    """Each plug has a key in one lane, and none in the other."""
    keyed = {device.name for device in hub.devices() if device.key == "present"}
    if keyed != {plug.data.name for plug in lanes["tls"].plugs}:
        raise BenchError(f"under keys are {sorted(keyed)}")


async def code(hub: Hub) -> str:
    """A new join code, as a plug's settings have it."""
    return str(joincode.normalise((await hub.join_code()).code))


async def rested(plugs: list[Plug]) -> None:
    """Wait until what follows a join is written: nobody has written for REST_S."""
    end, since, seen = time.monotonic() + PATIENCE_S, time.monotonic(), 0
    while time.monotonic() < since + REST_S:
        if (count := sum(plug.state.flash_ops for plug in plugs)) != seen:
            since, seen = time.monotonic(), count
        if time.monotonic() > end:
            raise BenchError("the plugs write without end")
        await asyncio.sleep(POLL_S)
