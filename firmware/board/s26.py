"""Sonoff S26, R1 and R2: other circuit boards, the same pins.

Some R2 have an ESP8285, which is an ESP8266 with its flash inside. Pins and polarity as in Tasmota's and
ESPurna's board files.
"""

MODEL = "s26"
RELAYS = ((12, 1),)  # GPIO, level that is on; the red LED hangs on the same pin
BUTTON = (0, 0)  # GPIO, level while pressed
LED = (13, 0)  # GPIO, level that is lit: the blue one
GROUPS = ()  # ids of relays of which at most one may be on
INPUTS = ()  # GPIOs for wall switches
BAUD = 0  # a controller on UART0 switches the relays at that rate

# For tools and pages; on no device.
TITLE = "Sonoff S26 (R1, R2)"
CHIP = "ESP8266"
FLASH_MB = 1
FREE = (1, 3)  # GPIOs on pads or pins that may be used: UART0
STRAPS = (2,)  # known straps of the chip that are on a pad or switch something
