"""A plug whose run mode is made to hang, crash or sleep in C from outside, by pins that nothing else uses.

The image is the built one, and main.py has something before it: the watchdog that run mode feeds 20 times a
second does the mischief when it is fed, so that it happens inside the real event loop.
"""

from pathlib import Path
from typing import Any

from tests_host.system import rig
from twig.release import places
from twig.twin.plug import Plug

SLEEP_PIN, LOOP_PIN, CRASH_PIN = 14, 5, 15
# The watchdog bites at 2 s: a call that is nearly as long is ended by it on a machine with other work.
CALL_S = 1.5

MAIN = f"""
import sys, machine, time
class Machine: pass
for name in dir(machine):
    if name[0] != "_":
        setattr(Machine, name, getattr(machine, name))
class WDT:
    def __init__(self):
        self.wdt = machine.WDT()
        self.pins = [machine.Pin(pin, machine.Pin.IN) for pin in ({SLEEP_PIN}, {LOOP_PIN}, {CRASH_PIN})]
    def feed(self):
        self.wdt.feed()
        sleep, loop, crash = self.pins
        if sleep.value():
            print("sleeping in C")
            time.sleep({CALL_S})
            print("slept")
        if loop.value():
            print("looping")
            while True:
                pass
        if crash.value():
            raise RuntimeError("bad library")
Machine.WDT = WDT
sys.modules["machine"] = Machine
"""

# The event loop's own sleep does it, from which the modes are called 20 times a second.
IN_LOOP = """
import asyncio
from machine import Pin
real, pin = asyncio.sleep_ms, Pin({pin}, Pin.IN)
def sleep_ms(milliseconds):
    act(pin.value())
    return real(milliseconds)
asyncio.sleep_ms = sleep_ms
"""


def before_main(lines: str) -> bytes:
    """A main.py that does this first."""
    return lines.encode() + (places.ROOT / "main.py").read_bytes()


def in_loop(act: str) -> bytes:
    """A main.py that calls the function `act(level)`, of these lines, with the level of CRASH_PIN."""
    return before_main(act + IN_LOOP.format(pin=CRASH_PIN))


def hooked(data: Path, port: int, **more: Any) -> Plug:
    """Such a plug, not started."""
    made = rig.plug(data, port, **more)
    rig.flash_first(made, main_py=before_main(MAIN))
    return made


def trigger(plug: Plug, pin: int, level: int = 1) -> None:
    """Begin (or end) the mischief of that pin."""
    plug.state.set_input(pin, level)
