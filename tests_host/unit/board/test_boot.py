"""The wait for the ROM's line: what it takes for a boot, and that it ends."""

import time

import pytest

from tests_host.board.line import Line
from twig.board import boot
from twig.board.boot import Boot

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
        assert boot.wait(line.port, 2 * MARGIN_S) is found


def test_a_port_that_is_gone_is_waited_for_no_longer() -> None:
    begun = time.monotonic()
    assert boot.wait("/dev/ttyNone", MARGIN_S) is Boot.SILENT
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
        assert boot.wait(line.port, 6 * MARGIN_S) is Boot.RUNS
    assert line.times == 2
