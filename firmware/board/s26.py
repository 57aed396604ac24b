"""Sonoff S26 (ESP8266, 1 MB, DOUT): pins and polarity, from Tasmota's and ESPurna's board files."""

MODEL = "s26"
RELAYS = ((12, 1),)  # GPIO, level that is on; the red LED hangs on the same pin
BUTTON = (0, 0)  # GPIO, level while pressed
LED = (13, 0)  # GPIO, level that is lit: the blue one
