"""What an ESP32 does otherwise, as upstream's ports/esp32 has it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests_host.twin.chip import Chip
from twig.hardware.chips import ESP32, ESP32_4MB
from twig.twin.runtime import runtime
from twig.twin.state import EXIT_RESET, EXIT_WDT, Network

CAUSES = {"PWRON": 1, "HARD": 2, "WDT": 3, "DEEPSLEEP": 4, "SOFT": 5}
STATUSES = {
    "IDLE": 1000,
    "CONNECTING": 1001,
    "GOT_IP": 1010,
    "NO_AP_FOUND": 201,
    "WRONG_PASSWORD": 202,
    "CONNECT_FAIL": 203,
}
JOIN = """
import network, time
station = network.WLAN(network.STA_IF)
print(station.active(), network.WLAN(network.AP_IF).active(), repr(station.config("ssid")), station.status())
station.active(True)
station.connect("home", "secret12")
while not station.isconnected():
    time.sleep_ms(20)
print(station.status(), station.status("rssi"))
station.disconnect()
try:
    station.status("rssi")
except OSError as error:
    print("no rssi", station.status())
"""


def test_identity(esp32: Chip) -> None:
    esp32.state.chip_id = 0x123456
    printed = esp32.run(
        "import sys, machine, network, os\n"
        "mac = network.WLAN(network.STA_IF).config('mac')\n"
        "print(sys.platform, machine.unique_id().hex(), mac == machine.unique_id(), os.statvfs('/')[2])\n"
    )
    assert printed == "esp32 240ac4123456 True 512\n"


def test_numbers(esp32: Chip) -> None:
    printed = esp32.run(
        "import machine, network, socket\n"
        f"print({{name: getattr(machine, name + '_RESET') for name in {list(CAUSES)}}} == {CAUSES})\n"
        f"print({{name: getattr(network, 'STAT_' + name) for name in {list(STATUSES)}}} == {STATUSES})\n"
        "print(socket.IP_ADD_MEMBERSHIP, hasattr(socket, 'IP_DROP_MEMBERSHIP'))\n"
    )
    assert printed == "True\nTrue\n3 False\n"


def test_the_heap_is_larger(esp32: Chip) -> None:
    esp32.run("import gc\ngc.collect()\n")
    assert esp32.state.heap.total > 100_000
    assert esp32.state.heap.booted > 100_000


def test_pins_timers_and_interrupts(esp32: Chip) -> None:
    printed = esp32.run(
        "from machine import Pin, Timer\n"
        "print(Pin(33, Pin.OUT, value=1).value())\n"
        "for wrong in (lambda: Pin(20), lambda: Pin(6), lambda: Timer(-1), lambda: Timer(4),\n"
        "              lambda: Pin(0, Pin.IN).irq(print, hard=True)):\n"
        "    try:\n        wrong()\n    except Exception as error:\n        print(type(error).__name__)\n"
        "Timer(0).deinit()\n"
    )
    assert printed.split() == ["1", *["ValueError"] * 4, "TypeError"]


def test_the_watchdog_waits_as_long_as_it_was_told(esp32: Chip) -> None:
    esp32.install(
        "import machine, time\nprint(machine.reset_cause())\n"
        "if machine.reset_cause() == machine.WDT_RESET:\n    machine.reset()\n"
        "dog = machine.WDT(timeout=3000)\ntime.sleep_ms(2500)\ndog.feed()\nprint('fed')\n"
        "time.sleep_ms(6000)\nprint('late')\n"
    )
    esp32.start()
    assert esp32.end() == EXIT_WDT
    esp32.start()
    assert esp32.end() == EXIT_RESET
    assert esp32.output().split() == ["1", "fed", "3"]


def test_rtc_memory_and_an_orderly_reset(esp32: Chip) -> None:
    esp32.install(
        "import machine\nrtc = machine.RTC()\nprint(machine.reset_cause(), rtc.memory())\n"
        "if not rtc.memory():\n    rtc.memory(b'kept')\n    machine.reset()\n"
    )
    for _ in range(2):
        esp32.start()
        esp32.end()
    esp32.off()
    esp32.run()
    assert esp32.output().splitlines() == ["1 b''", "2 b'kept'", "1 b''"]


def test_wifi_is_off_and_forgotten_at_each_boot(esp32: Chip) -> None:
    esp32.state.set_air([Network("home", "secret12", rssi=-61)])
    printed = ["False False '' 1000", "1010 -61", "no rssi 1000"]
    assert esp32.run(JOIN).splitlines() == printed
    assert esp32.run().splitlines() == printed
    assert esp32.state.credential_writes == 0


WRONG = """
import network, time
station = network.WLAN(network.STA_IF)
station.active(True)
print(station.config("reconnects"))
station.config(reconnects=%d)
print(station.config("reconnects"))
station.connect("home", "secret13")
begun = time.ticks_ms()
seen = []
while time.ticks_ms() - begun < 10500:
    if station.status() not in seen[-1:]:
        seen.append(station.status())
    time.sleep_ms(20)
