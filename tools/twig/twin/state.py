"""The host's view of a virtual chip: the memory of variant/twin_state.h, as a mapped file."""

from __future__ import annotations

import mmap
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from twig.errors import TwigError
from twig.twin.state_layout import (
    EDGES,
    FLASH_SIZE,
    MAGIC,
    NETWORKS,
    RTC_BYTES,
    STATE_SIZE,
    UART_BYTES,
    VERSION,
    Memory,
)

EXIT_RESET, EXIT_WDT, EXIT_POWER_CUT, EXIT_REPL = 40, 41, 42, 43
MODE_OFF, MODE_RUNNING, MODE_ROM_LOADER, MODE_REPL = range(4)
EDGE_OUTPUT, EDGE_RELEASED, EDGE_INPUT = range(3)
INPUT_LOW, INPUT_HIGH, INPUT_FLOATING = range(3)
CAUSE_POWER_ON, CAUSE_WDT, CAUSE_SOFT, CAUSE_HARD = 0, 1, 4, 6
DEFAULT_ERASE_MS = 50
ACCESS_POINT_MODE = 2


class StateError(TwigError):
    """state.bin is missing, too short or of another version."""


class Edge(NamedTuple):
    """A change at a pin; ns is CLOCK_MONOTONIC, kind one of EDGE_*, boot the chip's boot count."""

    ns: int
    pin: int
    level: int
    kind: int
    boot: int


class Pin(NamedTuple):
    """What the firmware made of a pin: mode 0 in, 1 out, 2 open drain; level as the chip reads it."""

    mode: int
    pull: int
    out: int
    level: int
    trigger: int
    hard: bool


@dataclass(frozen=True)
class Network:
    """One Wi-Fi network of the virtual air; an empty password is an open network, `dhcp` False one
    where nobody gives addresses. Without a BSSID it gets one by its place in the air."""

    ssid: str
    password: str = ""
    rssi: int = -60
    channel: int = 6
    up: bool = True
    hidden: bool = False
    bssid: bytes = b""
    dhcp: bool = True


class AccessPoint(NamedTuple):
    """The chip's own: the password that a phone needs ("" when it is open), and whether it is on."""

    ssid: str
    password: str
    on: bool


class Heap(NamedTuple):
    """Bytes of the GC heap. minimum counts from the start of main.py; both need a collection first."""

    total: int
    start: int
    booted: int
    free: int
    minimum: int
    largest: int
    collections: int


def _counter(name: str) -> property:
    """A property over one 32-bit field."""

    def read(self: State) -> int:
        return int(getattr(self.memory, name))

    def write(self: State, value: int) -> None:
        setattr(self.memory, name, value)

    return property(read, write)


