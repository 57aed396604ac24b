"""A NOR flash in memory: erasing sets bits, programming only clears them."""

SECTOR = 4096


class Nor:
    """`vendor`, `size` and a made-up type are what its identification tells."""

    def __init__(self, size: int = 1 << 20, vendor: int = 0xEF, content: bytes = b"") -> None:
        self.vendor = vendor
        self.data = bytearray(content.ljust(size, b"\xff"))

    @property
    def identification(self) -> int:
        """The answer to RDID as it lies in the register: vendor, type, capacity as a power of two."""
        return self.vendor | 0x40 << 8 | (len(self.data).bit_length() - 1) << 16

    def erase(self, begin: int, size: int) -> None:
        """Whole sectors, as many as the range touches."""
        first, last = begin // SECTOR, -(-(begin + size) // SECTOR)
        self.data[first * SECTOR : last * SECTOR] = b"\xff" * SECTOR * (last - first)

    def program(self, begin: int, data: bytes) -> None:
        """IndexError past its end."""
        if begin + len(data) > len(self.data):
            raise IndexError("past the end of the flash")
        end = begin + len(data)
        both = int.from_bytes(self.data[begin:end], "little") & int.from_bytes(data, "little")
        self.data[begin:end] = both.to_bytes(len(data), "little")
