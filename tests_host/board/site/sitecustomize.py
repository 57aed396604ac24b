"""Python imports this at its start where this folder is on its path: pyserial finds `protocol_line` then."""

import serial

serial.protocol_handler_packages.append("tests_host.board")
