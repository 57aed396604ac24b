"""ESP32_Relay X2 with a WROOM-32E."""

MODEL = "esp32_relay_x2"
RELAYS = ((16, 1), (17, 1))
BUTTON = (0, 0)  # a strap: held when power comes, the chip waits for a program
LED = (23, 1)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "ESP32_Relay X2"
CHIP = "ESP32"
FLASH_MB = 4
FREE = ()
STRAPS = ()
