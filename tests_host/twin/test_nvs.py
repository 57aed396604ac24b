"""esp32.NVS: what ESP-IDF promises of its key-value store, on the virtual flash."""

import pytest

from tests_host.twin.chip import Chip
from twig.twin.state import EXIT_POWER_CUT

OPEN = "from esp32 import NVS\nstore = NVS('twig')\n"
READ = """
def number(key, space='twig'):
    try:
        return NVS(space).get_i32(key)
    except OSError as error:
        return error.errno
def blob(key, size=64):
    buffer = bytearray(size)
    try:
        return bytes(buffer[:store.get_blob(key, buffer)])
    except OSError as error:
        return error.errno
"""
# More than both halves hold: each is renewed.
AFTER = "for n in range(9):\n    store.set_blob('b', bytes((n,)) * 4000)\nstore.set_i32('n', 699)\n"
NOT_FOUND, NO_SPACE, BAD_NAME, KEY_TOO_LONG, BAD_LENGTH = -4354, -4357, -4358, -4361, -4364


def run(chip: Chip, script: str) -> str:
    """What a script prints, on the flash as NVS has left it."""
    flash = chip.folder / "flash.bin"
    kept = flash.read_bytes()[: chip.layout.start] if flash.exists() else b""
    chip.state.erase_ms = 0
    chip.install(OPEN + READ + script)
    data = flash.read_bytes()
    flash.write_bytes(kept + data[len(kept) :])
    return chip.run()


def test_numbers_and_blobs(esp32: Chip) -> None:
    printed = run(
        esp32,
        "store.set_i32('n', -5); store.set_blob('b', b'abc'); store.set_i32('n', 7); store.commit()\n"
        "NVS('other').set_i32('n', 9)\n"
        "print(number('n'), number('n', 'other'), blob('b'), blob('b', 2), number('b'), number('none'))\n"
        "store.erase_key('n'); print(number('n'), number('n', 'other'))\n",
    )
    assert printed.splitlines() == [
        f"7 9 b'abc' {BAD_LENGTH} {NOT_FOUND} {NOT_FOUND}",
        f"{NOT_FOUND} 9",
    ]


def test_stays_over_a_boot(esp32: Chip) -> None:
    run(esp32, "store.set_i32('n', 1); store.set_blob('b', bytes(range(50))); store.commit()\n")
    printed = run(esp32, "print(number('n'), blob('b') == bytes(range(50)))\n")
    assert printed == "1 True\n"


def test_names_are_at_most_15_characters(esp32: Chip) -> None:
    printed = run(
        esp32,
        "store.set_i32('k' * 15, 1)\n"
        "print(number('k' * 15), number('k' * 16), number('n', 's' * 16), number('n', ''))\n",
    )
    assert printed == f"1 {KEY_TOO_LONG} {BAD_NAME} {BAD_NAME}\n"


def test_writing_what_is_there_wears_nothing_out(esp32: Chip) -> None:
    run(esp32, "store.set_i32('n', 1); store.set_blob('b', b'abc')\n")
    before = esp32.state.flash_ops
    run(esp32, "store.set_i32('n', 1); store.set_blob('b', b'abc')\n")
    assert esp32.state.flash_ops == before


def test_far_more_writes_than_room(esp32: Chip) -> None:
    printed = run(
        esp32,
        "store.set_blob('kept', b'kept')\n"
        "for n in range(2000):\n    store.set_i32('n', n)\n"
        "print(number('n'), blob('kept'))\n",
    )
    assert printed == "1999 b'kept'\n"


def test_full(esp32: Chip) -> None:
    printed = run(
        esp32,
        "for n in range(20):\n"
        "    try:\n        store.set_blob('b%d' % n, bytes(1000))\n"
        "    except OSError as error:\n        print(n, error.errno)\n        break\n"
        "store.erase_key('b3'); store.set_i32('n', 4)\n"
        "print(number('n'), blob('b3', 1000), len(blob('b2', 1000)))\n",
    )
    assert printed.splitlines() == [f"11 {NO_SPACE}", f"4 {NOT_FOUND} 1000"]


def test_a_full_store_can_be_emptied(esp32: Chip) -> None:
    """An erasure needs no room, nor does another value of what is there; a failure changes nothing."""
    printed = run(
        esp32,
        "n = 0\ntry:\n    while True:\n        store.set_i32('k%d' % n, n)\n        n += 1\n"
        "except OSError as error:\n    print(n > 200, error.errno)\n"
        "store.set_i32('k1', -1)\nstore.erase_key('k0')\nstore.set_i32('new', 5)\n"
        "print(number('k0'), number('k1'), number('new'), number('k%d' % (n - 1)) == n - 1)\n",
    )
    assert printed.splitlines() == [f"True {NO_SPACE}", f"{NOT_FOUND} -1 5 True"]


def test_power_cut_at_every_operation(esp32: Chip) -> None:
    """A cut leaves the old or the new value, and whatever else was stored."""
    fill = "store.set_i32('other', 3)\nfor n in range(240):\n    store.set_i32('n', n)\n"
    change = "for n in range(240, 300):\n    store.set_i32('n', n)\n    print(n)\n"
    read = "print(number('n'), number('other'))\n"
    run(esp32, fill)
    filled = (esp32.folder / "flash.bin").read_bytes()
    before = esp32.state.flash_ops
    run(esp32, change)
    operations = esp32.state.flash_ops - before
    assert operations > 60, "the half was renewed on the way"
    for cut in range(1, operations + 1):
        (esp32.folder / "flash.bin").write_bytes(filled)
        esp32.state.cut_at = esp32.state.flash_ops + cut
        told = run(esp32, change).splitlines()
        assert esp32.process
        assert esp32.process.returncode == EXIT_POWER_CUT
        number, other = (int(each) for each in run(esp32, read).split())
        last = int(told[-1]) if told else 239
        assert number in (last, last + 1), f"cut at {cut}"
        assert other == 3
        later = run(esp32, f"{AFTER}{read}print(blob('b', 4000)[0])\n")
        assert later == "699 3\n8\n", f"written after a cut at {cut}"


def test_an_esp8266_has_none(chip: Chip) -> None:
    assert "no module named 'esp32'" in chip.run("import esp32\n")


@pytest.mark.parametrize("garbage", [b"\0" * 64, b"NVS" * 64, b"\x4e\x56\x53\x56" * 64])
def test_garbage_in_the_partition_counts_as_empty(esp32: Chip, garbage: bytes) -> None:
    run(esp32, "")
    flash = bytearray((esp32.folder / "flash.bin").read_bytes())
    flash[0x9000 : 0x9000 + len(garbage)] = garbage
    (esp32.folder / "flash.bin").write_bytes(flash)
    assert run(esp32, "print(number('n')); store.set_i32('n', 1); print(number('n'))\n") == (
        f"{NOT_FOUND}\n1\n"
    )
