"""Forgetting modules on the twin, with a heap that gives nothing; what is forgotten is empty."""

from tests_host.twin.chip import Chip
from twig.release.places import FIRMWARE

ONE = "import gc\nLARGE = bytes(100)\ndef job():\n    return gc\n"
MAIN = """
import sys, micropython
class slotfs:
    def load(name):
        return __import__(name)
    def clear(module):
        module.__dict__.clear()
class firmware:
    pass
firmware.slotfs = slotfs
sys.modules["firmware"] = firmware
scope = {{}}
exec({source!r}, scope)
load, forget, names = scope["_load"], scope["_forget"], ("one", "two", "two", "three")
PREFIX = scope["PREFIX"] = ""
before = tuple(sys.modules)
loaded = [load(name) for name in names]
job = loaded[3].job
micropython.heap_lock()
try:
    forget("one", before)
    forget("two", before)  # one job of two
    forget("three", before, False)
finally:
    micropython.heap_unlock()
print([name for name in ("one", "two", "three") if name in sys.modules])
print(["LARGE" in dir(module) for module in loaded], job() is not None)
"""


def test_modules_are_forgotten_when_the_heap_is_full(chip: Chip) -> None:
    source = (FIRMWARE / "lazy.py").read_text("utf-8")
    said = chip.run(MAIN.format(source=source), **{f"{name}.py": ONE for name in ("one", "two", "three")})
    assert said.split("\n")[:2] == ["['two']", "[False, True, True, True] True"]
