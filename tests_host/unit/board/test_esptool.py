"""How esptool is run, and how its output is read."""

import re

import pytest

from twig.board import esptool
from twig.board.errors import BoardError
from twig.release.places import ROOT

IMPORT = re.compile(r"^\s*(?:import|from) esptool\b", re.M)


def test_it_is_never_imported_since_it_is_under_the_gpl() -> None:
    folders = (ROOT / "tools", ROOT / "tests_host", ROOT / "firmware")
    sources = [path for folder in folders for path in folder.rglob("*.py")]
    assert [path for path in sources if IMPORT.search(path.read_text("utf-8"))] == []


def test_without_a_chip_its_own_reason_is_told() -> None:
    assert "5." in esptool.offline("auto", "version")
    with pytest.raises(BoardError):
        esptool.offline("auto", "image-info", "/dev/null")


def test_percents_are_found_in_the_lines_of_a_pipe() -> None:
    for line, percent in [
        ("Reading from 0x000ff000 ━━━━━━━━━╸  99.6% 1020.00kB/1.00MB [6s] ", "99.6"),
        ("Writing at 0x0009d000 ━                4.1% 16.00kB/392.00kB [0s] ", "4.1"),
        ("Writing at 0x000fb000 ━━━━━━━━━━━━ 100.0% 392.00kB/392.00kB [0s] ", "100.0"),
    ]:
        found = esptool.PERCENT.match(line)
        assert found
        assert found[1] == percent
    assert not esptool.PERCENT.match("Writing 'micropython.bin' at 0x00000000...")


def test_two_files_share_a_bar() -> None:
    told: list[float] = []
    tell = esptool.shared(told.append, 2)
    for percent in (10.0, 100.0, 20.0, 100.0):
        tell(percent)
    assert told == [5, 50, 60, 100]
