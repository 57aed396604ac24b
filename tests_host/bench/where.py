"""Where the heap goes: free bytes after each step of a boot, each taken in a boot of its own."""

from tests_host.bench import images
from tests_host.bench.place import Place, wait
from twig.release.bundle import MODES, RESIDENT
from twig.release.flatten import FLAT

READY = "ready"
# Steps in order; each imports what those before it do, so that only its own part is counted.
STEPS = {
    "boot.py, record and slotfs, slot mounted": None,
    "asyncio": "asyncio",
    "relay, button, LED, lazy loading": RESIDENT[0],
    "what the modes share: waiting for sockets, errors": RESIDENT[1],
    "event loop, link, session, protocol": MODES[0],
}
REST = "objects of the running mode: tasks, sockets, buffers, values, what it knows of hubs"


def steps(place: Place, base: int, joined: int) -> dict[str, int]:
    """Bytes by step; `base`: free before boot.py, `joined`: free in run mode at last."""
    names = images.built(images.REAL).names
    found: dict[str, int] = {}
    before, imports = base, ""
    for name, module in STEPS.items():
        if module:
            imports += f"import {names.module(module.replace('firmware.modes.', FLAT))}\n"
        free = _free(place, imports)
        found[name] = before - free
        before = free
    return {**found, REST: before - joined}


def _free(place: Place, imports: str) -> int:
    """Free bytes after boot.py, these imports and a collection."""
    main = f'import gc\n{imports}gc.collect()\nprint("{READY}")\nimport time\ntime.sleep(60)\n'
    with place.plug(1, files={"main.py": main.encode()}) as plug:
        console = plug.data / "console.log"
        wait(lambda: READY in console.read_text("utf-8", "replace"), "the imports")
        return plug.state.heap.free
