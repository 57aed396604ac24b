"""Sonoff Basic, first revision: GPIO14 on the fifth pin of its header."""

MODEL = "basic"
RELAYS = ((12, 1),)
BUTTON = (0, 0)
LED = (13, 0)
GROUPS = ()
INPUTS = (14,)
BAUD = 0

# For tools and pages; on no device.
TITLE = "Sonoff Basic (R1)"
CHIP = "ESP8266"
FLASH_MB = 1
FREE = (1, 3, 14)
STRAPS = ()
