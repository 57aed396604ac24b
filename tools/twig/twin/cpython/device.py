"""The chip under CPython: pins, interrupts, RTC memory and resets over the same state.bin as the twin's."""

import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from twig.twin import state as shared
from twig.twin.cpython.extras import print_exception
from twig.twin.state import EDGE_INPUT, EDGE_OUTPUT, EDGE_RELEASED, Network, State
from twig.twin.state_layout import EDGES, UART_BYTES

RISING = 1
FALLING = 2
IN, OUT, OPEN_DRAIN = range(3)
# Where the SDK's part of RTC memory ends: MicroPython's magic and length come before the user's bytes.
RTC_AT = 12
RTC_HEAD = "<II"
RTC_MAGIC = 0x75507921
RTC_MAX = 492


class Device:
    """One boot of the chip, from DIR/state.bin; the host sees what it would see of a twin."""

    PINS = (0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15, 16)

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._state = State(directory)
        self._memory = self._state.memory
        self._handlers: dict[int, Callable[[], Any]] = {}
        self._held = 0
        self._lock = threading.RLock()
        self.cause = self._state.reset_cause
        self._memory.pid = os.getpid()
        self._memory.started_ns = time.monotonic_ns()
        self._memory.main_started = self._memory.wdt_armed = self._memory.uart_baud = 0
        self._memory.boots += 1
        self._seen = {number: self._counts(number) for number in self.PINS}
        self._soft: list[Callable[[], Any]] = []
        signal.signal(signal.SIGUSR1, lambda number, frame: self._interrupts())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._state.mode = shared.MODE_RUNNING

    @property
    def chip_id(self) -> bytes:
        """unique_id of the chip."""
        return int(self._state.chip_id).to_bytes(4, "little")

    @property
    def mac(self) -> bytes:
        """The last three bytes of the MAC: the chip's id, highest first."""
        return self.chip_id[2::-1]

    @property
    def interface(self) -> str:
        """Address on this computer that sockets are bound to."""
        return self._state.interface

    @property
    def address(self) -> str:
        """Address that the firmware believes to have."""
        return "127.0.0.1" if self.interface == "0.0.0.0" else self.interface

    @property
    def dns(self) -> str:
        """Address of the name server."""
        return ".".join(str(part) for part in self._memory.dns_address)

    @property
    def resolver(self) -> tuple[str, int] | None:
        """Where datagrams to port 53 go; None: nothing answers."""
        return (self.dns, int(self._memory.dns_port)) if self._memory.dns_port else None

    def networks(self) -> list[Network]:
        """The air as it is now."""
        found = self._memory.air[: self._memory.networks]
        return [
            Network(
                raw.ssid.decode(),
                raw.password.decode(),
                raw.rssi,
                raw.channel,
                bool(raw.up),
                bool(raw.hidden),
                bytes(raw.bssid),
                bool(raw.dhcp),
            )
            for raw in found
        ]

    def station(self, status: int, ssid: str, mode: int) -> None:
        """Show the host how the station does."""
        if status == 5 and self._memory.station_status != status:
            self._memory.connects += 1
        self._memory.station_status = status
        self._memory.station_ssid = ssid.encode()
        self._memory.wifi_mode = mode

    def scanned(self) -> None:
        """Count a scan."""
        self._memory.scans += 1

    def phones(self) -> int:
        """How many phones are in reach."""
        return int(self._memory.phones)

    def access_point(self, ssid: str, key: str, clients: int) -> None:
        """Show the host how the access point does; an open one has no key."""
        self._memory.ap_ssid, self._memory.ap_password = ssid.encode(), key.encode()
        self._memory.ap_stations = clients

    @property
    def port_base(self) -> int:
        """Added to ports below 1024."""
        return int(self._memory.port_base)

    def main_started(self) -> None:
        """boot.py has ended well."""
        self._memory.main_started = 1

    def set_up(self, number: int, mode: int, pull: bool, value: bool | None) -> None:
        """A pin's direction, pull-up and level at once."""
        raw = self._memory.pins[number]
        raw.pull = pull
        if value is not None:
            raw.out = value
        raw.mode = mode
        self._settle(number, EDGE_OUTPUT)

    def drive(self, number: int, level: bool) -> None:
        """Write a pin's output latch."""
        self._memory.pins[number].out = level
        self._settle(number, EDGE_OUTPUT)

    def level(self, number: int) -> int:
        """The level at a pin."""
        raw = self._memory.pins[number]
        if raw.mode == OUT or (raw.mode == OPEN_DRAIN and not raw.out):
            return int(raw.out)
        if raw.input == shared.INPUT_FLOATING:
            return int(bool(raw.pull) or number in (0, 2))
        return int(raw.input)

    def _settle(self, number: int, kind: int) -> None:
        raw = self._memory.pins[number]
        level = self.level(number)
        if level != raw.level:
            raw.level = level
            self._edge(number, level, kind)

    def _edge(self, number: int, level: int, kind: int) -> None:
        raw = self._memory.ring[self._memory.edges % EDGES]
        raw.ns, raw.pin, raw.level, raw.kind = time.monotonic_ns(), number, level, kind
        raw.boot = self._memory.boots
        self._memory.edges += 1

    def arm(self, number: int, trigger: int, hard: bool, handler: Callable[[], Any] | None) -> None:
        """Call the handler at edges of a pin."""
        raw = self._memory.pins[number]
        raw.trigger, raw.hard = trigger, hard
        if handler:
            self._handlers[number] = handler
        else:
            self._handlers.pop(number, None)

    def hold(self) -> int:
        """Hold interrupts back; returns what release_irq wants."""
        self._held += 1
        return self._held - 1

    def release_irq(self, before: int) -> None:
        """Let interrupts through again, those that were held back first."""
        self._held = before
        self._interrupts()

    def interrupt(self, handler: Callable[[], Any]) -> None:
        """Run a handler as an interrupt of the main thread, from any other thread."""
        with self._lock:
            self._soft.append(handler)
        os.kill(os.getpid(), signal.SIGUSR1)

    def _interrupts(self) -> None:
        if self._held:
            return
        self._held = 1
        for number in self.PINS:
            self._pin_interrupt(number)
        while self._soft:
            self._call(self._soft.pop(0))
        self._held = 0

    def _pin_interrupt(self, number: int) -> None:
        before, now = self._seen[number], self._counts(number)
        self._seen[number] = now
        edges = (RISING if before[0] != now[0] else 0) | (FALLING if before[1] != now[1] else 0)
        if edges:
            self._settle(number, EDGE_INPUT)
        handler = self._handlers.get(number)
        if handler and edges & self._memory.pins[number].trigger:
            self._memory.irq_runs += 1
            self._call(handler)

    def _call(self, handler: Callable[[], Any]) -> None:
        try:
            handler()
        except Exception as error:
            self._memory.irq_errors += 1
            print_exception(error)

    def _counts(self, number: int) -> tuple[int, int]:
        raw = self._memory.pins[number]
        return int(raw.rising), int(raw.falling)

    def rtc(self) -> bytes:
        """RTC memory of the user."""
        raw = bytes(self._memory.rtc)[RTC_AT:]
        magic, length = struct.unpack_from(RTC_HEAD, raw)
        return raw[8 : 8 + length] if magic == RTC_MAGIC and length <= RTC_MAX else b""

    def set_rtc(self, data: bytes) -> None:
        """Replace RTC memory; ValueError above 492 bytes."""
        if len(data) > RTC_MAX:
            raise ValueError("buffer too long")
        raw = struct.pack(RTC_HEAD, RTC_MAGIC, len(data)) + data
        self._memory.rtc[RTC_AT : RTC_AT + len(raw)] = raw

    def set_baud(self, baud: int) -> None:
        """UART0's rate."""
        self._memory.uart_baud = baud

    def send(self, data: bytes) -> None:
        """Bytes out of UART0."""
        for byte in data:
            self._memory.uart[self._memory.uart_sent % UART_BYTES] = byte
            self._memory.uart_sent += 1

    def reset(self) -> NoReturn:
        """machine.reset()."""
        self._halt(shared.EXIT_RESET, shared.CAUSE_SOFT)

    def bite(self) -> NoReturn:
        """The watchdog."""
        self._memory.wdt_bites += 1
        self._halt(shared.EXIT_WDT, shared.CAUSE_WDT)

    def end(self) -> NoReturn:
        """main.py has ended: a chip would stay at its prompt."""
        self._halt(shared.EXIT_REPL, self.cause)

    def _halt(self, code: int, cause: int) -> NoReturn:
        for number, raw in enumerate(self._memory.pins):
            if raw.mode:
                raw.mode = raw.pull = raw.out = raw.trigger = raw.hard = 0
                raw.level = self.level(number)
                self._edge(number, int(raw.level), EDGE_RELEASED)
        self._memory.reset_cause = cause
        self._memory.mode = shared.MODE_OFF
        self._memory.pid = 0
        sys.stdout.flush()
        os._exit(code)
