"""A virtual plug: a directory, a virtual chip and its supervisor, the air around it, its button."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from twig.hardware.chips import ESP8266
from twig.twin import air as air_file
from twig.twin import button, launch, model, show, storage
from twig.twin.air import Air, Watcher
from twig.twin.console import Console
from twig.twin.directory import Directory, PlugError
from twig.twin.launch import Launch
from twig.twin.line import Line
from twig.twin.options import Options
from twig.twin.runtime import TwinUnavailable
from twig.twin.state import State, StateError
from twig.twin.supervisor import RESTARTING, RESTING, Supervisor

CAUSE_EXCEPTION = 2
# A boot begins at once; under CPython after half a second, on busy machines later.
BOOT_S = 20.0
BOOT_POLL_S = 0.005
# Whoever sets a plug up holds one.
PHONES = 1


class Plug:
    """A virtual plug in `data`. `air` is a file, networks or None for one network; `hub` HOST or HOST:PORT.
    `join_code` as a person types it.
    With `setup` a new one knows no network and a phone is in reach; ports below 1024 are at `port_base`.
    A serial `line` is the twin's console; it stays open when the plug has stopped.

    Where no twin can be built, start() raises TwinUnavailable, or uses CPython when `fallback` is set:
    `python` is True and `notice` says so in one line then."""

    def __init__(
        self,
        data: Path,
        model: str = "s26",
        air: Path | Air | None = None,
        interface: str = "127.0.0.1",
        hub: str | None = None,
        insecure: bool = False,
        discovery_port: int | None = None,
        python: bool = False,
        heap: int | None = None,
        name: str | None = None,
        fallback: bool = False,
        setup: bool = False,
        port_base: int = 0,
        line: Line | None = None,
        join_code: str | None = None,
    ) -> None:
        self.options = Options(
            data,
            model,
            air,
            interface,
            hub,
            insecure,
            discovery_port,
            name,
            python,
            heap,
            setup,
            port_base,
            join_code,
        )
        self.data = data
        self.python = python
        self.fallback = fallback
        self.line = line
        self.notice: str | None = None
        self._directory = Directory(data)
        self._state: State | None = None
        self._supervisor: Supervisor | None = None
        self._watcher: Watcher | None = None
        self._console: Console | None = None
        self._power_ons = 0

    def start(self) -> None:
        """Power on; a first start makes the flash from the present sources. TwigError says what is wrong."""
        if self._supervisor:
            raise PlugError(f"the plug in {self.data} runs already")
        if self._family != ESP8266 and self.python:
            raise PlugError(f"{self.options.model} has an ESP32: --python plays an ESP8266 only")
        self.options.base()  # wrong ones are told before anything is made
        given, air = self.options.given(), self._air()
        self._directory.claim()
        try:
            command = self._launch()
            self._prepare(given, air)
            self._run(command)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything that start() began; the directory stays. A plug that does not run stays as it is."""
        if self._supervisor:
            self._supervisor.stop()
            self._chip.power_off()
        if self._watcher:
            self._watcher.stop()
        if self._console:
            self._console.close()
        if self._state:
            self._state.close()
        self._supervisor = self._watcher = self._console = self._state = None
        self._directory.release()

    def press(self, seconds: float = button.TAP_S) -> None:
        """Hold the button for that long."""
        button.press(self._chip, self.options.model, seconds)

    def power_cut(self) -> None:
        """Take the power away: now, wherever the chip is."""
        self._running.power_cut()

    def power_on(self) -> None:
        """Give it back: a power-on without RTC memory."""
        self._booted(self._running.power_on)

    def rests(self) -> bool:
        """Whether it stays off until power_on: the power was cut, or its program has ended."""
        return self._running.rests()

    def show(self) -> dict[str, Any]:
        """See twig.twin.show."""
        return show.show(self.data, self._state)

    def files(self) -> dict[str, bytes]:
        """The files on the plug's flash; exact while it is off."""
        return self._storage.files()

    def write_file(self, name: str, data: bytes | None) -> None:
        """Replace (or remove) a file on the plug's flash while it is off; PlugError while it is on."""
        if self._state and self._state.pid:
            raise PlugError("cut the power before a file is changed from outside")
        self._storage.write(name, data)

    @property
    def page(self) -> str:
        """URL of the page that the plug serves, on this computer."""
        return self.options.page()

    @property
    def state(self) -> State:
        """The chip's memory that it shares with the host; for measurements and faults."""
        return self._chip

    @property
    def config_path(self) -> str:
        """Name of the configuration's file."""
        return storage.CONFIG

    @property
    def _chip(self) -> State:
        if not self._state:
            raise PlugError(f"the plug in {self.data} does not run; start it first")
        return self._state

    @property
    def _running(self) -> Supervisor:
        if not self._supervisor:
            raise PlugError(f"the plug in {self.data} does not run; start it first")
        return self._supervisor

    @property
    def _storage(self) -> storage.Storage:
        return storage.Folder(self.data) if self.python else storage.Flash(self.data)

    def _air(self) -> Air:
        return self.options.air if isinstance(self.options.air, Air) else air_file.load(self.options.air)

    @property
    def _family(self) -> str:
        return model.model(self.options.model).chip.family

    def _launch(self) -> Launch:
        if not self.python:
            try:
                return launch.twin(self.data, self._family, self.options.heap, self.line)
            except TwinUnavailable as error:
                if not self.fallback or self._family != ESP8266:
                    raise
                self.python = True
                self.notice = f"{error}; the plug runs under CPython instead"
        return launch.cpython(self.data, self.options.model)

    def _prepare(self, given: dict[str, Any], air: Air) -> None:
        if not self._storage.prepare(self.options.model, self.options.first(air)):
            storage.merge(self._storage, given)
        self._state = chip = open_chip(self.data)
        chip.power_off()
        chip.set_interface(self.options.interface)
        chip.port_base = self.options.base()
        chip.phones = PHONES if self.options.setup else 0
        board = model.model(self.options.model)
        if board.button:
            gpio, pressed = board.button
            chip.set_input(gpio, 1 - pressed)
        self._power_ons = self._kept_power_ons()
        self._change_air(air)

    def _run(self, command: Launch) -> None:
        self._console = Console(self.data, storage.names(self.data), self.line)
        if isinstance(self.options.air, Path):
            self._watcher = Watcher(self.options.air, self._change_air, self._say)
        self._supervisor = Supervisor(command, self._console, self._booting, self._ended)
        self._booted(self._supervisor.start)

    def _booted(self, power: Callable[[], None]) -> None:
        """Give power and wait for the boot to begin."""
        boots, end = self._chip.boots, time.monotonic() + BOOT_S
        power()
        while self._chip.boots == boots and not self._running.rests() and time.monotonic() < end:
            time.sleep(BOOT_POLL_S)

    def _kept_power_ons(self) -> int:
        try:
            return int(self._directory.about()["power_ons"]) if self._chip.boots else 0
        except PlugError:
            return int(self._chip.boots)

    def _change_air(self, air: Air) -> None:
        self._chip.set_air([each.chip() for each in air.networks])

    def _say(self, text: str) -> None:
        if self._console:
            self._console.write(f"twig: {text}\n".encode())

    def _booting(self, cold: bool) -> None:
        if cold:
            self._power_ons += 1
            self._chip.power_off()
            self._directory.keep(model=self.options.model, python=self.python, power_ons=self._power_ons)

    def _ended(self, code: int, cut: bool) -> None:
        """Account for an end that the chip could not: its process was killed, or failed."""
        if cut:
            self._chip.power_off()
        elif code not in RESTARTING and code not in RESTING:
            self._failed()

    def _failed(self) -> None:
        """As after an exception of the chip: RTC memory stays, and who listens to its UART."""
        memory = self._chip.memory
        kept, sent = bytes(memory.rtc), memory.uart_sent
        self._chip.power_off()
        memory.rtc[:], memory.uart_sent = kept, sent
        self._chip.reset_cause = CAUSE_EXCEPTION

    def __enter__(self) -> "Plug":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def open_chip(data: Path) -> State:
    """The chip's shared memory, a new one when it is of another version; the identity is the directory's."""
    try:
        return State(data)
    except StateError:
        digest = hashlib.sha256(str(data.absolute()).encode()).digest()
        flash, had_flash = data / "flash.bin", (data / "flash.bin").exists()
        chip = State.create(data, chip_id=int.from_bytes(digest[:3], "big"))
        if not had_flash:
            flash.unlink()  # an erased one; under CPython there is none
        return chip
