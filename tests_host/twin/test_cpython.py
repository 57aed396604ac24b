"""The chip's modules for CPython, one by one and in a process of their own."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from twig.twin.cpython import clock
from twig.twin.state import CAUSE_SOFT, EXIT_REPL, EXIT_RESET, EXIT_WDT, INPUT_LOW, Network, State

pytestmark = pytest.mark.timeout(60)

BOOT = """
import asyncio, os, socket, sys, time
from pathlib import Path
from twig.twin.cpython.__main__ import install
from twig.twin.cpython.device import Device
from twig.twin.state import State
device = Device(Path(os.environ["TWIG_TWIN_DIR"]))
install(device, "s26")
import machine, micropython, network, record, gc
"""


def environment(folder: Path) -> dict[str, str]:
    path = ":".join(each for each in sys.path if each)
    return {**os.environ, "TWIG_TWIN_DIR": str(folder), "PYTHONPATH": path}


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State.create(tmp_path)
    made.set_air([Network("home", "secret12")])
    made.set_interface("127.0.0.1")
    return made


@pytest.fixture
def run(tmp_path: Path, state: State) -> Callable[..., tuple[int, str]]:
    """Run code on a chip; (exit code, what it printed)."""

    def _run(code: str) -> tuple[int, str]:
        text = BOOT + textwrap.dedent(code)
        done = subprocess.run(
            [sys.executable, "-c", text],
            env=environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.returncode, done.stdout + done.stderr

    return _run


def test_ticks_wrap():
    assert clock.ticks_add(clock.PERIOD - 1, 2) == 1
    assert clock.ticks_diff(1, clock.PERIOD - 1) == 2
    assert clock.ticks_diff(clock.PERIOD - 1, 1) == -2
    assert clock.ticks_diff(-5, -7) == 2
    assert 0 <= clock.ticks_ms() < clock.PERIOD


def test_reset_lets_go_of_pins(run, state):
    code, _ = run("machine.Pin(12, machine.Pin.OUT, value=1); machine.RTC().memory(b'kept'); machine.reset()")
    assert code == EXIT_RESET
    assert (state.reset_cause, state.pid, state.pin(12).mode) == (CAUSE_SOFT, 0, 0)
    assert [(edge.pin, edge.level) for edge in state.edges()] == [(12, 1), (12, 0)]
    code, text = run("print(machine.reset_cause(), machine.RTC().memory()); device.end()")
    assert (code, text) == (EXIT_REPL, "4 b'kept'\n")


def test_the_host_reads_what_the_uart_sends(run, state):
    code, _ = run("os.dupterm(None, 1); machine.UART(0, 9600).write(bytes((0xA0, 1, 1, 0xA2))); device.end()")
    assert (code, state.uart_baud, state.uart()) == (EXIT_REPL, 9600, b"\xa0\x01\x01\xa2")


def test_rtc_memory_has_a_limit(run):
    assert (
        run("""
        machine.RTC().memory(bytes(492))
        try:
            machine.RTC().memory(bytes(493))
        except ValueError as error:
            print(error, len(machine.RTC().memory()))
        """)[1]
        == "buffer too long 492\n"
    )


def test_watchdog(run, state):
    assert run("machine.WDT()\nwhile True: pass")[0] == EXIT_WDT
    assert state.wdt_bites == 1
    assert run("w = machine.WDT()\nfor _ in range(25): w.feed(); time.sleep(0.1)\nprint('fed')")[1] == "fed\n"


def test_interrupt_in_a_blocking_call(tmp_path, state):
    code = BOOT + textwrap.dedent("""
        pin = machine.Pin(0, machine.Pin.IN, machine.Pin.PULL_UP)
        pin.irq(lambda pin: print("edge", pin.value()), hard=True)
        print("ready")
        time.sleep(1.5)
        print("slept")
        """)
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    state.set_input(0, INPUT_LOW)
    rest, _ = process.communicate(timeout=20)
    assert rest == "edge 0\nslept\n"
    assert state.irq_runs == 1


def test_wifi(run, state):
    _, text = run("""
        wlan = network.WLAN(network.STA_IF)
        print(network.WLAN(network.AP_IF).active(), wlan.active())
        wlan.active(True)
        wlan.connect("home", "secret12")
        end = time.time() + 5
        while not wlan.isconnected() and time.time() < end: time.sleep(0.05)
        print(wlan.status(), wlan.ifconfig()[0], wlan.status("rssi"), wlan.config("ssid"))
        wlan.connect("home", "wrong123")
        end = time.time() + 5
        while wlan.status() == network.STAT_CONNECTING and time.time() < end: time.sleep(0.05)
        print(wlan.status() == network.STAT_WRONG_PASSWORD)
        """)
    assert text == "True False\n5 127.0.0.1 -60 home\nTrue\n"
    assert (state.station_ssid, state.connects) == ("home", 1)
    _, text = run("time.sleep(0.6); print(network.WLAN().status() == network.STAT_CONNECTING)")
    assert text == "True\n"  # the SDK tries by itself with what it has stored


def test_sockets_without_a_link(run):
    assert (
        run("""
        to = ("127.0.0.1", 9)
        for kind, act in ((1, lambda s: s.connect(to)), (2, lambda s: s.sendto(b"x", to))):
            try:
                act(socket.socket(socket.AF_INET, kind))
            except OSError as error:
                print(error.errno)
        """)[1]
        == "113\n113\n"
    )


def test_group_and_own_address(run):
    text = run("""
        wlan = network.WLAN(); wlan.active(True); wlan.connect("home", "secret12")
        while not wlan.isconnected(): time.sleep(0.05)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind(("0.0.0.0", 27262))
        sock.setsockopt(0, 0x400, socket.inet_aton("239.255.0.1") + bytes(4))
        async def main():
            from firmware.network.wait import readable
            for to in ("239.255.0.1", "127.0.0.1"):
                sock.sendto(to.encode(), (to, 27262))
                await asyncio.wait_for(readable(sock), 5)
                print(sock.recvfrom(100)[0])
        asyncio.run(main())
        sock.close()
        """)[1]
    assert text == "b'239.255.0.1'\nb'127.0.0.1'\n"


def test_flag_set_by_an_interrupt(run):
    assert (
        run("""
        flag = asyncio.ThreadSafeFlag()
        timer = machine.Timer(-1)
        timer.init(mode=machine.Timer.ONE_SHOT, period=100, callback=lambda timer: flag.set())
        async def main():
            await asyncio.wait_for(flag.wait(), 5)
            print("set")
        asyncio.run(main())
        """)[1]
        == "set\n"
    )


UP = """
wlan, ap = network.WLAN(network.STA_IF), network.WLAN(network.AP_IF)
def until(condition, seconds=5):
    end = time.time() + seconds
    while not condition() and time.time() < end: time.sleep(0.02)
    return bool(condition())
