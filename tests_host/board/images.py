"""Made-up images for an ESP8266 and an ESP32, as esptool and the ROM take them."""

import hashlib
import random
import struct

MAGIC, CHECKSUM_SEED = 0xE9, 0xEF
ENTRY = 0x40100000  # the start of instruction RAM
ENTRY_32 = 0x40080400
ALIGNED = 16
DIO, SIZE_4MB = 2, 0x20
ESP32, ESP32_S3 = 0, 9  # as a header names them
# The partitions of upstream's image for 4 MB: type, subtype, place, bytes, name.
PARTITIONS = (
    (1, 2, 0x9000, 0x6000, b"nvs"),
    (1, 1, 0xF000, 0x1000, b"phy_init"),
    (0, 0, 0x10000, 0x1F0000, b"factory"),
    (1, 0x81, 0x200000, 0x200000, b"vfs"),
)
OTA_PARTITIONS = (
    (1, 2, 0x9000, 0x4000, b"nvs"),
    (1, 0, 0xD000, 0x2000, b"otadata"),
    (1, 1, 0xF000, 0x1000, b"phy_init"),
    (0, 0x10, 0x10000, 0x180000, b"ota_0"),
    (0, 0x11, 0x190000, 0x180000, b"ota_1"),
    (1, 0x81, 0x310000, 0xF0000, b"vfs"),
)
FIRST, TABLE, PROGRAM = 0x1000, 0x8000, 0x10000


def application(size: int = 200_000, seed: int = 1) -> bytes:
    """A header, one segment of noise (it cannot be compressed), the checksum in the last byte of its line."""
    return _image(struct.pack("<BBBBI", MAGIC, 1, 0, 0, ENTRY), ENTRY, size, seed)


def esp32(
    size: int = 200_000,
    chip: int = ESP32,
    partitions: tuple[tuple[int, int, int, int, bytes], ...] = PARTITIONS,
) -> bytes:
    """A loader, the partitions and an application, from 0x1000 on."""
    table = b"".join(struct.pack("<HBBII16sI", 0x50AA, *each, 0) for each in partitions)
    loader = _esp32_application(20_000, 2, chip)
    before = loader.ljust(TABLE - FIRST, b"\xff") + table
    return before.ljust(PROGRAM - FIRST, b"\xff") + _esp32_application(size, 3, chip)


def _esp32_application(size: int, seed: int, chip: int) -> bytes:
    """As above, with the longer header and a digest."""
    header = struct.pack("<BBBBI", MAGIC, 1, DIO, SIZE_4MB, ENTRY_32)
    header += struct.pack("<B3xHBHH4xB", 0xEE, chip, 0, 0, 0xFFFF, 1)
    image = _image(header, ENTRY_32, size, seed)
    return image + hashlib.sha256(image).digest()


def _image(header: bytes, place: int, size: int, seed: int) -> bytes:
    segment = random.Random(seed).randbytes(size)
    checksum = CHECKSUM_SEED
    for byte in segment:
        checksum ^= byte
    image = header + struct.pack("<II", place, size) + segment
    return image + bytes(ALIGNED - 1 - len(image) % ALIGNED) + bytes([checksum])
