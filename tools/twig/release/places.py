"""Where sources and build results lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FIRMWARE = ROOT / "firmware"
PAGES = FIRMWARE / "pages"
LIBRARIES = ROOT / "lib"
BUILD = ROOT / "build"
# Run by the chip as sources, at the root of its file system.
SCRIPTS = ("boot", "main")
# Outside the slots, never updated: modules at the root of littlefs under their bare names.
OUTSIDE = ("record", "slotfs", "rescue", "partition")
# Modules that the images of one chip alone have.
CHIP_ONLY = {"firmware.partition": "ESP32"}
# Used by the hub and by tests only.
HUB_ONLY = tuple(
    f"firmware.protocol.{name}" for name in ("multitype", "messages", "legacy", "codec", "lists", "reports")
)
CPYTHON_SUFFIX = "_cpython"
# What an installed package says, which has no sources of the firmware.
CHECKOUT_ONLY = "A release is built from Twig's sources: run this in a checkout, as the README says."
# The board's module under the one name that the firmware imports: `from firmware.board import this`.
THIS_BOARD = "firmware.board.this"


def shown(path: Path) -> Path:
    """The path as messages print it: relative to the checkout where it is inside."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
