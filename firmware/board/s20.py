"""Sonoff S20: the S26's pins, with a header of four pins for UART0."""

MODEL = "s20"
RELAYS = ((12, 1),)  # a second LED hangs on the same pin
BUTTON = (0, 0)
LED = (13, 0)  # the green one
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "Sonoff S20"
CHIP = "ESP8266"
FLASH_MB = 1
FREE = (1, 3)  # UART0: 3V3, RX, TX, GND from the top
STRAPS = ()
