"""How long run mode's event loop does not come round."""

import time
from contextlib import ExitStack

from tests_host.bench import images
from tests_host.bench.place import HubProcess, Place, joined, wait
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile, summary
from twig.client import Client, ClientError
from twig.twin.plug import Plug
from twig.twin.state import INPUT_HIGH, INPUT_LOW

SECONDS = 61.0
SLEEP_MS = 10
PULSE = 4  # the probe's GPIO
EVERY_S = 0.2
# The flood guard allows 5 changes in 3 s: so many SetValue carry the same value.
SAME = 4
RESTARTS_S = (20.0, 40.0)
LOOP = Row("stall", "event-loop stall, 99.9th percentile, with traffic and hub restarts", "ms", 50, 20)
SAVING = Row("stall_saving", "  the same while the last state is saved to flash", "ms", 50, 20)
WRITE = Row("stall_write", "  apart: an atomic write of 300 bytes (an erase takes 50 ms)", "ms")
ROWS = (LOOP, SAVING, WRITE)
WRITES, WRITE_PIN = 12, 2
WRITE_S = 0.3  # some erases
HOW = (
    "a probe task in the image pulses GPIO4 whenever its sleep of 10 ms ends; the host reads the edges: "
    "time from pulse to pulse - 10 ms, never below 0; resolution 1 ms, the chip's; beacons each 5 s, a "
    "SetValue each 200 ms, the hub restarted twice"
)
# boot.py is the image's own; main.py starts the probe before it enters the mode.
MAIN = b"import record\ntry:\n    import stall_probe\n    stall_probe.start()\n    record.enter()\n" + (
    b"except BaseException as error:\n    record.crashed(error)\nfinally:\n    record.reset()\n"
)


class Watch:
    """Reads a plug's ring of edges before it runs over."""

    def __init__(self, plug: Plug) -> None:
        self.plug, self.seen = plug, plug.state.edge_count
        self.rises: list[int] = []
        self.falls: list[int] = []

    def read(self) -> None:
        """Take the new edges."""
        count = self.plug.state.edge_count
        for edge in self.plug.state.edges(self.seen):
            if edge.pin == PULSE:
                (self.rises if edge.level else self.falls).append(edge.ns)
        self.seen = count

    def lateness(self) -> list[float]:
        """ms that each sleep ended too late."""
        pairs = zip(self.rises, self.rises[1:], strict=False)
        return [max(0.0, (after - before) / 1e6 - SLEEP_MS) for before, after in pairs]

    def cost(self) -> list[float]:
        """us of one write to the pin."""
        falls = [fall for fall in self.falls if fall >= self.rises[0]]  # a watch may begin within a pulse
        return [(fall - rise) / 1e3 for rise, fall in zip(self.rises, falls, strict=False)]


def plug_with_probe(place: Place, hub: HubProcess, **settings: object) -> object:
    """A context of a plug whose image has the probe."""
    port = hub.ports["discovery"]
    return place.plug(port, built=images.built(images.PROBE), files={"main.py": MAIN}, **settings)


def measure(place: Place) -> list[Result]:
    """Two plugs at one hub; one saves its relay's state, so that its flash is erased now and then."""
    with ExitStack() as stack:
        hub = stack.enter_context(place.hub())
        client = stack.enter_context(place.client(hub))
        plugs = [stack.enter_context(plug_with_probe(place, hub, power_on=each)) for each in ("off", "last")]
        guids = [joined(client, plug) for plug in plugs]
        time.sleep(1.0)
        operations = [plug.state.flash_ops for plug in plugs]
        watches = [Watch(plug) for plug in plugs]
        answered = _traffic(hub, client, guids, watches)
        operations = [plug.state.flash_ops - before for plug, before in zip(plugs, operations, strict=True)]
        boots = [plug.state.boots for plug in plugs]
        writes = [_write(plugs[0]) for _ in range(WRITES)]
    pairs = zip((LOOP, SAVING), watches, operations, boots, strict=True)
    found = [_result(row, watch, answered, count, boot) for row, watch, count, boot in pairs]
    return [*found, WRITE.result(max(writes), f"{HOW}; the largest around each write", writes)]


def _write(plug: Plug) -> float:
    """Have the probe write a file: the longest stall, in ms."""
    watch = Watch(plug)
    plug.state.set_input(WRITE_PIN, INPUT_LOW)
    time.sleep(WRITE_S)
    plug.state.set_input(WRITE_PIN, INPUT_HIGH)
    time.sleep(WRITE_S)
    watch.read()
    return max(watch.lateness())


def _result(row: Row, watch: Watch, answered: int, operations: int, boots: int) -> Result:
    late = watch.lateness()
    own = summary(watch.cost())
    about = {"answered": answered, "flash_operations": operations, "boots": boots, "probe_us": own}
    return row.result(percentile(late, 99.9), HOW, late, **about)


def _traffic(hub: HubProcess, client: Client, guids: list[str], watches: list[Watch]) -> int:
    """SECONDS of it; how many SetValue were answered."""
    begin, sent, answered = time.monotonic(), 0, 0
    restarts = list(RESTARTS_S)
    while (now := time.monotonic() - begin) < SECONDS:
        if restarts and now > restarts[0]:
            restarts.pop(0)
            hub.stop()
            hub.start()
        for guid in guids:
            answered += _set(client, guid, sent // SAME % 2 == 0)
        sent += 1
        for watch in watches:
            watch.read()
        time.sleep(max(0.0, EVERY_S - (time.monotonic() - begin - now)))
    wait(lambda: len(client.devices()) == len(guids), "the devices")
    return answered


def _set(client: Client, guid: str, value: bool) -> int:
    try:
        client.set(guid, 1, value)
    except ClientError:
        return 0  # the hub was restarted, and the plug is not back yet
    return 1
