"""A stand-in for a chip's serial loader, and for the stub that esptool loads into it, over TCP.

Made from the serial protocol that Espressif documents; which chip it is, its registers say.
`twig flash --port line://…` speaks to it.
"""

import hashlib
import struct
import time
import zlib
from collections.abc import Callable

from tests_host.board.line import Cut, Line
from tests_host.board.nor import Nor
from tests_host.board.registers import Registers

FLASH_BEGIN, FLASH_DATA, FLASH_END, MEM_BEGIN, MEM_END, MEM_DATA = range(0x02, 0x08)
SYNC, WRITE_REGISTER, READ_REGISTER, SET_PARAMETERS = 0x08, 0x09, 0x0A, 0x0B
ATTACH, CHANGE_BAUD, DEFL_BEGIN, DEFL_DATA, DEFL_END, MD5 = 0x0D, 0x0F, 0x10, 0x11, 0x12, 0x13
SECURITY = 0x14
ERASE_ALL, ERASE_REGION, READ_FLASH = 0xD0, 0xD1, 0xD2
OK, INVALID, BAD_CHECKSUM = b"\x00\x00", b"\x01\x05", b"\x01\x07"
SYNC_ANSWERS = 8
SYNC_BY_ROM = 0x20120707  # any value but 0, by which a stub is known
CHECKSUM_SEED = 0xEF
HAND_S = 0.5  # until somebody has put the wire on again


class RomLoader(Line):
    """`cut_after`: data blocks until the cable is pulled; `silent`: the chip runs its program instead."""

    SCHEME = "line"  # of protocol_line.py

    def __init__(self, nor: Nor, registers: Registers | None = None, silent: bool = False) -> None:
        super().__init__()
        self.nor = nor
        self.registers = registers or Registers(nor)
        self.silent = silent
        self.cut_after: int | None = None
        self.cut_reading_at: int | None = None
        self.boots_with = self.registers.chip.boot_line
        self.blocks = 0
        self.stub = False
        self.verified = False
        self._target = 0
        self._inflate = zlib.decompressobj()
        self._commands: dict[int, Callable[[bytes], None]] = {
            SYNC: self._sync,
            READ_REGISTER: self._read_register,
            WRITE_REGISTER: self._write_register,
            SECURITY: self._security,
            MEM_END: self._start_stub,
            FLASH_BEGIN: self._begin,
            FLASH_DATA: self._data,
            DEFL_BEGIN: self._begin,
            DEFL_DATA: self._data_compressed,
            MD5: self._md5,
            ERASE_ALL: self._erase_all,
            ERASE_REGION: self._erase_region,
            READ_FLASH: self._read_flash,
            **dict.fromkeys(
                (MEM_BEGIN, MEM_DATA, FLASH_END, DEFL_END, ATTACH, SET_PARAMETERS, CHANGE_BAUD), self._nothing
            ),
        }
        self._op = 0
        self._written = False

    def talk(self) -> None:
        self._written = False
        if self.verified:  # the computer is done: it waits for the boot now
            time.sleep(HAND_S)
            self.send_raw(self.boots_with)
        while True:
            packet = self.receive()
            if self.silent or len(packet) < 8 or packet[0]:
                continue
            self._op, _, checksum = struct.unpack_from("<BHI", packet, 1)
            handler = self._commands.get(self._op)
            if not handler:
                self._answer(status=INVALID)
            elif self._op in (FLASH_DATA, DEFL_DATA, MEM_DATA) and not whole(packet[8:], checksum):
                self._answer(status=BAD_CHECKSUM)
            else:
                handler(packet[8:])

    def replug(self) -> None:
        """Put the cable in again; the chip, without power meanwhile, is in its ROM's loader."""
        super().replug()
        self.stub, self.cut_after = False, None

    def _answer(self, value: int = 0, body: bytes = b"", status: bytes = OK) -> None:
        content = body + status + (b"" if self.stub else self.registers.chip.reserved)
        self.send(struct.pack("<BBHI", 1, self._op, len(content), value) + content)

    def _nothing(self, _: bytes) -> None:
        self._answer()

    def _sync(self, _: bytes) -> None:
        for _answer in range(SYNC_ANSWERS):
            self._answer(0 if self.stub else SYNC_BY_ROM)

    def _read_register(self, data: bytes) -> None:
        self._answer(self.registers.read(struct.unpack_from("<I", data)[0]))

    def _write_register(self, data: bytes) -> None:
        self.registers.write(*struct.unpack_from("<II", data))
        self._answer()

    def _security(self, _: bytes) -> None:
        """Flags, keys, chip, version; the older chips do not know this."""
        chip_id = self.registers.chip.chip_id
        if chip_id is None:
            self._answer(status=INVALID)
        else:
            self._answer(body=struct.pack("<I8xII", 0, chip_id, 0))

    def _start_stub(self, _: bytes) -> None:
        self._answer()
        self.stub = True
        self.send(b"OHAI")

    def _begin(self, data: bytes) -> None:
        size, _, _, self._target = struct.unpack_from("<IIII", data)
        self._inflate = zlib.decompressobj()
        self.nor.erase(self._target, size)
        self._answer()

    def _data(self, data: bytes) -> None:
        self._program(data[16:])

    def _data_compressed(self, data: bytes) -> None:
        self._program(self._inflate.decompress(data[16:]))

    def _program(self, data: bytes) -> None:
        if self.blocks == self.cut_after:
            self.nor.program(self._target, data[: len(data) // 2])
            raise Cut
        self.blocks += 1
        self._written = True
        self.nor.program(self._target, data)
        self._target += len(data)
        self._answer()

    def _md5(self, data: bytes) -> None:
        self.verified = not self._written  # else it is the digest that follows each write
        begin, size = struct.unpack_from("<II", data)
        self._answer(body=hashlib.md5(self.nor.data[begin : begin + size], usedforsecurity=False).digest())

    def _erase_all(self, _: bytes) -> None:
        self.nor.erase(0, len(self.nor.data))
        self._answer()

    def _erase_region(self, data: bytes) -> None:
        self.nor.erase(*struct.unpack_from("<II", data))
        self._answer()

    def _read_flash(self, data: bytes) -> None:
        """Blocks, of which at most `window` are not yet acknowledged, and their digest."""
        begin, size, block, window = struct.unpack_from("<IIII", data)
        content = bytes(self.nor.data[begin : begin + size])
        self._answer()
        acknowledged = 0
        for at in range(0, size, block):
            if at // block == self.cut_reading_at:
                raise Cut
            self.send(content[at : at + block])
            while at + block - acknowledged >= window * block:
                acknowledged = struct.unpack("<I", self.receive())[0]
        while acknowledged < size:
            acknowledged = struct.unpack("<I", self.receive())[0]
        self.send(hashlib.md5(content, usedforsecurity=False).digest())


def whole(data: bytes, checksum: int) -> bool:
    """Whether a data block's own checksum is right."""
    state = CHECKSUM_SEED
    for byte in data[16:]:
        state ^= byte
    return state == checksum
