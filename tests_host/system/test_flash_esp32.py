"""`twig flash` and its like for an ESP32: the real esptool, and a stand-in for that chip's loader."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host import keys
from tests_host.board import images, registers
from tests_host.board.command import Run, refused, within
from tests_host.board.nor import Nor
from tests_host.board.registers import Map, Registers
from tests_host.board.rom_loader import RomLoader
from tests_host.system import flashed, rig, setups
from twig.board import layout
from twig.board.target import ESP32
from twig.release import flash, image, trust

pytestmark = pytest.mark.timeout(300)
MODEL = "esp32_relay_x1"
FLASH = ("flash", "--model", MODEL)
OLD = bytes(range(256)) * 16384  # what a board comes with


@pytest.fixture
def twig(tmp_path: Path) -> Run:
    """Runs `twig ARGS` in an empty folder."""
    return within(tmp_path)


@pytest.fixture
def micropython(tmp_path: Path) -> Path:
    """An image in MicroPython's place."""
    path = tmp_path / "micropython.bin"
    path.write_bytes(images.esp32())
    return path


@pytest.fixture
def loader() -> Iterator[RomLoader]:
    """A new board in its loader."""
    with chip() as made:
        yield made


def chip(kind: Map = registers.ESP32, content: bytes = OLD) -> RomLoader:
    """A board with that chip and as much flash as its content."""
    nor = Nor(size=len(content), content=content)
    return RomLoader(nor, Registers(nor, kind))


def expected(micropython: Path) -> bytes:
    """What a whole flash has to hold."""
    return layout.merged(ESP32, micropython.read_bytes(), image.build(MODEL).image())


@pytest.mark.slow
def test_a_board_is_backed_up_flashed_set_up_and_switched(twig, loader, micropython, tmp_path):
    done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    assert (done.code, done.err) == (0, ""), done
    backups = list(tmp_path.glob("backup-240ac4ab1234-*.bin"))
    assert [each.read_bytes() for each in backups] == [OLD]
    arrived = bytes(loader.nor.data)
    assert arrived == expected(micropython)
    assert arrived[0x1000:].startswith(micropython.read_bytes())
    for words in ("ESP32_Relay board", "IO0", "4096 KB", "about 7 min", "Twig-AB1234", "http://4.3.2.1/"):
        assert words in done.out
    assert "The chip boots from its flash." in done.out
    flashed.from_its_page_to_the_hub(tmp_path, arrived, MODEL)


@pytest.mark.slow
@pytest.mark.parametrize("block", [2, 12])
def test_a_pulled_cable_is_told_and_a_second_run_mends_it(twig, loader, micropython, tmp_path, block):
    flashed.impatient(tmp_path)
    args = (*FLASH, "--image", micropython)
    flashed.mended_by_a_second_run(twig, loader, args, block, expected(micropython))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (registers.ESP8266, "an ESP8266,"),
        (registers.ESP32_S3, "an ESP32-S3,"),
        (registers.ESP32_C3, "an ESP32-C3,"),
        (registers.ESP32._replace(magic=0x0BADC0DE), "not an ESP32."),
    ],
)
def test_another_chip_is_refused_by_name(twig, micropython, kind, name):
    with chip(kind) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, name, "an ESP32.", "Nothing was written", "label")
    assert bytes(loader.nor.data) == OLD


@pytest.mark.parametrize(
    ("model", "content", "words"),
    [
        (MODEL, images.application(), "an image for an ESP8266, this board has an ESP32"),
        ("s26", images.esp32(), "an image for an ESP32, this board has an ESP8266"),
        (MODEL, images.esp32(partitions=images.OTA_PARTITIONS), "another variant"),
    ],
)
def test_another_image_is_refused_before_the_chip_is_asked(twig, tmp_path, model, content, words):
    (tmp_path / "other.bin").write_bytes(content)
    port = "socket://127.0.0.1:1"
    refused(twig("flash", "--model", model, "--port", port, "--image", "other.bin", "--yes"), words)


def test_a_small_flash_is_refused(twig, micropython):
    content = OLD[: 2 << 20]
    with chip(content=content) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, "2048 KB", "4096 KB", "Nothing was written")
    assert bytes(loader.nor.data) == content


@pytest.mark.slow
def test_a_backup_goes_out_and_in(twig, loader, tmp_path):
    done = twig("backup-flash", "--port", loader.port, "-o", "old.bin")
    assert done.code == 0, done
    assert (tmp_path / "old.bin").read_bytes() == OLD
    loader.nor.erase(0, len(OLD))
    loader.verified = False
    done = twig("restore-flash", "old.bin", "--port", loader.port, "--yes")
    assert done.code == 0, done
    assert bytes(loader.nor.data) == OLD


def test_a_chip_that_esptool_does_not_know_has_no_backup(twig, tmp_path):
    with chip(registers.ESP32._replace(magic=0x0BADC0DE)) as loader:
        refused(twig("backup-flash", "--port", loader.port, "-o", "old.bin"), "none that esptool knows")
    assert not (tmp_path / "old.bin").exists()


def test_a_dry_run_is_what_esptool_would_merge(twig, micropython, tmp_path):
    done = twig(*FLASH, "--dry-run", "--image", micropython, "-o", "all.bin")
    assert done.code == 0, done
    assert "4 MB; nothing was flashed" in done.out
    littlefs, merged = tmp_path / "twig.littlefs", tmp_path / "merged.bin"
    littlefs.write_bytes(image.build(MODEL).image())
    command = [sys.executable, "-m", "esptool", "--chip", "esp32", "merge-bin", "-o", str(merged)]
    places = ["0x1000", str(micropython), "0x200000", str(littlefs)]
    subprocess.run([*command, "--pad-to-size", "4MB", *places], check=True, capture_output=True)
    assert (tmp_path / "all.bin").read_bytes() == merged.read_bytes()


@pytest.mark.slow
def test_a_dry_run_with_settings_and_a_key_boots_and_joins(twig, micropython, tmp_path):
    (tmp_path / "0.pub").write_bytes(keys.public(0))
    data, hub_port = tmp_path / "plug", rig.free_port()
    data.mkdir()
    with rig.HubProcess(tmp_path / "hub", hub_port) as hub:
        settings = {
            "name": "Preset",
            "wifi": [{"ssid": setups.HOME.ssid, "password": setups.HOME.password}],
            "insecure": True,
            "discovery_port": hub.ports["discovery"],
        }
        (tmp_path / "preset.json").write_text(json.dumps(settings))
        options = ("--image", micropython, "--config", "preset.json", "--trust", "0.pub")
        done = twig(*FLASH, "--dry-run", *options, "-o", data / "flash.bin")
        assert (done.code, done.err) == (0, ""), done
        assert trust.fingerprint(keys.MODULI[0]) in done.out
        stored = flash.read_files(data / "flash.bin")
        assert json.loads(stored["config.json"]) == settings
        assert trust.parse(stored["trust"]).moduli == (keys.MODULI[0],)
        with rig.plug(data, hub.ports["discovery"], model=MODEL, air=setups.AIR) as plug:
            assert hub.joined("Preset")["model"] == MODEL
            rig.untroubled(plug)
