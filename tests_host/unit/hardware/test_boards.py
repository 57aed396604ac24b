"""Every board's file, and what is said about one that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from twig.hardware import check
from twig.hardware.description import read
from twig.release import image, sources
from twig.release.errors import SourceError
from twig.release.places import FIRMWARE
from twig.twin.directory import PlugError
from twig.twin.model import ModelUnknown, model
from twig.twin.plug import Plug

GOOD = {
    "MODEL": '"test"',
    "RELAYS": "((12, 1), (4, 1))",
    "BUTTON": "(0, 0)",
    "LED": "(13, 0)",
    "GROUPS": "((1, 2),)",
    "BAUD": "0",
    "TITLE": '"A test"',
    "CHIP": '"ESP8266"',
    "FLASH_MB": "1",
    "INPUTS": "(14,)",
    "FREE": "(1, 3, 14)",
    "STRAPS": "(2,)",
}
SERIAL = {"BAUD": "9600", "RELAYS": "((65, 1), (66, 1))", "FREE": "()"}
ESP32 = {"CHIP": '"ESP32"', "RELAYS": "((32, 1), (16, 1))"}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A board's file: the good one with other values; None leaves a name out."""

    def _write(**other: str | None) -> Path:
        path = tmp_path / "test.py"
        names = {**GOOD, **other}
        path.write_text("".join(f"{name} = {value}\n" for name, value in names.items() if value))
        return path

    return _write


@pytest.mark.parametrize("name", sources.boards())
def test_every_board(name: str) -> None:
    found = check.board(name)
    assert found.about and found.title


def test_there_are_these() -> None:
    esp8266 = {"s26", "s20", "basic", "basic_r2", "basic_r3", "mini", "esp01_relay", "esp01_relay_fast"}
    esp32 = {f"esp32_relay_x{count}": count for count in (1, 2, 4, 8)}
    assert esp8266 | esp32.keys() <= set(sources.boards())  # somebody's own may be beside them
    assert {name: len(check.board(name).relays) for name in esp32} == esp32


@pytest.mark.parametrize("other", [{}, SERIAL, ESP32, {"BUTTON": "None", "LED": "None", "GROUPS": "()"}])
def test_good_ones(write: Write, other: dict[str, str]) -> None:
    assert list(check.problems(read(write(**other)))) == []


@pytest.mark.parametrize(
    ("other", "name", "text"),
    [
        ({"MODEL": '"other"'}, "MODEL", "'other' in a file named test.py"),
        ({"RELAYS": "((7, 1), (4, 1))"}, "RELAYS", "GPIO7 belongs to the flash"),
        ({"LED": "(9, 0)"}, "LED", "GPIO9 belongs to the flash"),
        ({**ESP32, "LED": "(11, 0)"}, "LED", "GPIO11 belongs to the flash"),
        ({"RELAYS": "((17, 1), (4, 1))"}, "RELAYS", "the ESP8266 has no GPIO17"),
        ({**ESP32, "LED": "(20, 0)"}, "LED", "the ESP32 has no GPIO20"),
        ({"FREE": "(8,)"}, "FREE", "GPIO8 belongs to the flash"),
        ({"FREE": "(13,)"}, "FREE", "GPIO13 is in LED already"),
        ({"RELAYS": "((12, 1), (12, 1))"}, "RELAYS", "GPIO12 is in RELAYS already"),
        ({"LED": "(4, 0)"}, "LED", "GPIO4 is in RELAYS already"),
        ({"INPUTS": "(13,)"}, "INPUTS", "GPIO13 is in LED already"),
        ({"RELAYS": "((15, 1), (4, 1))"}, "RELAYS", "GPIO15 is a strap (high: looks for an SD card)"),
        ({**ESP32, "RELAYS": "((12, 1), (4, 1))"}, "RELAYS", "GPIO12 is a strap (high: 1.8 V"),
        ({"LED": "(2, 0)", "STRAPS": "()"}, "LED", "name it in STRAPS if that is known to work"),
        ({"STRAPS": "(12,)"}, "STRAPS", "GPIO12 is no strap of the ESP8266"),
        ({"LED": "(0, 0)", "BUTTON": "None", "STRAPS": "(0,)"}, "LED", "GPIO0 is read at each reset"),
        ({**ESP32, "LED": "(34, 0)"}, "LED", "GPIO34 is an input only"),
        ({"BUTTON": "(16, 0)"}, "BUTTON", "GPIO16 has no interrupt"),
        ({"INPUTS": "(16,)"}, "INPUTS", "GPIO16 has no interrupt"),
        ({**ESP32, "INPUTS": "(34,)"}, "INPUTS", "GPIO34 has no pull-up"),
        ({"RELAYS": "((12, 2), (4, 1))"}, "RELAYS", "2 is no level: 0 or 1"),
        ({"BUTTON": "(0, -1)"}, "BUTTON", "-1 is no level"),
        ({"GROUPS": "((1, 3),)"}, "GROUPS", "there is no relay 3; they count from 1 to 2"),
        ({"GROUPS": "((0, 1),)"}, "GROUPS", "there is no relay 0"),
        ({"GROUPS": "((1,),)"}, "GROUPS", "(1,) must name two relays or more, each once"),
        ({"GROUPS": "((1, 1, 2),)"}, "GROUPS", "each once"),
        ({**SERIAL, "LED": "(1, 0)"}, "LED", "GPIO1 is in BAUD already"),
        ({**SERIAL, "RELAYS": "((12, 1), (66, 1))"}, "RELAYS", "(12, 1): with BAUD"),
        ({**SERIAL, "RELAYS": "((65, 1), (65, 1))"}, "RELAYS", "twice"),
        ({"RELAYS": "((65, 1), (4, 1))"}, "RELAYS", "has no GPIO65"),
    ],
)
def test_problems(write: Write, other: dict[str, str], name: str, text: str) -> None:
    found = list(check.problems(read(write(**other))))
    assert [where for where, said in found if text in said] == [name]