print(seen)
"""


# `reconnects` -> the statuses that are seen.
TOLD = {-1: [1001, 202, 1001], 0: [1001, 15], 1: [1001, 202], 2: [1001, 202, 15]}


def test_a_wrong_password_is_tried_again(tmp_path: Path) -> None:
    """Upstream tells the refusals by 205 and hides those by 15 while it goes on. All at once: they wait."""
    with ThreadPoolExecutor(len(TOLD)) as pool:
        printed = list(pool.map(lambda reconnects: refused(tmp_path, reconnects), TOLD))
    assert printed == [["-1", str(reconnects), str(statuses)] for reconnects, statuses in TOLD.items()]


def refused(folder: Path, reconnects: int) -> list[str]:
    """What a chip of its own prints."""
    chip = Chip(folder / str(reconnects), runtime(ESP32), ESP32_4MB)
    try:
        chip.state.set_air([Network("home", "secret12")])
        return chip.run(WRONG % reconnects).splitlines()
    finally:
        chip.off()
        chip.state.close()


AFTER_A_FAILURE = """
import network, time
station = network.WLAN(network.STA_IF)
station.active(True)
def told(name, seconds):
    station.connect(name, "secret12")
    seen = []
    begun = time.ticks_ms()
    while time.ticks_ms() - begun < 1000 * seconds:
        if station.status() not in seen[-1:]:
            seen.append(station.status())
        time.sleep_ms(20)
    return seen
def dbm():
    try:
        return station.status("rssi")
    except OSError:
        return None
print(told("nowhere", 3), dbm())
station.disconnect()
print(told("silent", 2), dbm())
station.disconnect()
print(told("home", 2), dbm())
station.disconnect()
print(station.status(), told("home", 2))
"""


def test_a_failure_is_told_until_there_is_another_one_or_an_address(esp32: Chip) -> None:
    silent = Network("silent", "secret12", rssi=-70, dhcp=False)
    esp32.state.set_air([Network("home", "secret12", rssi=-61), silent])
    assert esp32.run(AFTER_A_FAILURE).splitlines() == [
        "[1001, 201] None",
        "[201] -70",
        "[1000, 1010] -61",
        "1000 [1000, 1010]",
    ]


def test_partitions(esp32: Chip) -> None:
    printed = esp32.run(
        "from esp32 import Partition\n"
        "print([part.info()[2:5] for part in Partition.find(Partition.TYPE_DATA)])\n"
        "print(Partition(Partition.RUNNING).info()[4], Partition.find(label='none'))\n"
    )
    names = [(0x9000, 0x6000, "nvs"), (0xF000, 0x1000, "phy_init"), (0x200000, 0x200000, "vfs")]
    assert printed.splitlines() == [str(names), "factory []"]


def test_erased_flash_is_formatted_by_inisetup(esp32: Chip) -> None:
    esp32.state.erase_ms = 0
    assert "Performing initial setup" in esp32.run()
    assert "Performing initial setup" not in esp32.run()


def test_main_runs_after_an_error_in_boot(esp32: Chip) -> None:
    assert "main\n" in esp32.run("print('main')", boot="1/0")
