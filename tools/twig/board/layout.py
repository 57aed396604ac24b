"""What the whole flash holds: MicroPython, nothing, Twig's file system, nothing."""

from twig.release.flash import END, FLASH_SIZE, START

MODE, SIZE = "dout", "1MB"  # DOUT works with every flash; an ESP8285 takes nothing else
# The header's third and fourth byte; the low half of the fourth is the flash's clock and stays.
MODE_AT, MODE_BYTE = 2, 3
SIZE_AT, SIZE_BITS, CLOCK_BITS = 3, 0x20, 0x0F


def merged(micropython: bytes, file_system: bytes) -> bytes:
    """The flash as esptool writes it with MODE and SIZE; without MicroPython its place stays erased."""
    flash = bytearray(b"\xff" * FLASH_SIZE)
    flash[: len(micropython)] = micropython
    if micropython:
        flash[MODE_AT] = MODE_BYTE
        flash[SIZE_AT] = SIZE_BITS | flash[SIZE_AT] & CLOCK_BITS
    flash[START:END] = file_system
    return bytes(flash)
