"""Many at once: commands that nobody answers, readers that do not read, devices that come and go."""

import asyncio
import gc
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests_host.device import Device, connect
from tests_host.hubs import PATIENT, joined, settings, until
from twig.hub import serve
from twig.hub.hub import Hub
from twig.hub.settings import Limits

MANY = 200
BOUND = Limits().requests  # unanswered requests at one device
READERS = 20
ANSWER = 3.0  # s: a slow machine takes one for the requests themselves, which share it with the hub
LINE = "x" * 1_000
ROUND = 100  # devices that come and go in each round
SLACK = 2_000  # objects that the interpreter and its libraries keep for themselves


@asynccontextmanager
async def served(data: Path) -> AsyncIterator[Hub]:
    """A hub with its web server, as `twig hub` runs it."""
    chosen = settings(data, timing=replace(PATIENT, answer=ANSWER), http_port=0)
    with serve.listening(chosen) as listener:
        hub, stop = Hub(chosen), asyncio.Event()
        await hub.start()
        serving = asyncio.create_task(serve.serve_web(hub, listener, stop))
        await until(lambda: (data / "hub.json").exists())
        yield hub
        stop.set()
        await serving
        await hub.stop()


async def put(hub: Hub, device: Device) -> int:
    """The status of one command, over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["http"])
    body = json.dumps({"value": True})
    head = f"PUT /api/v1/devices/{device.text}/ios/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {hub.access.local}\r\n"
    writer.write(
        f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


async def test_commands_to_devices_that_do_not_answer_are_bounded_and_hold_nobody_up(tmp_path: Path) -> None:
    async with served(tmp_path) as hub, joined(hub) as (slow, _), joined(hub) as (quick, _):
        slow.obedient = False
        async with joined(hub) as (gone, _):
            pass
        await until(lambda: not hub.device(gone.text).online)
        asked = [asyncio.create_task(put(hub, slow)) for _ in range(MANY)]
        asked += [asyncio.create_task(put(hub, gone)) for _ in range(MANY)]
        assert await put(hub, quick) == 200
        assert Counter(await asyncio.gather(*asked)) == {409: MANY, 504: BOUND, 503: MANY - BOUND}


async def test_readers_of_events_that_do_not_read_are_let_go(tmp_path: Path) -> None:
    async with served(tmp_path) as hub:
        writers = []
        for _ in range(READERS):
            _, writer = await asyncio.open_connection("127.0.0.1", hub.ports["http"], limit=1_024)
            head = f"GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {hub.access.local}"
            writer.write(head.encode() + b"\r\n\r\n")
            writers.append(writer)
        await until(lambda: len(hub.events) == READERS)
        for number in range(20_000):
            hub.events.publish("log", text=LINE)
            if number % 50 == 0:
                await asyncio.sleep(0)
        assert len(hub.events) == 0
        for writer in writers:
            writer.transport.abort()


async def test_devices_that_come_and_go_leave_nothing_behind(tmp_path: Path) -> None:
    devices = [Device(which=os.urandom(16)) for _ in range(ROUND)]
    kept = []
    async with served(tmp_path) as hub:
        for _ in range(4):
            wires = [await connect(hub.ports["device"], device) for device in devices]
            await asyncio.gather(*(device.join() for device in devices))
            assert hub.health()["online"] == ROUND
            for wire in wires:
                await wire.close()
            await until(lambda: hub.health()["online"] == hub.health()["connections"]["open"] == 0)
            del wires, wire
            gc.collect()
            kept.append((len(gc.get_objects()), len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())))
    first, last = kept[1], kept[-1]  # the first round makes what all later ones use
    assert last[0] - first[0] < SLACK
    assert last[1:] == first[1:]
