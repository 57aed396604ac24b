"""Hub → relay → report, beside the same through mosquitto and umqtt.simple, by turns in one run."""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests_host.bench import broker, images
from tests_host.bench.place import LOOPBACK, PATIENCE_S, POLL_S, WIFI, BenchError, Place, joined, relay_edges
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile, ratio, summary
from tests_host.hubs import running
from twig.client import Client
from twig.hub.hub import Hub
from twig.twin.plug import Plug

TIMES = 306
# The flood guard allows 5 changes in 3 s for each: by turns they allow one each 0.1 s.
PLUGS = 6
TURN_S = 0.62 / PLUGS
PAUSE_S = TURN_S / 10
MEDIAN = Row("round_trip_ratio", "hub → relay → report: median, of that through MQTT (paho)", "x", 0.8, 0.5)
P95 = Row("round_trip_ratio_p95", "  p95, of that through MQTT (paho)", "x", 0.8, 0.5)
OURS = Row("round_trip", "  median: hub core", "ms")
API = Row("round_trip_api", "  median: PUT of the HTTP API", "ms")
THEIRS = Row("round_trip_mqtt", "  median: paho, mosquitto and umqtt.simple", "ms")
LOOP = Row("round_trip_ratio_loop", "  median, of that through MQTT with aiomqtt", "x", 0.8, 0.5)
ROWS = (MEDIAN, P95, LOOP, OURS, API, THEIRS)
HOW = (
    "Twig: Hub.set_value of a hub in this process, from the call to its return after the plug's "
    "ValueReport. MQTT: paho's client in this process publishes to the set topic; umqtt.simple 1.3.4 on "
    "the same twin polls its socket and calls check_msg at once, its callback drives the same pin and "
    "publishes the state, QoS 0; until paho has it. TCP_NODELAY is on at all of its ends. Each of the ways "
    "has six plugs of its own, one after the other, and changes the relay each time; all by turns. Ratio "
    "with its 95 % interval by bootstrap"
)
LOOP_HOW = "as the first row, but with aiomqtt in the hub's own event loop: as a hub would speak MQTT"
MAIN = b"import mqtt_switch\nmqtt_switch.main()\n"


CPU_HOW = "CPU time of the twin's process for each round trip (schedstat): what takes long on a chip"
AFTER_S = 0.003  # the plug goes back to sleep


