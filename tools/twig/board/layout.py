"""What the whole flash holds: MicroPython, nothing, Twig's file system, nothing."""

from twig.board.target import Target

# The header's third and fourth byte; the low half of the fourth is the flash's clock and stays.
MODE_AT, SIZE_AT, CLOCK_BITS = 2, 3, 0x0F
MODES, SIZES = {"dout": 3}, {"1MB": 0x20}


def merged(target: Target, micropython: bytes, file_system: bytes) -> bytes:
    """The flash as esptool writes it for the target; without MicroPython its place stays erased."""
    flash = bytearray(b"\xff" * target.layout.size)
    flash[target.start : target.start + len(micropython)] = micropython
    if micropython:
        _set_header(flash, target)
    flash[target.layout.start : target.layout.end] = file_system
    return bytes(flash)


def _set_header(flash: bytearray, target: Target) -> None:
    mode_at, size_at = target.start + MODE_AT, target.start + SIZE_AT
    flash[mode_at] = MODES.get(target.mode, flash[mode_at])
    if target.size in SIZES:
        flash[size_at] = SIZES[target.size] | flash[size_at] & CLOCK_BITS
