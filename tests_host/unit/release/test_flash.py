"""The littlefs image and changes to it while the plug is off."""

from pathlib import Path

import pytest
from littlefs import LittleFS

from twig.release import flash
from twig.release.errors import ReleaseError

FILES = {"boot.py": b"x = 1\n", "slot_a": bytes(range(256)) * 64, "empty": b""}


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    path = tmp_path / "flash.bin"
    path.write_bytes(flash.full(FILES))
    return path


def test_full_flash(chip):
    content = chip.read_bytes()
    assert len(content) == 1 << 20
    assert content[: flash.START] == b"\xff" * flash.START
    assert content[flash.END :] == b"\xff" * (flash.FLASH_SIZE - flash.END)
    assert content[flash.START : flash.END] == flash.make(FILES)
    assert flash.read_files(chip) == FILES


def test_same_files_same_bytes():
    assert flash.make(FILES) == flash.make(dict(FILES))


def test_disk_version_is_that_of_micropython(chip):
    """littlefs 2.1 on disk could not be mounted by the 2.0 of older builds."""
    system = LittleFS(block_size=flash.BLOCK, block_count=flash.BLOCKS, mount=False)
    system.context.buffer[:] = chip.read_bytes()[flash.START : flash.END]
    system.mount()
    assert system.fs_stat().disk_version == 0x00020000


def test_blocks():
    assert flash.used_blocks(flash.make({})) == 2
    assert flash.used_blocks(flash.make({"small": b"x" * 100})) == 2
    assert (
        flash.used_blocks(flash.make({"slot_a": b"x" * 4096 * 5})) == 2 + 6
    )  # a list of blocks needs pointers


def test_change_and_remove(chip):
    flash.write_file(chip, "config.json", b"{}")
    flash.write_file(chip, "slot_a", b"new")
    flash.write_file(chip, "empty", None)
    assert flash.read_files(chip) == {"boot.py": FILES["boot.py"], "slot_a": b"new", "config.json": b"{}"}
    assert not list(chip.parent.glob("*.new"))


def test_too_much():
    with pytest.raises(ReleaseError, match="cannot put b into the file system"):
        flash.make({"a": b"x" * 200_000, "b": b"x" * 250_000})


def test_no_file_system(chip):
    chip.write_bytes(b"\xff" * flash.FLASH_SIZE)
    with pytest.raises(ReleaseError, match="no file system"):
        flash.read_files(chip)
