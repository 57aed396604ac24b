"""Sonoff Basic R3: the radio on a circuit board of its own, the pins of the others."""

MODEL = "basic_r3"
RELAYS = ((12, 1),)
BUTTON = (0, 0)
LED = (13, 0)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "Sonoff Basic R3"
CHIP = "ESP8285"
FLASH_MB = 1
FREE = (1, 3)
STRAPS = ()
