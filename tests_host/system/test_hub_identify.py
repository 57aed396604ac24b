"""A device that says "this is me": a count that grows on one connection."""

from pathlib import Path

from tests_host.device import PLUG, Device, io
from tests_host.hubs import joined, running, until

INT32 = b"\x02"
IOS = (*PLUG, io(17, descriptor=INT32, flags=1, name="Identify", kind="identify"))
COUNTS = (3, 3, 4, 2, 3, 9)
TOLD = [3, 3, 4, "identify", 2, 3, "identify", 9, "identify"]


async def test_an_increase_after_the_first_report_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub, Device(ios=IOS)) as (device, _):
        async with hub.events.subscribe() as events:
            for count in COUNTS:
                device.report(17, count, INT32)
            heard: list[object] = []
            while len(heard) < len(TOLD):
                event = await anext(events)
                assert event.data["guid"] == device.text
                heard.append(event.data["value"] if event.kind == "value" else event.kind)
        assert heard == TOLD
        assert hub.device(device.text).identified_ms > 0


async def test_a_new_connection_begins_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        async with joined(hub, Device(ios=IOS)) as (device, _):
            device.report(17, 1, INT32)
            await until(lambda: hub.device(device.text).ios[2].value == 1)
        async with joined(hub, Device(which=device.which, ios=IOS)) as (again, _):
            again.report(17, 5, INT32)
            await until(lambda: hub.device(again.text).ios[2].value == 5)
            assert hub.device(again.text).identified_ms == 0