class State:
    """One virtual chip's state.bin, open. Create the files first with `State.create`."""

    mode = _counter("mode")
    reset_cause = _counter("reset_cause")
    boots = _counter("boots")
    wdt_bites = _counter("wdt_bites")
    irq_runs = _counter("irq_runs")
    irq_errors = _counter("irq_errors")
    refuse_hard = _counter("refuse_hard")
    erase_ms = _counter("erase_ms")
    flash_ops = _counter("flash_ops")
    cut_at = _counter("cut_at")
    chip_id = _counter("chip_id")
    station_status = _counter("station_status")
    wifi_mode = _counter("wifi_mode")
    port_base = _counter("port_base")
    phones = _counter("phones")
    channel = _counter("channel")
    ap_hops = _counter("ap_hops")
    scans = _counter("scans")
    edge_count = _counter("edges")
    credential_writes = _counter("credential_writes")
    connects = _counter("connects")
    tcp_open = _counter("tcp_open")
    wdt_armed = _counter("wdt_armed")
    main_started = _counter("main_started")
    uart_baud = _counter("uart_baud")
    uart_sent = _counter("uart_sent")

    def __init__(self, directory: Path) -> None:
        path = directory / "state.bin"
        if not path.is_file() or path.stat().st_size != STATE_SIZE:
            raise StateError(f"{path} is not a virtual chip's state")
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), STATE_SIZE)
        self.memory = Memory.from_buffer(self._map)
        if (self.memory.magic, self.memory.version) != (MAGIC, VERSION):
            self.close()
            raise StateError(f"{path} was written by another version; delete it, the flash stays")

    @classmethod
    def create(cls, directory: Path, chip_id: int = 0x00ABCDEF, flash_size: int = FLASH_SIZE) -> State:
        """A chip fresh from the factory: erased flash unless flash.bin exists, power off."""
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / "flash.bin").exists():
            (directory / "flash.bin").write_bytes(b"\xff" * flash_size)
        header = struct.pack("<II", MAGIC, VERSION)
        (directory / "state.bin").write_bytes(header.ljust(STATE_SIZE, b"\0"))
        state = cls(directory)
        state.chip_id, state.erase_ms = chip_id, DEFAULT_ERASE_MS
        state.refuse_hard = 1  # as the stock image does
        for pin in state.memory.pins:
            pin.input = INPUT_FLOATING
        return state

    def close(self) -> None:
        """Lets go of the mapping, which ends with the last part of it that somebody holds."""
        del self.memory, self._map

    @property
    def pid(self) -> int:
        """Process of the running chip, 0 when it is off."""
        return int(self.memory.pid)

    @property
    def uptime_s(self) -> float:
        """Seconds since the last boot, in real time."""
        return (time.monotonic_ns() - int(self.memory.started_ns)) / 1e9

    def pin(self, number: int) -> Pin:
        """State of one pin as the firmware drives it."""
        raw = self.memory.pins[number]
        return Pin(raw.mode, raw.pull, raw.out, raw.level, raw.trigger, bool(raw.hard))

    def set_input(self, number: int, level: int) -> None:
        """Drives a pin from outside (INPUT_*) and raises the chip's interrupt, as a wire would."""
        raw = self.memory.pins[number]
        before = self._outside(number)
        raw.input = level
        after = self._outside(number)
        if after > before:
            raw.rising = (raw.rising + 1) & 0xFFFFFFFF
        elif after < before:
            raw.falling = (raw.falling + 1) & 0xFFFFFFFF
        self.interrupt()

    def _outside(self, number: int) -> int:
        raw = self.memory.pins[number]
        return int(raw.input) if raw.input != INPUT_FLOATING else int(bool(raw.pull) or number in (0, 2))

    def interrupt(self) -> None:
        """Have the chip compare its inputs' edges with those that it knows."""
        if self.pid > 0 and self.mode == MODE_RUNNING:
            try:
                os.kill(self.pid, signal.SIGUSR1)
            except ProcessLookupError:
                return  # it ended between the two lines; its next boot reads the level

    def edges(self, since: int = 0) -> Iterator[Edge]:
        """Edges number `since` and later, oldest first; those that the ring has lost are left out."""
        count = int(self.memory.edges)
        for index in range(max(since, count - EDGES), count):
            raw = self.memory.ring[index % EDGES]
            yield Edge(raw.ns, raw.pin, raw.level, raw.kind, raw.boot)

    @property
    def heap(self) -> Heap:
        """Heap figures as of the last collection."""
        m = self.memory
        return Heap(
            m.heap_total, m.heap_start, m.heap_booted, m.heap_free, m.heap_min, m.heap_largest, m.gc_runs
        )

    @property
    def rtc(self) -> bytes:
        """RTC memory as the SDK sees it, 512 bytes; `RTC().memory()` starts at byte 20."""
        return bytes(self.memory.rtc)

    def uart(self, since: int = 0) -> bytes:
        """Bytes number `since` and later that UART0 has sent since power came; only the last 256 are kept."""
        count = self.uart_sent
        return bytes(
            self.memory.uart[index % UART_BYTES] for index in range(max(since, count - UART_BYTES), count)
        )

    def set_air(self, networks: list[Network]) -> None:
        """Replaces all networks in the air; at most 16. One that stays as it is stays joined."""
        if len(networks) > NETWORKS:
            raise StateError(f"the virtual air holds {NETWORKS} networks")
        for index, network in enumerate(networks):
            self._set_network(index, network)
        self.memory.networks = len(networks)

    def _set_network(self, index: int, network: Network) -> None:
        raw = self.memory.air[index]
        raw.ssid, raw.password = network.ssid.encode(), network.password.encode()
        raw.rssi, raw.channel = network.rssi, network.channel
        raw.up, raw.hidden, raw.dhcp = network.up, network.hidden, network.dhcp
        raw.bssid[:] = network.bssid or bytes((2, 0x54, 0x57, 0, 0, index))

    def set_interface(self, address: str) -> None:
        """IPv4 address on this computer that stands for the plug's own."""
        self.memory.interface[:] = socket.inet_aton(address)

    @property
    def interface(self) -> str:
        """See set_interface; 0.0.0.0 when none was set."""
        return socket.inet_ntoa(bytes(self.memory.interface))

    def set_dns(self, address: str, port: int) -> None:
        """Where a datagram to port 53 goes; port 0: nothing ever answers."""
        self.memory.dns_address[:] = socket.inet_aton(address)
        self.memory.dns_port = port

    @property
    def access_point(self) -> AccessPoint:
        """The chip's own access point."""
        m = self.memory
        on = bool(self.pid and m.wifi_mode & ACCESS_POINT_MODE)
        return AccessPoint(m.ap_ssid.decode("utf-8", "replace"), m.ap_password.decode("utf-8", "replace"), on)

    @property
    def ap_stations(self) -> int:
        """Clients of the access point now: the `phones` in reach (at most 4) while it is on and heard."""
        return int(self.memory.ap_stations) if self.pid else 0

    @property
    def station_ssid(self) -> str:
        """SSID in the SDK's stored settings."""
        return str(self.memory.station_ssid.decode())

    def power_off(self) -> None:
        """After the process was killed: pins let go, RTC memory lost, next boot is a power-on."""
        for number, pin in enumerate(self.memory.pins):
            if pin.mode:
                pin.mode = pin.pull = pin.out = pin.trigger = pin.hard = 0
                pin.level = self._outside(number)
                self._edge(number, pin.level)
        self.memory.rtc[:] = bytes(RTC_BYTES)
        self.uart_sent = 0  # who listens has lost its power too
        self.memory.pid, self.mode, self.reset_cause = 0, MODE_OFF, CAUSE_POWER_ON

    def _edge(self, number: int, level: int) -> None:
        raw = self.memory.ring[self.edge_count % EDGES]
        raw.ns, raw.pin, raw.level, raw.kind = time.monotonic_ns(), number, level, EDGE_RELEASED
        raw.boot = self.boots
        self.edge_count = self.edge_count + 1
