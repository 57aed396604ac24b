"""What each pass of the image build saves in the heap of a joined plug."""

from concurrent.futures import ThreadPoolExecutor

from tests_host.bench import images
from tests_host.bench.heap import bare
from tests_host.bench.place import HubProcess, Place, joined, wait
from tests_host.bench.results import Result, Row
from twig.client import ClientError
from twig.errors import TwigError
from twig.release.slot import blocks

# Room for an image without any pass.
HEAP = 64 * 1024
SETTLE_S = 12.0  # one collection at least of run mode's own, one each 10 s
WORDS = {
    "bundle": "merging modules (bundle)",
    "flatten": "taking packages out (flatten)",
    "shake": "trimming asyncio (shake)",
    "rename": "names that lie in ROM (names)",
}
ALL = Row("passes_all", "heap lost without any of these passes", "B")
ROWS = (*(Row(f"pass_{name}", f"heap lost without {WORDS[name]}", "B") for name in images.PASSES), ALL)
HOW = (
    "bytes that the firmware has taken of a twin's heap (64 KiB, so that all fit) after a collection, "
    "joined and switched: of an image built without the pass - of the real one"
)


def measure(place: Place) -> list[Result]:
    """One plug for each image, all at the same time: nothing here depends on time."""
    variants = [*images.PASSES, " ".join(images.PASSES), images.REAL]
    with place.hub() as hub, ThreadPoolExecutor(len(variants)) as workers:
        base = bare(place, HEAP)
        built = [images.built(each) for each in variants]
        jobs = [workers.submit(_used, place, hub, each, base) for each in built]
        used = [_value(job) for job in jobs]
    own = used.pop()
    found = []
    for row, value, parts in zip(ROWS, used, built, strict=False):
        if isinstance(value, str) or isinstance(own, str):
            found.append(row.missing(value if isinstance(value, str) else str(own)))
        else:
            size = blocks(parts.files["slot_a"])
            found.append(row.result(value - own, HOW, used=value, used_by_real=own, slot_blocks=size))
    return found


def _value(job: object) -> int | str:
    try:
        return int(job.result())  # type: ignore[attr-defined]
    except (TwigError, ClientError, AssertionError) as error:
        return str(error)


def _used(place: Place, hub: HubProcess, built: object, base: int) -> int:
    with place.client(hub) as client, place.plug(hub.ports["discovery"], built=built, heap=HEAP) as plug:
        guid = joined(client, plug)
        for value in (True, False):
            client.set(guid, 1, value)
        start = plug.state.uptime_s
        wait(lambda: plug.state.uptime_s > start + SETTLE_S, "a collection", SETTLE_S + 5)
        return base - plug.state.heap.free
