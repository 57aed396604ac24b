"""Boots the firmware's sources: `python -m twig.twin.cpython MODEL` in the environment of a twin."""

import ctypes
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from twig.release import assets, places
from twig.twin.cpython import clock, extras, loop, machine, network, sockets
from twig.twin.cpython.device import Device
from twig.twin.cpython.radio import Radio
from twig.twin.launch import DIE_WITH_PARENT, DIRECTORY

PR_SET_PDEATHSIG = 1
FLASH_SIZE = 1 << 20


def main() -> None:
    """Boot; ends by the process's exit code."""
    if os.environ.get(DIE_WITH_PARENT):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    device = Device(Path(os.environ[DIRECTORY]))
    install(device, sys.argv[1])
    try:
        run(places.ROOT / "boot.py")
    except Exception as error:
        extras.print_exception(error)  # as on the chip: no main.py then
    else:
        device.main_started()
        try:
            run(places.ROOT / "main.py")
        except BaseException as error:
            extras.print_exception(error)
    device.end()


def install(device: Device, model: str) -> None:
    """Put the chip's modules and the board's into this Python."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for part in (clock, loop, extras):
        part.install()
    radio = Radio(device, device.directory, f"ESP_{device.mac.hex().upper()}")
    machine.install(device)
    network.install(radio, device.address, device.dns, device.mac)
    sockets.install(radio, device.interface, device.resolver, device.port_base)
    sys.modules["machine"] = machine
    sys.modules["network"] = network
    sys.modules["esp"] = _module("esp", flash_size=lambda: FLASH_SIZE, osdebug=lambda *level: None)
    slotfs = _module("slotfs", mount=lambda: None, active="cpython", load=import_module, clear=lambda _: None)
    _alias("firmware.slotfs", slotfs)
    sys.modules["slotfs"] = slotfs
    sys.modules["record"] = import_module("firmware.record")
    board = import_module(f"firmware.board.{model}")
    _alias(places.THIS_BOARD, board)
    import_module("firmware.portal.assets_cpython").pages.update(assets.pages(vars(board)))


def run(script: Path) -> None:
    """Run a script of the chip's root."""
    # The scripts of this checkout, as the chip runs them.
    names = {"__name__": "__main__", "__file__": str(script)}
    exec(compile(script.read_text("utf-8"), str(script), "exec"), names)  # noqa: S102


def _alias(name: str, module: ModuleType) -> None:
    """Let `import name` and `from its package import it` find the module."""
    package, _, member = name.rpartition(".")
    sys.modules[name] = module
    vars(import_module(package))[member] = module


def _module(name: str, **members: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    return module


if __name__ == "__main__":
    main()
