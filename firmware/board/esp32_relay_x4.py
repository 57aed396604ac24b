"""ESP32_Relay X4 with a WROOM-32E. One source counts its relays 26, 25, 33, 32."""

MODEL = "esp32_relay_x4"
RELAYS = ((32, 1), (33, 1), (25, 1), (26, 1))
BUTTON = (0, 0)  # a strap: held when power comes, the chip waits for a program
LED = (23, 1)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "ESP32_Relay X4"
CHIP = "ESP32"
FLASH_MB = 4
FREE = ()
STRAPS = ()
