"""LC-Tech's relay board for an ESP-01: its own controller switches the relay, told by UART0 at 9600 baud.

Without button and LED. The relay stays as it was when the ESP-01 is reset.
"""

MODEL = "esp01_relay"
RELAYS = ((65, 1),)  # 64 + the controller's number: no GPIO
BUTTON = None
LED = None
GROUPS = ()
INPUTS = ()
BAUD = 9600

# For tools and pages; on no device.
TITLE = "LC-Tech ESP-01 relay"
CHIP = "ESP8266"
FLASH_MB = 1
FREE = ()
STRAPS = (0, 2)  # on the ESP-01's pins
