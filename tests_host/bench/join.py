"""From an address on Wi-Fi to accepted by the hub."""

import time
from collections.abc import Callable

from tests_host.bench.place import HubProcess, Place, wait
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile
from twig.twin.plug import Plug

TIMES = 10
GOT_IP = 5
FIRST = Row("join_first", "Wi-Fi up → accepted, a new plug, p95", "s", 1, 0.5)
AGAIN = Row("join_again", "Wi-Fi up → accepted, a plug that knows its hub, p95", "s", 1, 0.5)
ROWS = (FIRST, AGAIN)
HOW = (
    "from the station's GOT_IP in the twin's state (looked for each ms) to the hub's log line `device "
    "accepted` (to the ms); the hub is found by beacon and solicit"
)
FIRST_HOW = f"{HOW}. A plug that knows no hub waits 500 ms for a better one (PROTOCOL section 1)"


def measure(place: Place) -> list[Result]:
    """New plugs one by one, then one of them powered on again and again."""
    with place.hub() as hub:
        first = []
        for _ in range(TIMES):
            plug = place.prepared(hub.ports["discovery"])
            try:
                first.append(_seconds(hub, plug, plug.start))
            finally:
                plug.stop()
        again = _again(place, hub)
    known = AGAIN.result(percentile(again, 95), HOW, again)
    return [FIRST.result(percentile(first, 95), FIRST_HOW, first), known]


def _again(place: Place, hub: HubProcess) -> list[float]:
    plug = place.prepared(hub.ports["discovery"])
    try:
        _seconds(hub, plug, plug.start)
        found = []
        for _ in range(TIMES):
            plug.power_cut()
            if "cycles" in plug.files():  # six short power-ons in a row would open setup mode
                plug.write_file("cycles", None)
            time.sleep(0.2)  # the hub shall see the end of the connection
            found.append(_seconds(hub, plug, plug.power_on))
        return found
    finally:
        plug.stop()


def _seconds(hub: HubProcess, plug: Plug, power: Callable[[], None]) -> float:
    before = len(hub.accepted())
    power()
    wait(lambda: plug.state.station_status == GOT_IP, "Wi-Fi", poll=0.001)
    up = time.time()
    wait(lambda: len(hub.accepted()) > before, "joining", poll=0.05)
    return hub.accepted()[-1] - up
