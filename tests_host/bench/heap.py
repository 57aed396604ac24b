"""Heap free in run mode, joined without TLS and over TLS-PSK."""

import time
from dataclasses import asdict, dataclass

from firmware.protocol import joincode
from tests_host.bench import where
from tests_host.bench.place import Place, joined, wait
from tests_host.bench.results import Result, Row
from twig.client import Client
from twig.twin.plug import Plug
from twig.twin.state import Heap

CHIP_TOTAL = 38_016
CHIP_OWN = 3_072  # DESIGN: what the chip's own boot and Wi-Fi objects take
SETTLE_S = 12.0  # one collection at least of run mode's own, one each 10 s
POLL_S = 0.02
CODE_MIN = 15
LIMIT, GOAL = 13 * 1024, 18 * 1024
FREE = Row("heap_free", "heap free after gc, run mode, joined without TLS", "B", LIMIT, GOAL, more=True)
LARGEST = Row("heap_largest", "  largest free block then", "B")
MINIMUM = Row("heap_minimum", "  least free after any gc since main.py began", "B")
TAKEN = Row("heap_taken", "  what the firmware has taken", "B")
KEYED_LIMIT, KEYED_GOAL = 5 * 1024, 10 * 1024
KEYED = Row(
    "heap_keyed", "heap free after gc, run mode, joined over TLS-PSK", "B", KEYED_LIMIT, KEYED_GOAL, more=True
)
KEYED_LARGEST = Row("heap_keyed_largest", "  largest free block then", "B")
KEYED_MINIMUM = Row("heap_keyed_minimum", "  least free after any gc since main.py began", "B")
ROWS = (FREE, LARGEST, MINIMUM, TAKEN, KEYED, KEYED_LARGEST, KEYED_MINIMUM)
FORMULA = (
    "38,016 (the chip's heap) - 3,072 (the chip's own boot and Wi-Fi objects) - firmware's use; "
    "firmware's use = twin's free after upstream's _boot (base: the larger of its figures with and "
    "without a collection) - twin's free after a collection while joined: what the twin's own boot "
    "objects take is in the 3,072 and is not counted twice"
)
# Nothing but a collection behind upstream's _boot; main.py then waits, so that the figures can be read.
BARE = {"boot.py": b"import gc\ngc.collect()\n", "main.py": b"import time\ntime.sleep(60)\n"}


@dataclass(frozen=True)
class Used:
    """Bytes of a joined plug's heap, after collections."""

    total: int
    base: int
    free: int
    largest: int
    minimum: int

    @property
    def firmware(self) -> int:
        """What boot.py, main.py and the slot have taken."""
        return self.base - self.free

    @property
    def chip(self) -> int:
        """What would be free on the chip; see FORMULA."""
        return CHIP_TOTAL - CHIP_OWN - self.firmware


def bare(place: Place, heap: int | None = None) -> int:
    """Free bytes after upstream's _boot and one collection."""
    with place.plug(1, files=BARE, heap=heap) as plug:
        wait(lambda: plug.state.main_started and plug.state.heap.collections, "the bare boot")
        return plug.state.heap.free


def settled(plug: Plug) -> list[int]:
    """Free bytes after each collection in SETTLE_S of rest; the last one is run mode's own."""
    found: list[int] = []
    seen, end = plug.state.heap.collections, time.monotonic() + SETTLE_S
    while time.monotonic() < end or not found:
        heap = plug.state.heap
        if heap.collections != seen:
            seen = heap.collections
            found.append(heap.free)
        time.sleep(POLL_S)
    return found


def exercise(client: Client, plug: Plug) -> None:
    """Join, switch from the hub and by the button."""
    guid = joined(client, plug)
    for value in (True, False):
        client.set(guid, 1, value)
    plug.press(0.1)


def joined_twice(place: Place, keyed: bool) -> tuple[list[int], Heap]:
    """Of a plug that has joined twice, each time with a status report, and was switched: free, heap."""
    with place.hub() as hub, place.client(hub) as client:
        settings = {"join_code": code(client)} if keyed else {}
        with place.plug(hub.ports["discovery"], **settings) as plug:
            exercise(client, plug)
            hub.stop()
            time.sleep(1.0)  # it shall notice
            hub.start()
            exercise(client, plug)
            return settled(plug), plug.state.heap


def code(client: Client) -> str:
    """A new join code, as a plug's settings have it."""
    return str(joincode.normalise(client.join_code(None, CODE_MIN)["code"]))


def measure(place: Place) -> list[Result]:
    """Both ways to join."""
    plain, heap = joined_twice(place, False)
    # Garbage of _boot must not count for the firmware, nor the bare scripts' own bytes against it.
    base = max(bare(place), heap.booted)
    return _plain(place, base, plain, heap) + _keyed(base, *joined_twice(place, True))


def _used(base: int, heap: Heap) -> Used:
    return Used(heap.total, base, heap.free, heap.largest, heap.minimum)


def _keyed(base: int, free: list[int], heap: Heap) -> list[Result]:
    used = _used(base, heap)
    how = f"as without TLS; the plug joined by a code and came back under its key. {FORMULA}"
    offset = used.chip - used.free
    return [
        KEYED.result(used.chip, how, twin=asdict(used), free_after_each_collection=free),
        KEYED_LARGEST.result(used.largest, "gc_info on the twin after the same collection"),
        KEYED_MINIMUM.result(used.minimum + offset, "handshakes and joins are in it", twin=used.minimum),
    ]


def _plain(place: Place, base: int, free: list[int], heap: Heap) -> list[Result]:
    used = _used(base, heap)
    details = {**asdict(used), "firmware": used.firmware, "start": heap.start, "booted": heap.booted}
    steps = where.steps(place, base, used.free)
    offset = used.chip - used.free
    return [
        FREE.result(used.chip, FORMULA, twin=details, free_after_each_collection=free),
        LARGEST.result(used.largest, "gc_info on the twin after the same collection"),
        MINIMUM.result(used.minimum + offset, "as the first row; joining is in it", twin=used.minimum),
        TAKEN.result(used.firmware, "see the first row; its steps, each in a boot of its own", steps=steps),
    ]
