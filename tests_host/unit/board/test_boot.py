"""The wait for the ROM's line: what it takes for a boot, and that it ends."""

import time

import pytest

from tests_host.board.line import Line
from twig.board import boot
from twig.board.boot import ESP32, ESP8266, Boot, Rom

MARGIN_S = 0.5
HEAD = b"\xfe\x12\r\n ets Jan  8 2013,rst cause:1, boot mode:("


class Speaking(Line):
    """Says one thing after the other."""

    def __init__(self, *words: bytes) -> None:
        super().__init__()
        self.words = list(words)

    def talk(self) -> None:
        time.sleep(MARGIN_S)
        for each in self.words:
            self.send_raw(each)
        while True:
            self.receive()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([HEAD + b"3,6)\r\n"], Boot.RUNS),
        ([HEAD[:30], HEAD[30:] + b"3", b",7)"], Boot.RUNS),
        ([HEAD + b"1,6)\r\n"], Boot.LOADER),
        ([HEAD + b"1,6)\r\n", HEAD + b"3,6)\r\n"], Boot.RUNS),
        ([b"\x00\xff" * 500], Boot.SILENT),
        ([], Boot.SILENT),
    ],
)
def test_the_line_tells_where_the_chip_boots_from(words: list[bytes], found: Boot) -> None:
    with Speaking(*words) as line:
        assert boot.wait(line.port, ESP8266, 2 * MARGIN_S) is found


def test_a_port_that_is_gone_is_waited_for_no_longer() -> None:
    begun = time.monotonic()
    assert boot.wait("/dev/ttyNone", ESP8266, MARGIN_S) is Boot.SILENT
    assert time.monotonic() - begun < 2 * MARGIN_S


def test_an_adapter_that_comes_back_is_listened_to() -> None:
    class Pulled(Speaking):
        """Is pulled once, right after the connection."""

        times = 0

        def talk(self) -> None:
            self.times += 1
            if self.times == 1:
                raise EOFError
            super().talk()

    with Pulled(HEAD + b"3,6)") as line:
        assert boot.wait(line.port, ESP8266, 6 * MARGIN_S) is Boot.RUNS
    assert line.times == 2


HEAD_32 = b"\x00ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (b"boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nconfigsip: 0", Boot.RUNS),
        (b"boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n", Boot.LOADER),
        (b"", Boot.SILENT),
    ],
)
def test_an_esp32_says_it_in_other_words(said: bytes, found: Boot) -> None:
    with Speaking(HEAD_32, said) as line:
        assert boot.wait(line.port, ESP32, 4 * MARGIN_S) is found


@pytest.mark.parametrize(("rom", "baud"), [(ESP8266, 74880), (ESP32, 115200)])
def test_each_rom_speaks_at_its_speed(monkeypatch: pytest.MonkeyPatch, rom: Rom, baud: int) -> None:
    opened = []

    def serial_for_url(port: str, speed: int, **_: float) -> None:
        opened.append(speed)
        raise ValueError("this adapter cannot")

    monkeypatch.setattr(boot.serial, "serial_for_url", serial_for_url)
    assert boot.wait("/dev/ttyNone", rom) is Boot.SILENT
    assert opened == [baud]
