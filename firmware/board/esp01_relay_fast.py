"""LC-Tech's relay board for an ESP-01, of those whose controller listens at 115200 baud.

Without button and LED. The relay stays as it was when the ESP-01 is reset.
"""

MODEL = "esp01_relay_fast"
RELAYS = ((65, 1),)  # 64 + the controller's number: no GPIO
BUTTON = None
LED = None
GROUPS = ()
INPUTS = ()
BAUD = 115200

# For tools and pages; on no device.
TITLE = "LC-Tech ESP-01 relay, 115200 baud"
CHIP = "ESP8266"
FLASH_MB = 1
FREE = ()
STRAPS = (0, 2)  # on the ESP-01's pins
