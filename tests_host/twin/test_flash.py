"""The flash is NOR, takes its time, and survives a power cut at every operation."""

import pytest

from tests_host.twin.chip import Chip
from twig.twin.state import EXIT_POWER_CUT, EXIT_REPL, EXIT_RESET

SECTOR = 0xF0
ADDRESS = SECTOR * 4096


def test_geometry_is_that_of_flash_1m(chip: Chip) -> None:
    main = (
        "import esp\nfrom flashbdev import bdev\n"
        "print(esp.flash_size(), hex(esp.flash_user_start()), bdev.start_sec, bdev.blocks)"
    )
    assert chip.run(main).strip() == "1048576 0x98000 153 98"


def test_programs_only_clear_bits(chip: Chip) -> None:
    main = (
        f"import esp\nesp.flash_erase({SECTOR})\nb = bytearray(4)\n"
        f"esp.flash_write({ADDRESS}, b'\\xf0\\x0f\\xaa\\xff')\n"
        f"esp.flash_write({ADDRESS}, b'\\xff\\x08\\x55\\xff')\n"
        f"esp.flash_read({ADDRESS}, b)\nprint(b)\n"
        f"for bad in ((lambda: esp.flash_write({ADDRESS}, b'123')),"
        f" (lambda: esp.flash_write(1 << 20, b'1234')), (lambda: esp.flash_erase(256)),"
        f" (lambda: esp.flash_write({ADDRESS} + 1, b'1234'))):\n"
        "    try:\n        bad()\n    except Exception as e:\n        print(type(e).__name__)"
    )
    assert chip.run(main).split() == [
        r"bytearray(b'\xf0\x08\x00\xff')",
        "ValueError",
        "OSError",
        "OSError",
        "OSError",
    ]


def test_an_erase_takes_50_ms(chip: Chip) -> None:
    main = f"""
import esp, time
t = time.ticks_ms()
for _ in range(4):
    esp.flash_erase({SECTOR})
print(time.ticks_ms() - t)
"""
    assert 200 <= int(chip.run(main)) < 300


def test_an_erase_holds_back_interrupts(chip: Chip) -> None:
    chip.state.refuse_hard = 0
    chip.state.erase_ms = 600
    main = f"""
import esp, machine
relay = machine.Pin(12, machine.Pin.OUT)
button = machine.Pin(0, machine.Pin.IN)
button.irq(lambda pin: relay(1), machine.Pin.IRQ_FALLING, hard=True)
print('erasing')
esp.flash_erase({SECTOR})
"""
    chip.install(main)
    chip.start()
    chip.printed("erasing")
    pressed = chip.press()
    chip.end()
    edge = next(edge for edge in chip.state.edges() if edge.pin == 12)
    assert edge.ns - pressed > 300_000_000


def test_memory_mapped_as_on_the_chip(chip: Chip) -> None:
    main = f"import esp, uctypes\nesp.flash_erase({SECTOR})\nesp.flash_write({ADDRESS}, b'read')\n"
    main += f"print(bytes(uctypes.bytearray_at(0x40200000 + {ADDRESS}, 4)))"
    assert chip.run(main).strip() == "b'read'"


def test_a_cut_program_leaves_a_partial_page(chip: Chip) -> None:
    main = f"import esp\nesp.flash_erase({SECTOR})\nesp.flash_write({ADDRESS}, bytes(600))\n"
    chip.install(main)
    chip.state.cut_at = chip.state.flash_ops + 3  # erase, page, page
    chip.start()
    assert chip.end() == EXIT_POWER_CUT
    data = (chip.folder / "flash.bin").read_bytes()[ADDRESS : ADDRESS + 600]
    assert data == bytes(256 + 128) + b"\xff" * (600 - 384)


def test_a_cut_erase_leaves_a_partly_erased_sector(chip: Chip) -> None:
    main = f"import esp\nesp.flash_write({ADDRESS}, bytes(4096))\nesp.flash_erase({SECTOR})\n"
    chip.install(main)
    chip.state.cut_at = chip.state.flash_ops + 17  # 16 pages, erase
    chip.start()
    assert chip.end() == EXIT_POWER_CUT
    data = (chip.folder / "flash.bin").read_bytes()[ADDRESS : ADDRESS + 4096]
    assert data == b"\xff" * 2048 + bytes(2048)


WRITE = """
import os, machine
try:
    old = open('config').read()
except OSError:
    old = 'none'
print('found', old[:5], len(old))
with open('config.new', 'w') as f:
    f.write('fresh' * 400)
os.rename('config.new', 'config')
machine.reset()
"""


def test_power_cut_at_every_operation_of_an_atomic_write(chip: Chip) -> None:
    chip.state.erase_ms = 0
    chip.install(WRITE, config="first" * 300)
    image = (chip.folder / "flash.bin").read_bytes()
    chip.start()
    assert chip.end() == EXIT_RESET
    operations = chip.state.flash_ops
    assert operations > 5
    for cut in range(1, operations + 1):
        (chip.folder / "flash.bin").write_bytes(image)
        chip.state.cut_at = chip.state.flash_ops + cut
        chip.start()
        assert chip.end() == EXIT_POWER_CUT
        chip.start()
        assert chip.end() == EXIT_RESET, chip.output()
        last = chip.output().splitlines()[-1]
        assert last in ("found first 1500", "found fresh 2000"), f"cut at {cut}: {last}"


@pytest.mark.parametrize("size", [0, 1])
def test_reads_allocate_or_fill(chip: Chip, size: int) -> None:
    call = "esp.flash_read(0, 4)" if size else "b = bytearray(4)\nesp.flash_read(0, b)\nprint(b)"
    chip.run(f"import esp\n{call}")
    assert chip.process and chip.process.returncode == EXIT_REPL
