"""What `twig flash` asks for, and how it complains; no port is opened here."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host.unit.cli.conftest import one_line
from twig import cli
from twig.board import chip, target, wiring
from twig.board.errors import WrongChip
from twig.board.target import ESP32, ESP8266, Target
from twig.hardware import check
from twig.release import sources
from twig.release.places import ROOT

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def twig(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `twig ARGS`; exit code, standard output, standard error."""

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(args)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.mark.parametrize(
    ("model", "images"), [("s26", "ESP8266_GENERIC, variant"), ("esp32_relay_x1", "ESP32_GENERIC, without")]
)
def test_without_an_image_it_is_said_where_they_are(twig: Run, model: str, images: str) -> None:
    code, _, err = twig("flash", "--model", model, "--port", "socket://127.0.0.1:1", "--yes")
    assert code == 1
    assert f"micropython.org/download/{images}" in one_line(err)


@pytest.mark.parametrize(
    ("given", "words"), [(["--model", "s21"], "No board 's21'"), ([], "Say which board")]
)
def test_what_is_no_board_is_refused_with_those_that_can_be_flashed(
    twig: Run, given: list[str], words: str
) -> None:
    code, _, err = twig("flash", *given)
    assert code == 1
    assert f"{words}: --model is one of basic, " in one_line(err)
    assert " s26." in one_line(err)
    assert "esp32_relay_x8" in err


def test_a_speed_that_the_next_step_would_not_find_is_refused(twig: Run) -> None:
    code, _, err = twig("flash", "--baud", "460800")
    assert code == 2
    assert "--baud" in one_line(err)


def test_a_file_that_cannot_be_written(twig: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from twig.board import flash

    monkeypatch.setattr(flash, "prepare", lambda *_, **__: flash.Contents(ESP8266, b"", b"", False))
    code, _, err = twig("flash", "--model", "s26", "--dry-run", "-o", str(tmp_path / "none" / "all.bin"))
    assert code == 1
    assert "Say where with -o." in one_line(err)


def test_the_page_has_the_pictures_that_the_command_draws() -> None:
    page = (ROOT / "docs" / "flashing.md").read_text("utf-8")
    for wires in {*wiring.BOARDS.values(), wiring.OTHER}:
        picture = [line for line in wiring.drawn(wires).splitlines() if "|" in line or "+--" in line]
        assert len(picture) == 10
        assert "\n".join(f"    {line}".rstrip() for line in picture) in page, wires.title


def test_the_page_explains_messages_that_exist() -> None:
    page = (ROOT / "docs" / "flashing.md").read_text("utf-8")
    table = page.partition("## What the messages mean")[2].partition("\n## ")[0]
    shown = [
        part for row in re.findall(r"^\| (`.*?) \|", table, re.M) for part in re.findall(r"`(.+?)`", row)
    ]
    assert len(shown) > 10
    said = texts()
    for message in shown:
        for words in filter(None, map(str.strip, re.split(r"…|\d[\d,]*|ESP8266|ESP32|Warning:", message))):
            assert any(words in text for text in said), words


def texts() -> list[str]:
    """Every text in the sources of twig.board, and of what reads its keys."""
    sources = [*(ROOT / "tools/twig/board").glob("*.py"), ROOT / "tools/twig/release/signers.py"]
    trees = [ast.parse(path.read_text("utf-8")) for path in sources]
    constants = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


@pytest.mark.parametrize("model", [*wiring.BOARDS, "other"])
def test_every_picture_fits_a_terminal_and_says_that_mains_is_off(model: str) -> None:
    lines = wiring.drawing(model).splitlines()
    assert all(len(line) < 100 and line.isascii() for line in lines)
    assert {len(line) for line in lines[1:-1]} == {80}, "the frames are closed"
    assert "mains: pulled out" in wiring.drawing(model)


def test_the_dangers_are_those_of_the_page_for_wired_boards_too() -> None:
    page = (ROOT / "docs" / "flashing.md").read_text("utf-8")
    dangers = " ".join(page.partition("## Dangers")[2].partition("\n## ")[0].split())
    for words in ("Pull the plug out", "wired in", "fuse", "tester", "mains wires off", "5 V destroys"):
        assert words in wiring.SAFETY, words
        assert words in dangers, words


def test_only_known_boards_have_a_picture_of_their_own() -> None:
    assert set(wiring.BOARDS) <= set(sources.boards())


def test_the_access_point_is_named_by_the_address() -> None:
    assert chip.Identity("ESP8266EX", "18fe34ab12cd", 0xEF, 1 << 20).access_point == "Twig-AB12CD"


@pytest.mark.parametrize(
    ("target", "size"), [(ESP8266, 256 << 10), (ESP8266, 512 << 10), (ESP32, 1 << 20), (ESP32, 2 << 20)]
)
def test_a_small_flash_is_refused(target: Target, size: int) -> None:
    found = chip.Identity("a chip", "18fe34ab12cd", 0xEF, size)
    with pytest.raises(WrongChip, match=f"{size >> 10} KB, Twig needs {target.layout.size >> 10} KB"):
        chip.check_size(found, target.layout)
    chip.check_size(chip.Identity("a chip", "18fe34ab12cd", 0xEF, target.layout.size), target.layout)


@pytest.mark.parametrize("model", sources.boards())
def test_every_board_has_a_chip_that_can_be_flashed(model: str) -> None:
    found = target.of(model)
    assert found.layout == check.board(model).chip.layout
    assert check.board(model).chip_name in (found.label, "ESP8285")