@dataclass
class Lane:
    """One way to switch: through what, which plugs, and what was measured, in ms."""

    plugs: list[Plug]
    switch: Callable[[int, bool], Awaitable[object]]
    times: list[float] = field(default_factory=list)
    to_relay: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def turn(self, number: int) -> None:
        """One round trip with the plug whose turn it is."""
        plug = self.plugs[number % len(self.plugs)]
        since, ran = plug.state.edge_count, cpu_ms(plug)
        start = time.monotonic_ns()
        await self.switch(number % len(self.plugs), number // len(self.plugs) % 2 == 0)
        self.times.append((time.monotonic_ns() - start) / 1e6)
        await asyncio.sleep(AFTER_S)
        self.cpu.append(cpu_ms(plug) - ran)
        edges = [edge.ns for edge in relay_edges(plug, since)]
        if len(edges) != 1:
            raise BenchError(f"{len(edges)} changes of the relay after one command")
        self.to_relay.append((edges[0] - start) / 1e6)


def measure(place: Place) -> list[Result]:
    """All in one run."""
    lanes = asyncio.run(_measure(place))
    ours, theirs = lanes["core"].times, lanes["mqtt"].times
    every = {name: summary(lane.times) for name, lane in lanes.items()}
    relay = {name: summary(lane.to_relay) for name, lane in lanes.items()}
    cpu = {name: summary(lane.cpu, 4) for name, lane in lanes.items()}
    details = {"ms": every, "ms_to_relay": relay, "twin_cpu_ms": cpu, "twin_cpu_how": CPU_HOW}
    found = []
    value, low, high = ratio(ours, lanes["mqtt_loop"].times, statistics.median)
    about_loop = LOOP.result(round(value, 3), LOOP_HOW, interval=[round(low, 3), round(high, 3)])
    for row, middle in ((MEDIAN, statistics.median), (P95, lambda samples: percentile(samples, 95))):
        value, low, high = ratio(ours, theirs, middle)
        found.append(row.result(round(value, 3), HOW, interval=[round(low, 3), round(high, 3)], **details))
    found.append(about_loop)
    for row, name in ((OURS, "core"), (API, "api"), (THEIRS, "mqtt")):
        times = lanes[name].times
        found.append(row.result(round(statistics.median(times), 3), HOW, times))
    return found


async def _measure(place: Place) -> dict[str, Lane]:
    async with AsyncExitStack() as later:
        stack = later.enter_context(ExitStack())
        hub = await later.enter_async_context(running(place.new("hub"), http_port=0))
        process = stack.enter_context(place.hub())
        client = stack.enter_context(place.client(process))
        server = stack.enter_context(broker.running(place.new("broker")))
        quick, loop = ([f"{lane}{number}" for number in range(PLUGS)] for lane in ("quick", "loop"))
        paho = stack.enter_context(broker.switch(server, quick))
        aiomqtt = await later.enter_async_context(broker.loop_switch(server, loop))
        mqtt = [stack.enter_context(_mqtt(place, server, name)) for name in quick]
        mqtt_loop = [stack.enter_context(_mqtt(place, server, name)) for name in loop]
        paho.ready(quick)
        await aiomqtt.ready(loop)
        core = [stack.enter_context(place.plug(hub.ports["discovery"])) for _ in range(PLUGS)]
        api = [stack.enter_context(place.plug(process.ports["discovery"])) for _ in range(PLUGS)]
        guids = [await joined_at(hub, plug) for plug in core]
        others = [joined(client, plug) for plug in api]
        lanes = {
            "core": Lane(core, lambda which, on: hub.set_value(guids[which], 1, on)),
            "mqtt": Lane(mqtt, lambda which, on: paho.set(quick[which], on)),
            "mqtt_loop": Lane(mqtt_loop, lambda which, on: aiomqtt.set(loop[which], on)),
            "api": Lane(api, lambda which, on: _put(client, others[which], on)),
        }
        await turns(lanes)
        return lanes


async def turns(lanes: dict[str, Lane]) -> None:
    """Fill the lanes, each of PLUGS plugs, by turns: what one leaves behind is not always the same one's."""
    order = list(lanes.values())
    for number in range(TIMES):
        begin = time.monotonic()
        order.reverse()
        for lane in order:
            await asyncio.sleep(PAUSE_S)
            await lane.turn(number)
        await asyncio.sleep(max(0.0, TURN_S - (time.monotonic() - begin)))


def cpu_ms(plug: Plug) -> float:
    """CPU time of the plug's process since it began, ms."""
    return int(Path(f"/proc/{plug.state.pid}/schedstat").read_text().split()[0]) / 1e6


async def _put(client: Client, guid: str, on: bool) -> None:
    client.set(guid, 1, on)  # nothing else has to run here meanwhile


async def joined_at(hub: Hub, plug: Plug) -> str:
    """Wait until the plug has joined a hub of this process: its GUID."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for device in hub.devices():
            if device.name == plug.data.name and device.online:
                return device.guid
        await asyncio.sleep(POLL_S)
    raise BenchError(f"{plug.data.name} does not join")


def _mqtt(place: Place, port: int, name: str) -> AbstractContextManager[Plug]:
    """A plug whose program is umqtt.simple's loop."""
    settings = {**WIFI, "host": LOOPBACK, "port": port, "nodelay": True, "name": name}
    files = {"main.py": MAIN, "mqtt.json": json.dumps(settings).encode()}
    return place.plug(1, built=images.built(images.MQTT), files=files)
