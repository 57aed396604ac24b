import micropython
import record

record.restore()
micropython.kbd_intr(-1)  # Ctrl-C here would keep main.py from running
record.restore = None  # memory is a feature
import slotfs  # noqa: E402  the relay comes first

try:
    slotfs.mount()
except OSError as error:
    print("no slot:", error)  # main.py then counts the failed import, waits and resets
slotfs.mount = None
