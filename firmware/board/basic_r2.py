"""Sonoff Basic R2: its pad leads to GPIO2, a strap, in place of the first revision's GPIO14."""

MODEL = "basic_r2"
RELAYS = ((12, 1),)
BUTTON = (0, 0)
LED = (13, 0)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "Sonoff Basic R2"
CHIP = "ESP8285"
FLASH_MB = 1
FREE = (1, 3)
STRAPS = (2,)  # blinks when power comes, as GPIO3 does
