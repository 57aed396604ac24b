"""The station and the access point behave as the SDK makes them."""

from tests_host.twin.chip import Chip
from twig.twin.state import EXIT_REPL, Network

HOME = Network("home", "secret12", rssi=-61, channel=11)

JOIN = """
import network, time
w = network.WLAN(network.WLAN.IF_STA)
w.active(True)
w.connect('%s', '%s')
t = time.ticks_ms()
seen = []
while time.ticks_ms() - t < %d:
    if w.status() not in seen[-1:]:
        seen.append(w.status())
        print(w.status(), (time.ticks_ms() - t) // 100)
    time.sleep_ms(10)
"""
IDLE, CONNECTING, WRONG_PASSWORD, NO_AP_FOUND, GOT_IP = 0, 1, 2, 3, 5


def join(chip: Chip, ssid: str, password: str, milliseconds: int) -> list[list[int]]:
    """(status, tenths of a second) in order."""
    return [
        [int(each) for each in line.split()]
        for line in chip.run(JOIN % (ssid, password, milliseconds)).splitlines()
    ]


def test_joins_in_a_third_of_a_second(chip: Chip) -> None:
    chip.state.set_air([HOME])
    chip.state.set_interface("127.0.3.1")
    (first, _), (second, tenths) = join(chip, "home", "secret12", 600)
    assert (first, second) == (CONNECTING, GOT_IP)
    assert 3 <= tenths <= 4
    assert chip.state.station_ssid == "home"


def test_wrong_password_takes_three_seconds(chip: Chip) -> None:
    chip.state.set_air([HOME])
    (_, _), (second, tenths) = join(chip, "home", "secret13", 3200)
    assert second == WRONG_PASSWORD
    assert 30 <= tenths <= 31


def test_missing_network_takes_two_and_a_half_seconds(chip: Chip) -> None:
    chip.state.set_air([HOME, Network("away", up=False)])
    (_, _), (second, tenths) = join(chip, "away", "", 2700)
    assert second == NO_AP_FOUND
    assert 25 <= tenths <= 26


def test_loss_and_return_of_the_network(chip: Chip) -> None:
    chip.state.set_air([HOME])
    chip.install(JOIN % ("home", "secret12", 8000))
    chip.start()
    chip.printed("5 ")
    chip.state.set_air([Network("home", "secret12", up=False)])
    chip.until(lambda: chip.output().count("\n") == 3)
    chip.state.set_air([HOME])
    chip.until(lambda: chip.output().count("5 ") == 2)
    assert [line.split()[0] for line in chip.output().splitlines()] == ["1", "5", "1", "5"]


def test_the_sdk_reconnects_before_python_and_writes_only_changes(chip: Chip) -> None:
    chip.state.erase_ms = 0
    chip.state.set_air([HOME])
    join(chip, "home", "secret12", 100)
    writes = chip.state.credential_writes
    assert writes == 2  # station on, credentials
    printed = chip.run(
        "import network, time\ntime.sleep(.5)\nprint(network.WLAN(0).isconnected())"
    )  # formatted anew
    assert printed == "False\n"
    chip.install(JOIN % ("home", "secret12", 500))
    chip.start()
    chip.end()
    writes = chip.state.credential_writes
    chip.start()
    chip.end()
    assert chip.state.credential_writes == writes
    assert chip.output().splitlines()[-1].startswith("5 ")


def test_access_point_is_on_until_switched_off_for_good(chip: Chip) -> None:
    chip.state.erase_ms = 0
    chip.install(
        "import network\na = network.WLAN(network.AP_IF)\n"
        "print(a.active(), a.ifconfig()[0], a.config('ssid'), a.config('security'))\n"
        "a.active(False)"
    )
    chip.start()
    chip.end()
    assert chip.output() == "True 192.168.4.1 ESP_ABCDEF 0\n"
    chip.start()
    chip.end()
    assert chip.output().splitlines()[-1].split()[:2] == ["False", "0.0.0.0"]


def test_scan_takes_two_seconds_and_needs_the_station(chip: Chip) -> None:
    chip.state.set_air([HOME, Network("open", rssi=-80, channel=1), Network("off", up=False)])
    main = (
        "import network, time\nw = network.WLAN(0)\ntry:\n    w.scan()\n"
        "except OSError as e:\n    print(e)\nw.active(True)\n"
        "t = time.ticks_ms()\nfound = w.scan()\n"
        "print((time.ticks_ms() - t) // 100)\nfor f in found: print(f[0], f[2:])"
    )
    assert chip.run(main).splitlines() == [
        "STA must be active",
        "20",
        "b'home' (11, -61, 3, 0)",
        "b'open' (1, -80, 0, 0)",
    ]


def test_configuration_and_constants(chip: Chip) -> None:
    main = """
import network
a = network.WLAN(network.AP_IF)
a.config(ssid='plug', key='password1', security=network.AUTH_WPA_WPA2_PSK, channel=3)
print(a.config('ssid'), a.config('channel'), a.config('security'), a.status('stations'))
w = network.WLAN(network.STA_IF)
w.config(pm=w.PM_NONE)
print(w.config('pm'), w.config('hostname'), network.hostname(), network.phy_mode(), w.SEC_WPA2)
network.hostname('kitchen')
print(network.hostname(), network.STAT_GOT_IP, network.STAT_WRONG_PASSWORD)
print(w.ipconfig('addr4'), w.ifconfig()[0])
unknown, wrong = (lambda: w.config('nonsense')), (lambda: w.config(essid='x'))
for bad in (unknown, wrong, lambda: a.connect('x'), lambda: w.connect('x')):
    try:
        bad()
    except (ValueError, OSError) as e:
        print(type(e).__name__, e)
"""
    printed = chip.run(main).splitlines()
    assert printed == [
        "plug 3 4 []",
        "0 mpy-esp8266 mpy-esp8266 3 3",
        "kitchen 5 2",
        "('0.0.0.0', '0.0.0.0') 0.0.0.0",
        "ValueError unknown config param",
        "OSError AP required",
        "OSError STA required",
        "OSError Cannot connect to AP",
    ]
    assert chip.state.access_point == ("plug", "password1", False)  # its program has ended


