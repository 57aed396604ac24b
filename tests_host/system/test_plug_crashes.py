"""A library that crashes: logged, counted, told to the hub; the relay stays; a crash loop slows down."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests_host.hubs import running
from tests_host.system import hooks, rig
from twig.hub.hub import Hub
from twig.twin.plug import Plug
from twig.twin.state import EDGE_OUTPUT, EDGE_RELEASED

pytestmark = pytest.mark.timeout(120)
# firmware/record.py: the third crash in a row waits for ten seconds.
THIRD_WAIT_S = 10.0
# Of the relay's pin while the chip boots; two busy cores start a process. The bench measures it without them.
GAP_S = 2.0


async def ready(hub: Hub) -> Any:
    """The plug, once it is online and has told its status."""
    return await rig.until_async(
        lambda: next((one for one in hub.devices() if one.online and one.status), None), "the plug"
    )


def gaps(plug: Plug) -> list[float]:
    """Seconds from each release of the relay to its return."""
    edges = list(rig.relay_edges(plug))
    return [
        (later.ns - edge.ns) / 1e9
        for edge, later in itertools.pairwise(edges)
        if edge.kind == EDGE_RELEASED and later.kind == EDGE_OUTPUT
    ]


async def test_a_crash_is_reported_and_the_relay_stays(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    plug = hooks.hooked(tmp_path / "plug", port)
    async with running(tmp_path / "hub", discovery_port=port) as hub, hub.events.subscribe() as events:
        try:
            await asyncio.to_thread(plug.start)
            device = await ready(hub)
            assert (device.status["errors"], device.status["resets"]) == (0, 1)
            await hub.set_value(device.guid, rig.RELAY, True)
            hooks.trigger(plug, hooks.CRASH_PIN)
            await rig.until_async(lambda: plug.state.boots == 2, "the reset")
            hooks.trigger(plug, hooks.CRASH_PIN, 0)
            assert await logged(events) == (50, "RuntimeError: bad library")
            device = await rig.until_async(lambda: again(hub), "the plug after its crash")
            assert device.status["errors"] == 1
            assert rig.relay(plug) is rig.value({"ios": [vars(io) for io in device.ios]}, rig.RELAY) is True
            shown = plug.show()
            assert (shown["crashes"], shown["resets"], shown["reset_cause"]) == (1, 1, "software")
            assert "RuntimeError: bad library" in rig.console(plug)
            print("the relay's gap at the reset, ms:", [round(each * 1000, 1) for each in gaps(plug)])
            assert len(gaps(plug)) == 1 and max(gaps(plug)) < GAP_S
        finally:
            await asyncio.to_thread(plug.stop)


def again(hub: Hub) -> Any:
    """The plug with a status of its second boot."""
    return next((one for one in hub.devices() if one.online and (one.status or {}).get("resets") == 2), None)


async def logged(events: Any) -> tuple[int, str]:
    """The next log report."""
    async with asyncio.timeout(rig.JOIN_S):
        async for event in events:
            if event.kind == "log":
                return event.data["level"], event.data["text"]
    raise AssertionError("the hub has stopped")


@pytest.mark.slow
def test_three_crashes_in_a_row_slow_the_plug_down(tmp_path: Path, free_port: Callable[[], int]) -> None:
    with hooks.hooked(tmp_path / "plug", free_port()) as plug:
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        rig.press(plug)
        assert rig.relay(plug)
        hooks.trigger(plug, hooks.CRASH_PIN)
        rig.until(lambda: rig.console(plug).count("RuntimeError") == 3, "the third crash")
        assert plug.state.boots == 3
        written = plug.state.flash_ops
        crashed = list(plug.state.edges())[-1].ns / 1e9
        for wanted in (False, True):  # the button works while the plug waits
            assert rig.press(plug) < rig.SOON_MS
            assert rig.relay(plug) is wanted
        rig.until(lambda: plug.state.boots == 4, "the fourth boot")
        booted = list(rig.relay_edges(plug))[-1].ns / 1e9
        hooks.trigger(plug, hooks.CRASH_PIN, 0)
        assert booted - crashed > THIRD_WAIT_S - 1
        assert plug.state.flash_ops == written, "a crash loop writes to flash"
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        assert rig.relay(plug)
        found = gaps(plug)
        print("the relay's gaps at resets, ms:", [round(each * 1000, 1) for each in found])
        assert len(found) == 3 and max(found) < GAP_S
