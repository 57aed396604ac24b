"""Made-up application images for an ESP8266, as esptool and the ROM take them."""

import random
import struct

MAGIC, CHECKSUM_SEED = 0xE9, 0xEF
ENTRY = 0x40100000  # the start of instruction RAM
ALIGNED = 16


def application(size: int = 200_000, seed: int = 1) -> bytes:
    """A header, one segment of noise (it cannot be compressed), the checksum in the last byte of its line."""
    segment = random.Random(seed).randbytes(size)
    checksum = CHECKSUM_SEED
    for byte in segment:
        checksum ^= byte
    image = struct.pack("<BBBBIII", MAGIC, 1, 0, 0, ENTRY, ENTRY, size) + segment
    return image + bytes(ALIGNED - 1 - len(image) % ALIGNED) + bytes([checksum])