def test_nine_relays(write: Write) -> None:
    nine = (32, 33, 25, 26, 27, 14, 16, 17, 4)
    path = write(**ESP32 | {"RELAYS": str(tuple((pin, 1) for pin in nine)), "INPUTS": "()", "FREE": "()"})
    assert list(check.problems(read(path))) == [("RELAYS", "9 relays; the record in RTC memory holds 8")]


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"LED": None}, "test.py:1: LED is missing: a pair of GPIO and level, (13, 0), or None"),
        ({"RELAYS": "()"}, "test.py:2: RELAYS must be pairs of GPIO and level, ((12, 1),)"),
        ({"RELAYS": "(12, 1)"}, "test.py:2: RELAYS must be pairs"),
        ({"RELAYS": "[(12, 1)]"}, "test.py:2: RELAYS must be pairs"),
        ({"BUTTON": "0"}, "test.py:3: BUTTON must be a pair of GPIO and level, (0, 0), or None"),
        ({"GROUPS": "(1, 2)"}, "test.py:5: GROUPS must be tuples of relay ids, ((1, 2),), or ()"),
        ({"CHIP": '"ESP9"'}, "test.py:8: CHIP must be one of ESP8266, ESP8285, ESP32"),
        ({"FLASH_MB": '"1"'}, "test.py:9: FLASH_MB must be a number"),
        ({"MODEL": "name()"}, "test.py:1: MODEL must be a text"),
        ({"COLOUR": '"red"'}, "test.py:13: COLOUR is nothing that boards have"),
    ],
)
def test_forms(write: Write, other: dict[str, str | None], text: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(write(**other))
    assert text in str(raised.value)


def test_the_image_build_asks(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = read(write(LED="(7, 0)"))
    monkeypatch.setattr(check, "read", lambda path: bad)
    check.board.cache_clear()
    with pytest.raises(SourceError, match=r"test\.py:4: LED: GPIO7 belongs to the flash"):
        image.build("s26")
    check.board.cache_clear()


def test_an_esp32_runs_on_the_twin_alone(tmp_path: Path) -> None:
    with pytest.raises(PlugError, match="esp32_relay_x1 has an ESP32: --python plays an ESP8266 only"):
        Plug(tmp_path / "plug", "esp32_relay_x1", python=True).start()
    with pytest.raises(ModelUnknown, match="no model 'esp32'"):
        model("esp32")


def test_limits_are_the_firmwares() -> None:
    text = (FIRMWARE / "record.py").read_text("utf-8")
    assert f"\nNO_GPIO = {check.NO_GPIO}  #" in text
    assert "\nRELAYS = 12\n" in text and f"\nSUM = {12 + check.MOST_RELAYS}\n" in text
