"""`twig flash` and its like as a user runs them: the real esptool, and a stand-in for the chip's loader."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.board import registers
from tests_host.board.command import Run, obedient, refused, within
from tests_host.board.images import application
from tests_host.board.nor import Nor
from tests_host.board.registers import Registers
from tests_host.board.rom_loader import RomLoader
from tests_host.system import flashed
from twig.board import layout
from twig.board.target import ESP8266
from twig.release import flash, image

pytestmark = pytest.mark.timeout(180)
OLD = bytes(range(256)) * 4096  # what a plug comes with
FLASH = ("flash", "--model", "s26")


@pytest.fixture
def twig(tmp_path: Path) -> Run:
    """Runs `twig ARGS` in an empty folder."""
    return within(tmp_path)


@pytest.fixture
def loader() -> Iterator[RomLoader]:
    """A new plug in its loader."""
    with RomLoader(Nor(content=OLD)) as made:
        yield made


@pytest.fixture
def micropython(tmp_path: Path) -> Path:
    """An image in MicroPython's place."""
    path = tmp_path / "micropython.bin"
    path.write_bytes(application())
    return path


def expected(micropython: Path, **files: bytes) -> bytes:
    """What a whole flash has to hold."""
    return layout.merged(ESP8266, micropython.read_bytes(), image.build("s26").image(files))


@pytest.mark.slow
def test_a_plug_is_backed_up_flashed_set_up_and_switched(twig, loader, micropython, tmp_path):
    done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    assert (done.code, done.err) == (0, ""), done
    backups = list(tmp_path.glob("backup-18fe34ab1234-*.bin"))
    assert [(each.read_bytes(), each.stat().st_mode & 0o077) for each in backups] == [(OLD, 0)]
    assert bytes(loader.nor.data) == expected(micropython)
    for words in ("Pull the plug out of the wall", "not isolated", "TXD", "Twig-AB1234", "http://4.3.2.1/"):
        assert words in done.out
    assert "The chip boots from its flash." in done.out
    flashed.from_its_page_to_the_hub(tmp_path, bytes(loader.nor.data))


def test_settings_go_with_it(twig, loader, micropython, tmp_path):
    config = tmp_path / "preset.json"
    config.write_text(json.dumps({"name": "Küche", "wifi": [{"ssid": "home", "password": "secret12"}]}))
    done = twig(
        *FLASH, "--port", loader.port, "--image", micropython, "--config", config, "--yes", "--no-backup"
    )
    assert (done.code, done.err) == (0, ""), done
    stored = tmp_path / "flash.bin"
    stored.write_bytes(loader.nor.data)
    assert json.loads(flash.read_files(stored)["config.json"]) == json.loads(config.read_text())
    assert "It joins the Wi-Fi of its settings" in done.out
    assert not list(tmp_path.glob("backup-*"))


@pytest.mark.slow
@pytest.mark.parametrize("block", [0, 6, 12, 14])
def test_a_pulled_cable_is_told_and_a_second_run_mends_it(twig, loader, micropython, tmp_path, block):
    if block:
        flashed.impatient(tmp_path)
    args = (*FLASH, "--image", micropython)
    flashed.mended_by_a_second_run(twig, loader, args, block, expected(micropython))


def test_a_cable_pulled_while_the_backup_is_read(twig, loader, micropython, tmp_path):
    loader.cut_reading_at = 40
    done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, "broke off")
    assert bytes(loader.nor.data) == OLD
    assert not list(tmp_path.glob("backup-*"))


def test_another_chip_is_refused(twig, micropython):
    nor = Nor(content=OLD)
    with RomLoader(nor, Registers(nor, registers.ESP32)) as loader:
        refused(twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes"), "ESP32", "label")
    assert bytes(nor.data) == OLD


def test_a_chip_that_esptool_does_not_know_is_refused(twig, micropython):
    nor = Nor(content=OLD)
    with RomLoader(nor, Registers(nor, registers.ESP8266._replace(magic=0x0BADC0DE))) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, "not an ESP8266", "Nothing was written")
    assert bytes(nor.data) == OLD


