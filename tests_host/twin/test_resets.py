"""Resets, their causes, what survives them, and the watchdog."""

import time

from tests_host.twin.chip import Chip
from twig.twin.state import (
    EXIT_REPL,
    EXIT_RESET,
    EXIT_WDT,
    INPUT_FLOATING,
    INPUT_LOW,
    MODE_ROM_LOADER,
)

CAUSE = "import machine\nr = machine.RTC()\nprint(machine.reset_cause(), r.memory())\n"


def test_cause_and_rtc_memory_survive_a_reset_but_no_power_cut(chip: Chip) -> None:
    chip.install(CAUSE + "r.memory(b'kept')\nmachine.reset()")
    for _ in range(2):
        chip.start()
        assert chip.end() == EXIT_RESET
    chip.state.power_off()
    chip.start()
    chip.end()
    assert chip.output().splitlines() == ["0 b''", "4 b'kept'", "0 b''"]
    assert chip.state.boots == 3


def test_rtc_memory_has_492_bytes(chip: Chip) -> None:
    main = (
        "import machine\nr = machine.RTC()\nr.memory(bytes(492))\nprint(len(r.memory()))\n"
        "try:\n    r.memory(bytes(493))\nexcept ValueError:\n    print('too long')"
    )
    assert chip.run(main).splitlines() == ["492", "too long"]


def test_clock_starts_in_2000_and_can_be_set(chip: Chip) -> None:
    main = (
        "import machine, time\nprint(time.time() < 10, time.gmtime(0)[0])\n"
        "machine.RTC().datetime((2026, 3, 4, 0, 5, 6, 7, 0))\nprint(time.localtime()[:6])"
    )
    assert chip.run(main).splitlines() == ["True 2000", "(2026, 3, 4, 5, 6, 7)"]


def test_watchdog_bites_after_two_seconds(chip: Chip) -> None:
    chip.install(
        CAUSE + "machine.Pin(12, machine.Pin.OUT)(1)\nmachine.WDT()\nprint('armed')\nwhile True: pass"
    )
    chip.start()
    chip.printed("armed")
    started = time.monotonic()
    assert chip.end() == EXIT_WDT
    assert 1.5 < time.monotonic() - started < 4
    assert chip.state.wdt_bites == 1
    chip.start()
    chip.printed("1 b''")
    assert chip.state.pin(12).mode == 1


def test_a_fed_watchdog_is_quiet_and_an_unarmed_one_too(chip: Chip) -> None:
    main = (
        "import machine, time\nt = time.ticks_ms()\n"
        "while time.ticks_ms() - t < 2300: pass\nw = machine.WDT()\n"
        "for _ in range(6):\n    time.sleep_ms(400)\n    w.feed()\nprint('alive')"
    )
    assert "alive" in chip.run(main)
    assert chip.process and chip.process.returncode == EXIT_REPL


def test_watchdog_refuses_a_time_of_its_own(chip: Chip) -> None:
    assert "ValueError" in chip.run("import machine\nmachine.WDT(timeout=3000)")


def test_button_held_at_a_reset_is_the_rom_loader(chip: Chip) -> None:
    chip.install("print('booted')")
    chip.state.set_input(0, INPUT_LOW)
    chip.start()
    chip.until(lambda: chip.state.mode == MODE_ROM_LOADER)
    chip.state.set_input(0, INPUT_FLOATING)
    time.sleep(0.2)
    assert chip.output() == ""
    chip.off()
    assert "booted" in chip.run()


def test_identity(chip: Chip) -> None:
    chip.state.chip_id = 0x00123456
    main = (
        "import machine, network\nprint(machine.unique_id(), network.WLAN(0).config('mac'), machine.freq())"
    )
    assert chip.run(main).strip() == r"b'V4\x12\x00' b'\\\xcf\x7f\x124V' 80000000"
