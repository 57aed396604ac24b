"""The smallest heap with which a plug still joins and is switched."""

from tests_host.bench.heap import code
from tests_host.bench.place import BenchError, HubProcess, Place, joined
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import smallest
from twig.client import ClientError
from twig.twin.plug import Plug

LOW, HIGH, STEP = 16 * 1024, 38 * 1024, 256
# With heap enough it takes two seconds; what crashes for want of it boots again, and is not waited for.
TRY_S = 7.0
# 3,072 bytes at the chip, 1,008 at the twin (free before _boot - free after it).
CHIP = "a chip needs about 2 KB more: its own boot and Wi-Fi objects take more than the twin's"
ROW = Row("heap_smallest", "smallest heap that still joins and switches", "B")
KEYED = Row("heap_smallest_keyed", "  that joins by a code over TLS-PSK, and switches", "B")
ROWS = (ROW, KEYED)


def measure(place: Place) -> list[Result]:
    """Both ways to join."""
    return [_bisected(place, ROW, False), _bisected(place, KEYED, True)]


def _bisected(place: Place, row: Row, keyed: bool) -> Result:
    """Bisection over the twin's --heap."""
    tried: dict[int, str] = {}
    with place.hub() as hub:

        def works(heap: int) -> bool:
            tried[heap] = _try(place, hub, heap, keyed)
            return not tried[heap]

        found = smallest(LOW, HIGH, STEP, works)
    if found is None:
        raise BenchError(f"it does not join with {HIGH} bytes either: {tried[HIGH]}")
    how = f"bisection in steps of {STEP} over the size of the twin's heap, {TRY_S:.0f} s for each try; {CHIP}"
    about = {str(heap): tried[heap] or "works" for heap in sorted(tried)}
    return row.result(found, how, chip_heap=HIGH, tried=about)


def _try(place: Place, hub: HubProcess, heap: int, keyed: bool) -> str:
    """What failed; "" when it joined without a crash and obeyed."""
    with place.client(hub) as client:
        settings = {"join_code": code(client)} if keyed else {}
        with place.plug(hub.ports["discovery"], heap=heap, **settings) as plug:
            try:
                guid = joined(client, plug, TRY_S)
                for value in (True, False):
                    client.set(guid, 1, value)
            except (BenchError, ClientError) as error:
                return f"{error.text} {_error(plug)}".strip()
            return "" if plug.state.boots == 1 else "it crashed"


def _error(plug: Plug) -> str:
    """The last exception that the plug has printed."""
    lines = (plug.data / "console.log").read_text("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if "Error" in line), "")