def test_a_cut_while_credentials_are_written_costs_the_new_ones_only(chip: Chip) -> None:
    chip.state.erase_ms = 0
    chip.state.set_air([HOME, Network("other", "secret12")])
    join(chip, "home", "secret12", 400)
    flash = (chip.folder / "flash.bin").read_bytes()
    chip.install(JOIN % ("other", "secret12", 400))
    fresh = bytearray((chip.folder / "flash.bin").read_bytes())
    fresh[0xFB000:] = flash[0xFB000:]
    for cut in (1, 2):
        (chip.folder / "flash.bin").write_bytes(fresh)
        chip.state.cut_at = chip.state.flash_ops + cut
        chip.start()
        chip.end()
        assert chip.state.boots % 2 == 0
        chip.state.cut_at = chip.state.flash_ops + 1
        chip.start()
        chip.end()
        assert chip.state.station_ssid == "home"


def test_the_chip_ends_at_the_repl(chip: Chip) -> None:
    chip.run("")
    assert chip.process
    assert chip.process.returncode == EXIT_REPL


STATIC = "w.ifconfig(('192.168.7.9', '255.255.255.0', '192.168.7.1', '192.168.7.2'))\n"
STATION = """
import network, time
w = network.WLAN(0)
w.active(True)
def joined(ms=3000):
    t = time.ticks_ms()
    while not w.isconnected() and time.ticks_ms() - t < ms:
        time.sleep_ms(5)
    return time.ticks_ms() - t
"""


def test_without_dhcp_it_stays_connecting(chip: Chip) -> None:
    chip.state.set_air([Network("home", "secret12", dhcp=False)])
    assert [status for status, _ in join(chip, "home", "secret12", 4000)] == [CONNECTING]
    assert chip.state.connects == 0


def test_a_fixed_address_needs_no_dhcp_and_comes_sooner(chip: Chip) -> None:
    chip.state.set_air([Network("home", "secret12", dhcp=False)])
    printed = chip.run(
        STATION + STATIC + "w.connect('home', 'secret12')\nprint(200 <= joined() < 300, w.ifconfig())\n"
    )
    assert printed == "True ('192.168.7.9', '255.255.255.0', '192.168.7.1', '192.168.7.2')\n"


def test_a_fixed_address_ends_the_wait_for_dhcp_and_the_other_way_round(chip: Chip) -> None:
    chip.state.set_interface("127.0.3.1")
    chip.state.set_air([Network("home", "secret12"), Network("mute", "secret12", dhcp=False)])
    main = (
        "w.connect('mute', 'secret12')\nprint(joined(600) >= 600, w.status())\n"
        + STATIC
        + "print(joined() < 100, w.ifconfig()[0])\nw.disconnect()\nw.ifconfig('dhcp')\n"
        "w.connect('home', 'secret12')\nprint(joined() >= 300, w.ifconfig()[0], w.ifconfig()[3])\n"
    )
    chip.state.set_dns("127.0.3.53", 53)
    assert chip.run(STATION + main).splitlines() == [
        "True 1",
        "True 192.168.7.9",
        "True 127.0.3.1 127.0.3.53",  # the lease's name server, not the one set by hand
    ]


NEAR, FAR = bytes((2, 1, 1, 1, 1, 1)), bytes((2, 2, 2, 2, 2, 2))


def test_the_strongest_is_joined_and_kept_while_it_is_up(chip: Chip) -> None:
    def air(near: int, far: int, up: bool = True) -> None:
        chip.state.set_air(
            [
                Network("home", "secret12", far, 6, up, bssid=FAR),
                Network("home", "secret12", near, 6, bssid=NEAR),
            ]
        )

    air(-70, -60)
    chip.install(
        STATION + "w.connect('home', 'secret12')\njoined()\nwhile True:\n    print(w.status('rssi'))\n"
        "    time.sleep_ms(50)\n"
    )
    chip.start()
    chip.printed("-60\n")
    air(-50, -65)
    chip.printed("-65\n")
    chip.until(lambda: chip.output().count("-65") > 5)
    assert chip.state.connects == 1
    air(-50, -65, up=False)
    chip.printed("-50\n")
    assert chip.state.connects == 2
    air(-50, -40)
    before = chip.output().count("-50")
    chip.until(lambda: chip.output().count("-50") > before + 5)
    assert chip.state.connects == 2
    assert "-40" not in chip.output()


def test_a_bssid_is_joined_exactly(chip: Chip) -> None:
    chip.state.set_air(
        [Network("home", "secret12", -50, bssid=NEAR), Network("home", "secret12", -80, bssid=FAR)]
    )
    main = f"""
w.connect('home', 'secret12', bssid={FAR!r})
joined()
print(w.status('rssi'))
w.connect('home', 'secret12', bssid=bytes(6))
print(joined(3000) >= 3000, w.status())
w.connect('home', 'secret12')
joined()
print(w.status('rssi'))
try:
    w.connect('home', 'secret12', bssid=b'short')
except ValueError:
    print('six bytes')
"""
    assert chip.run(STATION + main).splitlines() == ["-80", "True 3", "-50", "six bytes"]


def test_scans_are_counted(chip: Chip) -> None:
    chip.state.set_air([HOME])
    chip.run(STATION + "w.scan()\nw.scan()")
    assert chip.state.scans == 2
