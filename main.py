import micropython
import record

micropython.kbd_intr(-1)
try:
    record.enter()
except BaseException as error:
    record.crashed(error)
finally:
    record.reset()
