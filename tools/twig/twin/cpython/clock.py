"""MicroPython's additions to `time`."""

import time

# The chip's ticks wrap at 2^30.
PERIOD = 1 << 30
HALF = PERIOD // 2
_start = time.monotonic_ns()


def ticks_ms() -> int:
    """Milliseconds since the boot, modulo PERIOD."""
    return (time.monotonic_ns() - _start) // 1_000_000 % PERIOD


def ticks_us() -> int:
    """Microseconds since the boot, modulo PERIOD."""
    return (time.monotonic_ns() - _start) // 1000 % PERIOD


def ticks_add(ticks: int, delta: int) -> int:
    """Ticks moved by delta, modulo PERIOD."""
    return (ticks + delta) % PERIOD


def ticks_diff(end: int, start: int) -> int:
    """From start to end, with its sign, -HALF to HALF - 1."""
    return (end - start + HALF) % PERIOD - HALF


def sleep_ms(milliseconds: int) -> None:
    """Sleep; interrupts run meanwhile."""
    time.sleep(max(milliseconds, 0) / 1000)


def sleep_us(microseconds: int) -> None:
    """Sleep; interrupts run meanwhile."""
    time.sleep(max(microseconds, 0) / 1_000_000)


def install() -> None:
    """Add them to the module `time`."""
    for function in (ticks_ms, ticks_us, ticks_add, ticks_diff, sleep_ms, sleep_us):
        setattr(time, function.__name__, function)
    vars(time)["ticks_cpu"] = ticks_us
