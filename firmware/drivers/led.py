"""The status LED. A pattern is two bytes in one number: ticks of 50 ms lit and dark, again and again.

Two patterns differ in one of the two times by a factor of two at least, for the eye.
"""

from machine import Pin

TICK_MS = 50

ONLINE = 0xFF00  # joined a hub, where the LED is not to be dark then
OFF = 0x00FF  # joined a hub; also while the button is held for too long to do anything
CONNECTING = 0x0505  # looking for its Wi-Fi
NO_SERVER = 0x0113  # on Wi-Fi, looking for its hub
JOINING = 0x0105  # connected to a hub that has not accepted it yet
SETUP = 0x1414  # setup mode: its access point is open
UPDATING = 0x0401  # fetching another version
RESCUE = 0x0127  # rescue mode
ERROR = 0x0101  # what the button asked for cannot be done
IDENTIFY = 0x0202  # "this is me": somebody asked, or the button was pressed twice
HOLD_REPORT = 0x0A0A  # the button is held; released now it reports to the hub,
HOLD_SETUP = 0x0208  # opens setup mode,
HOLD_RESET = 0x0802  # forgets all settings,
HOLD_RESCUE = 0x1402  # enters rescue mode


class Led:
    """`pin` is a GPIO, `lit` the level that lights it: it is lit until the first tick."""

    def __init__(self, pin, lit):
        self.lit = lit
        self.pin = Pin(pin, Pin.OUT, value=lit)
        self.pattern = ONLINE
        self.ticks = 0

    def tick(self, pattern):
        """Every TICK_MS: go on in the pattern, or begin another one."""
        if pattern != self.pattern:
            self.pattern = pattern
            self.ticks = 0
        lit = pattern >> 8
        self.pin.value((self.ticks < lit) == self.lit)
        self.ticks = (self.ticks + 1) % (lit + (pattern & 255))
