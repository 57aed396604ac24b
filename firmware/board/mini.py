"""Sonoff Mini, with a pair of terminals (S1, S2) for a wall switch."""

MODEL = "mini"
RELAYS = ((12, 1),)
BUTTON = (0, 0)
LED = (13, 0)
GROUPS = ()
INPUTS = (4,)  # S1 and S2
BAUD = 0

# For tools and pages; on no device.
TITLE = "Sonoff Mini"
CHIP = "ESP8285"
FLASH_MB = 1
FREE = (1, 3)
STRAPS = ()
