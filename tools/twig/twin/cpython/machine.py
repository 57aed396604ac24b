"""The module `machine` of the chip."""

import threading
import time
from collections.abc import Callable
from typing import Any

from twig.twin.cpython.device import Device

PWRON_RESET = 0
WDT_RESET = 1
SOFT_RESET = 4
DEEPSLEEP_RESET = 5
HARD_RESET = 6

# The chip's watchdog bites after about two seconds.
WDT_S = 2.0
WDT_POLL_S = 0.1

device: Device


def install(chip: Device) -> None:
    """Bind the module to its chip."""
    global device
    device = chip


def reset() -> None:
    """Let go of every pin and start again."""
    device.reset()


def reset_cause() -> int:
    """Why the chip has booted."""
    return int(device.cause)


def unique_id() -> bytes:
    """Four bytes."""
    return device.chip_id


def freq(hertz: int | None = None) -> int | None:
    """The clock, which here nothing depends on."""
    return 80_000_000 if hertz is None else None


def disable_irq() -> int:
    """Hold interrupts back until enable_irq."""
    return device.hold()


def enable_irq(state: int) -> None:
    """Let them through again."""
    device.release_irq(state)


def idle() -> None:
    """Wait a moment."""
    time.sleep(0.001)


class Pin:
    """One GPIO."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, number: "int | Pin", *args: Any, **named: Any) -> None:
        self.number: int = number.number if isinstance(number, Pin) else number
        if self.number not in device.PINS:
            raise ValueError("invalid pin")
        if args or named:
            self.init(*args, **named)

    def init(self, mode: int, pull: int | None = None, *, value: Any = None) -> None:
        """Set up direction, pull and level at once."""
        device.set_up(self.number, mode, bool(pull), None if value is None else bool(value))

    def value(self, *level: Any) -> int | None:
        """Get the level, or set it."""
        if not level:
            return device.level(self.number)
        device.drive(self.number, bool(level[0]))
        return None

    __call__ = value

    def on(self) -> None:
        """Set it to 1."""
        self.value(1)

    def off(self) -> None:
        """Set it to 0."""
        self.value(0)

    def irq(
        self,
        handler: "Callable[[Pin], Any] | None" = None,
        trigger: int = IRQ_RISING | IRQ_FALLING,
        hard: bool = False,
    ) -> "Pin":
        """Call handler(pin) at edges, whatever runs."""
        if self.number > 15:
            raise OSError("pin does not have IRQ capabilities")
        device.arm(self.number, trigger if handler else 0, hard, (lambda: handler(self)) if handler else None)
        return self


class RTC:
    """What survives a reset."""

    def memory(self, data: Any = None) -> bytes | None:
        """Get or set up to 492 bytes."""
        if data is None:
            return device.rtc()
        device.set_rtc(bytes(data))
        return None


class UART:
    """UART0: what it sends is kept for the host, nothing is ever received."""

    def __init__(self, id: int, baudrate: int = 115200) -> None:
        if id != 0:
            raise ValueError(f"UART({id}) does not exist")
        device.set_baud(baudrate)

    def write(self, data: bytes) -> int:
        """Send it."""
        device.send(data)
        return len(data)


class WDT:
    """Started once, it must be fed; one for all objects."""

    _fed: float | None = None

    def __init__(self, id: int = 0, timeout: int = 5000) -> None:
        if id or timeout != 5000:
            raise ValueError
        if WDT._fed is None:
            WDT._fed = time.monotonic()
            threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def feed(self) -> None:
        """Show that the program is alive."""
        WDT._fed = time.monotonic()

    @staticmethod
    def _watch() -> None:
        while time.monotonic() - (WDT._fed or 0) < WDT_S:
            time.sleep(WDT_POLL_S)
        device.bite()


class Timer:
    """A timer; its callback runs as a soft interrupt."""

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id: int = -1, **settings: Any) -> None:
        self._stop = threading.Event()
        if settings:
            self.init(**settings)

    def init(
        self, *, mode: int = PERIODIC, period: int = -1, callback: "Callable[[Timer], Any] | None" = None
    ) -> None:
        """Call back after `period` ms, again and again when PERIODIC."""
        self.deinit()
        self._stop = threading.Event()
        if callback:
            call = callback
            threading.Thread(
                target=self._run, args=(mode, period / 1000, call, self._stop), daemon=True
            ).start()

    def deinit(self) -> None:
        """Stop it."""
        self._stop.set()

    def _run(
        self, mode: int, period_s: float, callback: "Callable[[Timer], Any]", stop: threading.Event
    ) -> None:
        while not stop.wait(period_s):
            device.interrupt(lambda: callback(self))
            if mode == Timer.ONE_SHOT:
                return
