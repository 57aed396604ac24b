import micropython
import record

record.restore()
micropython.kbd_intr(-1)  # Ctrl-C here would keep main.py from running
record.restore = None  # memory is a feature
# Room for an error's text while the heap is full: without it MicroPython 1.25 writes that near address 0.
micropython.alloc_emergency_exception_buf(128)
from firmware.board import this  # noqa: E402  settled while the image is built: nothing of it is left here

try:
    if this.CHIP == "ESP32":
        import partition

        partition.mount()
    import slotfs

    slotfs.mount()
    slotfs.mount = None
except OSError as error:
    print("no slot:", error)  # main.py then counts the failed import, waits and resets
