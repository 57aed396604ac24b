"""Forgetting a module on the twin, with a heap that gives nothing."""

from tests_host.twin.chip import Chip
from twig.release.places import FIRMWARE

MAIN = """
import sys, micropython
class firmware:
    slotfs = None
sys.modules["firmware"] = firmware
scope = {{}}
exec({source!r}, scope)
before, forget = set(sys.modules), scope["_forget"]
sys.modules["firmware.one"] = sys.modules["firmware.two"] = sys
micropython.heap_lock()
try:
    forget(before)
finally:
    micropython.heap_unlock()
print([name for name in sys.modules if name.startswith("firmware.")])
"""


def test_modules_are_forgotten_when_the_heap_is_full(chip: Chip) -> None:
    source = (FIRMWARE / "lazy.py").read_text("utf-8")
    assert chip.run(MAIN.format(source=source)).strip() == "[]"
