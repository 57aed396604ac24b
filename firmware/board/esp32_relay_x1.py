"""ESP32_Relay X1 (303E32, AC X1 V1.1) with a WROOM-32E; its USB socket gives power only."""

MODEL = "esp32_relay_x1"
RELAYS = ((16, 1),)
BUTTON = (0, 0)  # a strap: held when power comes, the chip waits for a program
LED = (23, 1)
GROUPS = ()
INPUTS = ()
BAUD = 0

# For tools and pages; on no device.
TITLE = "ESP32_Relay X1"
CHIP = "ESP32"
FLASH_MB = 4
FREE = ()
STRAPS = ()
