"""The files that are given: MicroPython's image, settings, backups; the layout of the whole flash."""

import hashlib
import json
from pathlib import Path

import pytest

from tests_host.board import images
from tests_host.board.images import application, esp32
from twig.board import backup, layout, micropython, preset
from twig.board.chip import Identity
from twig.board.errors import BadImage, BadPreset
from twig.board.target import ESP32, ESP8266, Target
from twig.hardware.chips import ESP32_4MB
from twig.release.flash import END, FLASH_SIZE, START

PLUG = Identity("ESP8266EX", "18fe34ab1234", 0xEF, 1 << 20)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "micropython.bin"
    path.write_bytes(application(1000))
    return path


def test_an_image_is_taken(image):
    assert micropython.load(image, ESP8266) == image.read_bytes()


def test_a_missing_one_says_where_images_are_and_names_no_hash():
    with pytest.raises(BadImage) as caught:
        micropython.load(None, ESP8266)
    assert "--image" in caught.value.text
    assert "micropython.org/download/ESP8266_GENERIC, variant FLASH_1M" in caught.value.text
    assert "sha" not in caught.value.text.lower()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadImage, match=r"Cannot read .*none.bin: No such file"):
        micropython.load(tmp_path / "none.bin", ESP8266)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda content: b"PK" + content, "no image for an ESP8266"),
        (lambda content: content[:500], "no image for an ESP8266"),
        (lambda content: b"", "no image for an ESP8266"),
        (lambda content: content[:99] + bytes([content[99] ^ 1]) + content[100:], "checksum is wrong"),
        (lambda content: content.ljust(START + 1), "must end before 0x99000"),
    ],
)
def test_a_wrong_one_is_refused(image, spoil, words):
    image.write_bytes(spoil(image.read_bytes()))
    with pytest.raises(BadImage, match=words) as caught:
        micropython.load(image, ESP8266)
    assert "FLASH_1M" in caught.value.text
    assert "\n" not in caught.value.text


def test_the_layout_of_the_flash():
    stock, files = application(1000), b"\x55" * (END - START)
    content = layout.merged(ESP8266, stock, files)
    assert len(content) == FLASH_SIZE
    assert content[:4] == bytes([0xE9, 1, 3, 0x20])  # DOUT, 1 MB, 40 MHz
    assert content[4 : len(stock)] == stock[4:]
    assert content[len(stock) : START] == b"\xff" * (START - len(stock))
    assert content[START:END] == files
    assert content[END:] == b"\xff" * (FLASH_SIZE - END)
    assert layout.merged(ESP8266, stock[:3] + b"\x4f" + stock[4:], files)[3] == 0x2F  # its clock stays


def spoilt(content: bytes, at: int) -> bytes:
    """With one bit wrong."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_an_image_for_an_esp32_is_taken(tmp_path):
    path = tmp_path / "esp32.bin"
    path.write_bytes(esp32())
    assert micropython.load(path, ESP32) == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK" + esp32(), "no image for an ESP32"),
        (esp32()[:500], "no image for an ESP32"),
        (b"", "no image for an ESP32"),
        (spoilt(esp32(), 99), "checksum is wrong"),
        (spoilt(esp32(), 0xF000 + 99), "is damaged"),
        (esp32()[:100_000], "is damaged"),
        (esp32()[0xF000:], "without its loader"),
        (esp32(partitions=images.OTA_PARTITIONS), "another variant"),
        (esp32().ljust(ESP32_4MB.start), "must end before 0x200000"),
    ],
)
def test_a_wrong_one_for_an_esp32_is_refused(tmp_path, content, words):
    path = tmp_path / "esp32.bin"
    path.write_bytes(content)
    with pytest.raises(BadImage, match=words) as caught:
        micropython.load(path, ESP32)
    assert "download/ESP32_GENERIC" in caught.value.text
    assert str(path) in caught.value.text
    assert "\n" not in caught.value.text


@pytest.mark.parametrize(
    ("content", "target", "found"),
    [
        (esp32(), ESP8266, "ESP32"),
        (application(), ESP32, "ESP8266"),
        (esp32(chip=images.ESP32_S3), ESP32, "ESP32-S3"),
    ],
)
def test_an_image_for_another_chip_is_named(tmp_path, content: bytes, target: Target, found: str):
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    words = f"is an image for an {found}, this board has an {target.label}"
    with pytest.raises(BadImage, match=words):
        micropython.load(path, target)


def test_the_layout_of_an_esp32s_flash():
    stock, files = esp32(), b"\x55" * (ESP32_4MB.end - ESP32_4MB.start)
    content = layout.merged(ESP32, stock, files)
    assert len(content) == 4 << 20
    assert content.startswith(b"\xff" * 0x1000 + stock + b"\xff")
    assert content[0x200000:] == files


def test_settings_are_what_the_firmware_stores(tmp_path):
    given = {
        "name": "Küche",
        "wifi": [{"ssid": "home", "password": "secret12"}],
        "hub": {"host": "h", "port": 1},
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(given), "utf-8")
    assert json.loads(preset.files(path, "s26")["config.json"]) == given
    assert preset.files(None, "s26") == {}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"name": "x"', "Expecting"),
        ("[]", "not an object"),
        ('{"nmae": "x"}', "nmae is not a setting"),
        ('{"wifi": [{"ssid": "home", "password": "short"}]}', r"wifi\.0\.password must have 8 to 63 bytes"),
        ('{"page_password": "open"}', "page_password must have 8 to 63 bytes"),
        ('{"name": "' + "x" * 5000 + '"}', "larger than 4096"),
    ],
)
def test_settings_that_the_firmware_would_refuse(tmp_path, content, words):
    path = tmp_path / "config.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadPreset, match=words) as caught:
        preset.files(path, "s26")
    assert "docs/device.md" in caught.value.text
    assert "\n" not in caught.value.text


def test_the_board_decides_what_is_a_setting(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"switch": "push"}', "utf-8")
    assert json.loads(preset.files(path, "mini")["config.json"]) == {"switch": "push"}
    with pytest.raises(BadPreset, match="switch is not a setting of this device"):
        preset.files(path, "s26")


def test_the_password_of_the_page_is_sealed_once(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"page_password": 'open "sesame"'}), "utf-8")
    rounds, salt, key = sealed = json.loads(preset.files(path, "s26")["config.json"])["page_password"].split(
        "$"
    )
    typed = b'open "sesame"'
    assert hashlib.pbkdf2_hmac("sha256", typed, bytes.fromhex(salt), int(rounds)).hex() == key
    path.write_text(json.dumps({"page_password": "$".join(sealed)}), "utf-8")
    assert json.loads(preset.files(path, "s26")["config.json"])["page_password"] == "$".join(sealed)


def test_a_backup_is_named_by_address_and_time():
    assert str(backup.name(PLUG)).startswith("backup-18fe34ab1234-20")


def test_only_a_whole_backup_of_such_a_flash_goes_back(tmp_path):
    path = tmp_path / "backup.bin"
    with pytest.raises(BadImage, match="Cannot read"):
        backup.check(path, PLUG)
    path.write_bytes(bytes(PLUG.size - 1))
    with pytest.raises(BadImage, match="1,048,575 bytes, this flash 1,048,576"):
        backup.check(path, PLUG)
    path.write_bytes(bytes(PLUG.size))
    backup.check(path, PLUG)
