"""ESP32_Relay X8 with a WROOM-32E."""

MODEL = "esp32_relay_x8"
RELAYS = ((32, 1), (33, 1), (25, 1), (26, 1), (27, 1), (14, 1), (12, 1), (13, 1))
BUTTON = (0, 0)  # a strap: held when power comes, the chip waits for a program
LED = (23, 1)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "ESP32_Relay X8"
CHIP = "ESP32"
FLASH_MB = 4
FREE = ()
STRAPS = (12,)  # relay 7: high when power comes, the flash gets 1.8 V and the chip does not start