def test_a_small_flash_is_refused(twig, micropython):
    nor = Nor(size=512 << 10)
    with RomLoader(nor) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, "512 KB", "1024 KB", "Nothing was written")
    assert bytes(nor.data) == b"\xff" * (512 << 10)


def test_a_flash_by_puya_is_warned_of_and_written(twig, micropython):
    nor = Nor(vendor=0x85)
    with RomLoader(nor) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes", "--no-backup")
    assert done.code == 0
    assert "Warning: The flash is made by PUYA" in done.err
    assert bytes(nor.data) == expected(micropython)


def test_a_chip_that_runs_its_program(twig, micropython):
    with RomLoader(Nor(), silent=True) as loader:
        done = twig(*FLASH, "--port", loader.port, "--image", micropython, "--yes")
    refused(done, "Nothing answers", "hold the button", "TX and RX")


def test_a_busy_port(twig, micropython):
    ours, theirs = os.openpty()
    try:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        done = twig(*FLASH, "--port", os.ttyname(theirs), "--image", micropython, "--yes")
    finally:
        os.close(ours)
        os.close(theirs)
    refused(done, "in use by another program")


def test_a_port_of_somebody_else(tmp_path):
    ours, theirs = os.openpty()
    try:
        os.fchmod(theirs, 0)
        done = obedient(tmp_path)("backup-flash", "--port", os.ttyname(theirs))
    finally:
        os.close(ours)
        os.close(theirs)
    refused(done, "No permission for", "usermod -aG dialout")


def test_no_such_port(twig, micropython):
    done = twig(*FLASH, "--port", "/dev/ttyNone", "--image", micropython, "--yes")
    refused(done, "/dev/ttyNone cannot be opened")


def test_a_backup_goes_out_and_in(twig, loader, tmp_path):
    done = twig("backup-flash", "--port", loader.port, "-o", "old.bin")
    assert done.code == 0, done
    assert (tmp_path / "old.bin").read_bytes() == OLD
    refused(twig("backup-flash", "--port", loader.port, "-o", "old.bin"), "old.bin exists already")
    loader.nor.erase(0, len(OLD))
    loader.verified = False
    done = twig("restore-flash", "old.bin", "--port", loader.port, "--yes")
    assert done.code == 0, done
    assert bytes(loader.nor.data) == OLD


def test_a_backup_of_another_flash_is_refused(twig, loader, tmp_path):
    (tmp_path / "half.bin").write_bytes(OLD[: 512 << 10])
    done = twig("restore-flash", "half.bin", "--port", loader.port, "--yes")
    refused(done, "half.bin", "backup of another")
    assert bytes(loader.nor.data) == OLD


def test_a_dry_run_is_what_esptool_would_merge(twig, micropython, tmp_path):
    done = twig(*FLASH, "--dry-run", "--image", micropython, "-o", "all.bin")
    assert done.code == 0, done
    littlefs, merged = tmp_path / "twig.littlefs", tmp_path / "merged.bin"
    littlefs.write_bytes(image.build("s26").image())
    command = [sys.executable, "-m", "esptool", "--chip", "esp8266", "merge-bin", "-o", str(merged)]
    settings = ["--flash-mode", "dout", "--flash-size", "1MB", "--pad-to-size", "1MB"]
    places = ["0x0", str(micropython), "0x99000", str(littlefs)]
    subprocess.run([*command, *settings, *places], check=True, capture_output=True)
    assert (tmp_path / "all.bin").read_bytes() == merged.read_bytes()


def test_a_dry_run_without_micropython_says_so(twig, tmp_path):
    done = twig(*FLASH, "--dry-run")
    assert done.code == 0, done
    assert "no MicroPython in it" in done.out
    content = (tmp_path / "twig-flash.bin").read_bytes()
    assert content == image.build("s26").full()


def test_nobody_to_ask(twig, loader, micropython):
    refused(twig(*FLASH, "--port", loader.port, "--image", micropython), "docs/flashing.md", "--yes")
    assert bytes(loader.nor.data) == OLD
