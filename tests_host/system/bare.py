"""A plug's chip without its supervisor: one boot at a time, on the built image, with a test's main.py."""

import json
from pathlib import Path
from typing import Any

from twig.hardware.chips import ESP8266
from twig.release import flash, image
from twig.twin import launch, storage
from twig.twin.state import EXIT_POWER_CUT, EXIT_REPL, State

BOOT_S = 20.0
SAVE_CONFIG_PIN, SAVE_IDENT_PIN = 14, 5

# With SAVE_CONFIG_PIN up it saves the configuration of `new.json`, with SAVE_IDENT_PIN the identity of
# `new.bin`; with neither it says what it finds. All by the modules of the slot.
MAIN = """
import sys, json
from machine import Pin
from binascii import hexlify
def module(name):
    __import__(name)
    return sys.modules[name]
config, identity = module("{config}"), module("{identity}")
if Pin({config_pin}, Pin.IN).value():
    config.{save}(json.loads(open("new.json").read()))
elif Pin({ident_pin}, Pin.IN).value():
    new = open("new.bin", "rb").read()
    identity.{save}(new[:16], new[16:])
else:
    found = config.{load}()
    print("FOUND", json.dumps([found, [hexlify(part).decode() for part in identity.{load}()]]))
"""


class Bare:
    """`outcome` of a boot: (exit code, what it printed)."""

    def __init__(self, data: Path, **files: bytes) -> None:
        parts = image.build("s26")
        renamed = parts.names.renamed("fw_config")
        names = {name: renamed.get(name, name) for name in ("save", "load")}
        for name in ("config", "identity"):
            names[name] = parts.names.module(f"fw_{name}")
        main = MAIN.format(config_pin=SAVE_CONFIG_PIN, ident_pin=SAVE_IDENT_PIN, **names).encode()
        data.mkdir()
        self.data, self.flash = data, data / "flash.bin"
        self.flash.write_bytes(parts.full({"main.py": main, **files}))
        (data / storage.NAMES).write_text(json.dumps(parts.names.raw()))
        self.slot = parts.files["slot_a"]
        self.state = State.create(data)
        self.state.erase_ms = 0
        self._launch = launch.twin(data, ESP8266, None)

    def boot(self, pin: int | None = None, cut: int = 0) -> tuple[int, str]:
        """One boot with that pin up, the power cut at flash operation `cut` of it."""
        self.state.power_off()
        for each in (SAVE_CONFIG_PIN, SAVE_IDENT_PIN):
            self.state.set_input(each, int(each == pin))
        self.state.cut_at = self.state.flash_ops + cut if cut else 0
        with self._launch.process() as process:
            printed = process.communicate(timeout=BOOT_S)[0].decode("utf-8", "replace")
        return process.returncode, printed

    def found(self) -> Any:
        """[configuration, [GUID, hub]] as the firmware reads them."""
        code, printed = self.boot()
        lines = [line for line in printed.splitlines() if line.startswith("FOUND ")]
        assert (code, len(lines)) == (EXIT_REPL, 1), printed
        return json.loads(lines[0].removeprefix("FOUND "))

    def operations(self, pin: int) -> int:
        """How many flash operations a whole boot with that pin takes."""
        before = self.state.flash_ops
        code, printed = self.boot(pin)
        assert (code, printed) == (EXIT_REPL, ""), printed
        return self.state.flash_ops - before

    def cut(self, pin: int, at: int) -> None:
        """A boot with that pin whose power is cut at its flash operation `at`."""
        code, printed = self.boot(pin, at)
        assert code == EXIT_POWER_CUT, printed

    def files(self) -> dict[str, bytes]:
        """All files on its flash."""
        return flash.read_files(self.flash)
