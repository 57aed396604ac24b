"""The hub's first figures: joins and commands a second with scripted devices on loopback."""

import asyncio
import sys
import time

from tests_host.bench.place import Place
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile
from tests_host.hubs import running
from twig.hub.hub import Hub

DEVICES = 500
AT_ONCE = 64  # commands under way at the same time
SECONDS = 5.0
JOIN_S = 60.0
JOINS = Row("hub_joins", f"hub: joins a second, {DEVICES} new devices", "1/s", more=True)
COMMANDS = Row("hub_commands", f"hub: commands a second, {AT_ONCE} at once", "1/s", more=True)
LATENCY = Row("hub_command_p99", "  a command's p99 then", "ms")
ROWS = (JOINS, COMMANDS, LATENCY)
HOW = "hub core in one process, scripted devices in another, on loopback and two cores; no TLS"


def measure(place: Place) -> list[Result]:
    """One crowd joins and obeys."""
    joined, latencies, took = asyncio.run(_measure(place))
    return [
        JOINS.result(DEVICES / joined, f"{HOW}; with the first registration of all IOs, stored in SQLite"),
        COMMANDS.result(len(latencies) / took, f"{HOW}; Hub.set_value until the ValueReport", latencies),
        LATENCY.result(percentile(latencies, 99), HOW, latencies),
    ]


async def _measure(place: Place) -> tuple[float, list[float], float]:
    async with running(place.new("hub")) as hub:
        command = [sys.executable, "-m", "tests_host.bench.crowd", str(hub.ports["device"]), str(DEVICES)]
        pipe = asyncio.subprocess.PIPE
        crowd = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        assert crowd.stdin and crowd.stdout
        try:
            async with asyncio.timeout(JOIN_S):
                joined = float(await crowd.stdout.readline())
            return joined, *await _commands(hub)
        finally:
            crowd.stdin.close()
            await crowd.wait()


async def _commands(hub: Hub) -> tuple[list[float], float]:
    guids = [device.guid for device in hub.devices() if device.online]
    latencies: list[float] = []
    begin = time.perf_counter()

    async def work(first: int) -> None:
        number = first
        while time.perf_counter() - begin < SECONDS:
            start = time.perf_counter()
            await hub.set_value(guids[number % len(guids)], 1, number // len(guids) % 2 == 0)
            latencies.append((time.perf_counter() - start) * 1000)
            number += AT_ONCE

    await asyncio.gather(*(work(number) for number in range(AT_ONCE)))
    return latencies, time.perf_counter() - begin
