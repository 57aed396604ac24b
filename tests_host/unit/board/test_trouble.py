"""What esptool says at its end, word for word as version 5.6 said it, becomes one line that helps."""

import pytest

from twig.board.errors import BoardError, LineLost, NoAnswer, PortError, WrongChip
from twig.board.trouble import meaning

SERIAL = "ERROR: A serial exception error occurred: "
FATAL = "ERROR: A fatal error occurred: "
OPEN = f"{FATAL}Could not open /dev/ttyUSB0, the port is busy or doesn't exist.\n"


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (
            OPEN
            + "([Errno 13] could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0')\n",
            PortError,
            "dialout",
        ),
        (
            OPEN
            + "([Errno 11] Could not exclusively lock port /dev/ttyUSB0: [Errno 11] Resource temporarily "
            "unavailable)\n",
            PortError,
            "another program",
        ),
        (
            OPEN + "([Errno 16] could not open port: [Errno 16] Device or resource busy)",
            PortError,
            "another program",
        ),
        (
            OPEN + "([Errno 2] could not open port /dev/ttyUSB0: [Errno 2] No such file or directory)",
            PortError,
            "plugged in",
        ),
        (
            FATAL + "This chip is ESP32, not ESP8266. Wrong chip argument?\n",
            WrongChip,
            "The chip is an ESP32, the image for an ESP8266",
        ),
        (
            FATAL + "This chip is ESP32-S3, not ESP32. Wrong chip argument?\n",
            WrongChip,
            "The chip is an ESP32-S3, the image for an ESP32.",
        ),
        (
            FATAL + "Unexpected chip magic value 0x0badc0de. Failed to autodetect chip type.\nProbably",
            WrongChip,
            "none that esptool knows",
        ),
        (FATAL + "Failed to connect to ESP8266: No serial data received.\n", NoAnswer, "hold the button"),
        (FATAL + "Failed to connect to ESP8266: Invalid head of packet (0x08)", NoAnswer, "TX and RX"),
        (FATAL + "MD5 of file does not match data in flash!", BoardError, "--baud"),
        (FATAL + "Verification failed: 12 differences, first at 0x00001000:", BoardError, "--baud"),
        (
            SERIAL + "read failed: socket disconnected\nNote: This error originates from pySerial.",
            LineLost,
            "begin again",
        ),
        (
            SERIAL + "device reports readiness to read",
            LineLost,
            "begin again",
        ),
        ("", LineLost, "broke off"),
        (FATAL + "Failed to write to target flash after seq 3", LineLost, "begin again"),
        (FATAL + "The moon is full.\nHowl.", BoardError, "esptool gave up: The moon is full. Begin"),
    ],
)
def test_each_end_has_a_line(said: str, kind: type[BoardError], words: str) -> None:
    error = meaning("/dev/ttyUSB0", said)
    assert type(error) is kind
    assert words in error.text
    assert "\n" not in error.text
