"""One virtual chip under test: files on a littlefs, a process, its console."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from littlefs import LittleFS

from twig.hardware.chips import ESP8266_1MB, Layout
from twig.twin.runtime import Runtime
from twig.twin.state import INPUT_FLOATING, INPUT_LOW, State

BLOCK = 4096
# A boot takes a tenth of a second; two slow cores run other tests meanwhile.
WAIT_S = 20.0
POLL_S = 0.005
READY = "ready"
# A script's beginning that waits for the network `home`.
UP = """
import network, socket, time, select
w = network.WLAN(0)
w.active(True)
w.connect('home', 'secret12')
network.WLAN(1).active(False)
while not w.isconnected():
    time.sleep_ms(10)
"""


def file_system(files: Mapping[str, str | bytes], blocks: int) -> bytes:
    """A littlefs image of so many blocks."""
    system = LittleFS(block_size=BLOCK, block_count=blocks, disk_version=0x20000)
    for name, content in files.items():
        if "/" in name:
            system.makedirs(name.rpartition("/")[0], exist_ok=True)
        with system.open(name, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
    return bytes(system.context.buffer)


class Chip:
    """Boots what it is given; `console` grows over all boots."""

    def __init__(self, folder: Path, runtime: Runtime, layout: Layout = ESP8266_1MB) -> None:
        self.folder, self.runtime, self.layout = folder, runtime, layout
        self.state = State.create(folder, flash_size=layout.size)
        self.console = folder / "console"
        self.console.touch()
        self.process: subprocess.Popen[bytes] | None = None

    def install(self, main: str, **files: str | bytes) -> None:
        """Flash the scripts; keyword boot= is boot.py, any other name is a file."""
        names = {"main.py": main, **{f"{name}.py" if name == "boot" else name: files[name] for name in files}}
        flash = bytearray(b"\xff" * self.layout.size)
        flash[self.layout.start : self.layout.end] = file_system(names, self.layout.blocks)
        (self.folder / "flash.bin").write_bytes(flash)

    def start(self, heap_bytes: int | None = None) -> None:
        """Power on."""
        environment = {**os.environ, "TWIG_TWIN_DIR": str(self.folder), "TWIG_TWIN_DIE_WITH_PARENT": "1"}
        with self.console.open("ab") as console:
            self.process = subprocess.Popen(
                self.runtime.command(heap_bytes),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )

    def end(self, seconds: float = WAIT_S) -> int:
        """Wait for the end of the process: its exit code."""
        assert self.process
        return self.process.wait(seconds)

    def run(self, main: str | None = None, **files: str | bytes) -> str:
        """Flash, boot, wait for the end: what it printed."""
        if main is not None:
            self.install(main, **files)
        before = len(self.output())
        self.start()
        self.end()
        return self.output()[before:]

    def output(self) -> str:
        """All that was printed so far."""
        return self.console.read_text("utf-8", "replace")

    def until(self, reached: Callable[[], bool], seconds: float = WAIT_S) -> None:
        """Wait for a condition; the failure shows the console."""
        end = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > end or (self.process and self.process.poll() is not None):
                assert reached(), self.output()
            time.sleep(POLL_S)

    def printed(self, text: str, seconds: float = WAIT_S) -> None:
        """Wait until the console shows the text."""
        self.until(lambda: text in self.output(), seconds)

    def press(self, pin: int = 0, seconds: float = 0.03) -> int:
        """Pull the pin low for a while; CLOCK_MONOTONIC ns of the start."""
        started = time.monotonic_ns()
        self.state.set_input(pin, INPUT_LOW)
        time.sleep(seconds)
        self.state.set_input(pin, INPUT_FLOATING)
        return started

    def off(self) -> None:
        """Power off, as by pulling the plug."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.state.power_off()
