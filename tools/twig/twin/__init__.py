"""The virtual chip: MicroPython as on the ESP8266, virtual plugs around it, its stand-in for CPython."""
