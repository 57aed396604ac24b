"""The UART of the virtual chip: upstream's class, whose bytes the host can read."""

SENDS = """
import os
from machine import UART
os.dupterm(None, 1)
uart = UART(0, 9600)
uart.write(b"\\xa0\\x01\\x01\\xa2")
print(uart.any(), uart.read(), "ready")
"""


def test_the_host_reads_what_was_sent(chip):
    chip.run(SENDS)
    assert "0 None ready" in chip.output()
    assert (chip.state.uart(), chip.state.uart_baud) == (b"\xa0\x01\x01\xa2", 9600)
    chip.off()
    assert chip.state.uart() == b""


def test_only_the_last_bytes_are_kept(chip):
    chip.run("from machine import UART\nfor i in range(300):\n    UART(0).write(bytes([i & 255]))\n")
    assert chip.state.uart() == bytes(number & 255 for number in range(44, 300))
    assert chip.state.uart(298) == bytes([42, 43])
    assert chip.state.uart_baud == 115200