"""


def test_access_point_and_its_phones(run, state):
    state.phones = 6
    _, text = run(
        UP
        + """
print(ap.config("ssid"), ap.config("security"), ap.isconnected(), ap.ifconfig()[0], ap.status())
print(State(device.directory).access_point, State(device.directory).ap_stations)
ap.ifconfig(("4.3.2.1", "255.255.255.0", "4.3.2.1", "4.3.2.1"))
ap.config(ssid="Twig-ABCDEF", key="password1", channel=3)
print(ap.ifconfig(), len(ap.status("stations")), ap.status("stations")[0], ap.config("channel"))
print(network.WLAN(network.AP_IF).config("essid"), network.WLAN(1).config("mac").hex())
ap.active(False)
print(ap.status("stations"), ap.isconnected(), ap.ifconfig()[0])
for call in (lambda: ap.config("key"), lambda: wlan.config(ssid="x")):
    try:
        call()
    except (ValueError, OSError) as error:
        print(error)
"""
    )
    assert text.splitlines() == [
        "ESP_ABCDEF 0 True 192.168.4.1 -1",
        "AccessPoint(ssid='ESP_ABCDEF', password='', on=True) 4",
        r"('4.3.2.1', '255.255.255.0', '4.3.2.1', '4.3.2.1') 4 (b'\x02PH\x00\x00\x00', '4.3.2.2') 3",
        "Twig-ABCDEF 5ecf7fabcdef",
        "[] False 0.0.0.0",
        "unknown config param",
        "AP required",
    ]
    assert (state.memory.ap_ssid, state.memory.ap_password) == (b"Twig-ABCDEF", b"")
    _, text = run("ap = network.WLAN(1); ap.active(True); ap.config(security=3); print(ap.config('ssid'))")
    assert text == "Twig-ABCDEF\n"
    assert state.memory.ap_password == b"password1"


def test_connections_over_the_access_point(run, state):
    state.phones, state.port_base = 1, 28000
    text = run(
        UP
        + """
listening = socket.socket()
listening.bind(("", 80))
listening.listen(2)
phone = socket.create_connection(("127.0.0.1", 28080))
page, _ = listening.accept()
phone.sendall(b"GET /")
print(page.recv(10), type(page).__name__)
wlan.active(True); wlan.connect("home", "secret12")
print(until(wlan.isconnected))
wlan.disconnect()
page.sendall(b"200")
print(phone.recv(10))
ap.config(ssid="other")
print(page.recv(10), phone.recv(10))
ap.active(False)
try:
    socket.socket().connect(("127.0.0.1", 28080))
except OSError as error:
    print(error.errno)
"""
    )[1]
    assert text.splitlines() == ["b'GET /' ChipSocket", "True", "b'200'", "b'' b''", "113"]


def test_addresses_and_networks_of_the_station(run, state):
    home, near, far = Network("home", "secret12"), bytes((2, 1, 1, 1, 1, 1)), bytes((2, 2, 2, 2, 2, 2))
    state.set_air(
        [home, Network("mute", "", -50, 3, bssid=near, dhcp=False), Network("mute", "", -70, 9, bssid=far)]
    )
    text = run(
        UP
        + """
wlan.active(True)
wlan.connect("mute")
print(until(wlan.isconnected, 1), wlan.status(), ap.config("channel"))
wlan.ifconfig(("10.0.0.7", "255.255.255.0", "10.0.0.1", "10.0.0.2"))
print(until(wlan.isconnected, 1), wlan.ifconfig(), wlan.status("rssi"))
wlan.ifconfig("dhcp")
wlan.connect("mute", bssid=bytes((2, 2, 2, 2, 2, 2)))
print(until(wlan.isconnected, 1), wlan.ifconfig()[0], wlan.status("rssi"), ap.config("channel"))
print([(each[1].hex(), each[2]) for each in wlan.scan()])
"""
    )[1]
    assert text.splitlines() == [
        "False 1 3",
        "True ('10.0.0.7', '255.255.255.0', '10.0.0.1', '10.0.0.2') -50",
        "True 127.0.0.1 -70 9",
        "[('025457000000', 6), ('020101010101', 3), ('020202020202', 9)]",
    ]
    assert state.scans == 1
