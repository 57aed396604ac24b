"""An ESP32's file system on a block device in Python. Outside the slots, never updated; on an ESP32 alone.

littlefs calls an `esp32.Partition` from C: several erases of 50 ms in a row, in which no soft interrupt runs,
and a press of the button could come and go unseen. Here it runs after each of them, as on an ESP8266.
"""

from time import sleep_ms

import vfs
from esp32 import Partition

ERASE = 6  # MP_BLOCKDEV_IOCTL_BLOCK_ERASE


class Blocks:
    """The block device's protocol, passed on."""

    def __init__(self, partition):
        self._partition = partition

    def readblocks(self, *where):
        """(block, buffer[, offset]): read."""
        return self._partition.readblocks(*where)

    def writeblocks(self, *where):
        """(block, buffer[, offset]): program, after an erase where there is no offset."""
        return self._partition.writeblocks(*where)

    def ioctl(self, operation, argument):
        """Number of blocks, their size, erase one."""
        result = self._partition.ioctl(operation, argument)
        if operation == ERASE:
            sleep_ms(0)  # interrupts that the erase has held back run in sleeps and at jumps, not in a return
        return result


def mount():
    """Mount the root, which MicroPython has mounted, anew; OSError when that cannot be."""
    vfs.umount("/")
    vfs.mount(Blocks(Partition.find(Partition.TYPE_DATA, label="vfs")[0]), "/")
