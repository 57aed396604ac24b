"""Virtual plugs: the real firmware on the twin and under CPython, resets, power and all around them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twig.release.errors import ReleaseError
from twig.twin import plug as plugs
from twig.twin.air import AirError
from twig.twin.commands import news
from twig.twin.directory import PlugError
from twig.twin.errors import TwinUnavailable
from twig.twin.model import ModelUnknown
from twig.twin.options import OptionError
from twig.twin.plug import Plug
from twig.twin.state import EXIT_POWER_CUT

# A first build of the twin takes half a minute; everything else seconds.
pytestmark = pytest.mark.timeout(240)
PATIENCE_S = 20.0
# Of a press: longer than the firmware's debouncing.
SHORT_S = 0.1

AIR = {"networks": [{"ssid": "home", "password": "secret12"}]}

# In place of main.py: tells its boot, then does what the file `wish` says, once.
WISHES = """
import machine, os, time
print("cause", machine.reset_cause(), "memory", machine.RTC().memory())
machine.Pin(12, machine.Pin.OUT, value=1)
try:
    with open("wish") as file:
        wish = file.read()
    os.remove("wish")
except OSError:
    wish = "while True: time.sleep(1)"
exec(wish)
"""


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def console(plug: Plug) -> str:
    return (plug.data / "console.log").read_text()


def process_lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"


@pytest.fixture(params=["twin", "cpython"])
def plug(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plug]:
    """The real firmware, started; on the twin and under CPython."""
    made = Plug(tmp_path / "kitchen", insecure=True, discovery_port=27260, python=request.param == "cpython")
    with made:
        until(lambda: made.show()["mode"] == "run", "run mode")
        yield made


@pytest.fixture
def wishing(tmp_path: Path) -> Iterator[Callable[[str], Plug]]:
    """A twin whose main.py grants one wish: a line of Python."""
    made: list[Plug] = []

    def _wish(code: str) -> Plug:
        plug = Plug(tmp_path / f"wish{len(made)}")
        made.append(plug)
        plug.start()
        plug.power_cut()
        plug.write_file("boot.py", b"")
        plug.write_file("main.py", WISHES.encode())
        plug.write_file("wish", code.encode())
        plug.power_on()
        return plug

    yield _wish
    for plug in made:
        plug.stop()


def test_button_switches_the_relay(plug):
    assert plug.show()["pins"] | {"led": None} == {"relay": False, "button": False, "led": None}
    plug.press(0.1)
    until(lambda: plug.show()["pins"]["relay"], "the relay")
    time.sleep(0.1)
    plug.press(0.1)
    until(lambda: not plug.show()["pins"]["relay"], "the relay")


@pytest.mark.parametrize("model", ["s26", "esp32_relay_x1"])
def test_a_press_while_the_computer_does_other_work(model: str, tmp_path: Path) -> None:
    """The chip's process stands still for longer than the press lasts."""
    with Plug(tmp_path / "held", model, insecure=True, discovery_port=27260) as plug:
        until(lambda: plug.show()["mode"] == "run", "run mode")
        os.kill(plug.state.pid, signal.SIGSTOP)
        goes_on = threading.Timer(4 * SHORT_S, os.kill, (plug.state.pid, signal.SIGCONT))
        goes_on.start()
        plug.press(SHORT_S)
        goes_on.join()
        until(lambda: plug.show()["pins"]["relay"], "the relay")


def test_what_is_shown(plug):
    until(lambda: plug.show()["wifi"]["status"] == "connected", "Wi-Fi")
    found = plug.show()
    assert found["model"] == "s26"
    assert found["wifi"]["ssid"] == "home"
    assert (found["boots"], found["resets"], found["reset_cause"]) == (1, 0, "power on")
    assert json.loads(json.dumps(found)) == found
    if not plug.python:
        heap = found["heap"]
        assert heap["total"] == 38016
        assert 0 < heap["largest_block"] <= heap["free"] < heap["total"]
        assert 0 < heap["minimum"] <= heap["after_boot"] < heap["before_boot"]


def test_led_names_the_pattern(plug):
    """No hub is there: the firmware looks for one and says so."""
    until(lambda: plug.show()["led"] == "no_server", "the pattern of a plug without a hub")


def test_configuration_of_the_first_start(plug):
    config = json.loads(plug.files()["config.json"])
    wifi = [{"ssid": "home", "password": "secret12"}]
    assert config == {
        "schema": 1,
        "name": "kitchen",
        "model": "s26",
        "wifi": wifi,
        "insecure": True,
        "discovery_port": 27260,
    }


# In place of main.py: a setup mode with one page.
PORTAL = """
import network, machine, socket
machine.RTC().memory(b"TWIG\\1\\1\\0\\1" + bytes(120))
network.WLAN(1).active(True)
machine.Pin(0, machine.Pin.IN, machine.Pin.PULL_UP).irq(lambda pin: None, machine.Pin.IRQ_FALLING)
network.WLAN(1).config(ssid="Twig-ABCDEF", security=0)
listening = socket.socket()
listening.bind(("", 80))
listening.listen(2)
while True:
    page = listening.accept()[0]
    page.recv(500)
    page.write(b"HTTP/1.0 200 OK\\r\\n\\r\\nhello")
    page.close()
"""


def test_a_plug_for_setup(tmp_path):
    plug = Plug(tmp_path / "new", interface="127.0.5.8", setup=True, port_base=8000)
    with plug:
        assert "wifi" not in json.loads(plug.files()["config.json"])
        plug.power_cut()
        assert plug.show()["access_point"]["on"] is False
        plug.write_file("boot.py", b"")
        plug.write_file("main.py", PORTAL.encode())
        plug.power_on()
        until(lambda: plug.show()["access_point"]["ssid"] == "Twig-ABCDEF", "the access point")
        until(lambda: plug.show()["access_point"]["clients"], "the phone")
        with urllib.request.urlopen(plug.page, timeout=PATIENCE_S) as answer:  # noqa: S310
            assert answer.read() == b"hello"
        found = plug.show()
        assert found["access_point"] == {"ssid": "Twig-ABCDEF", "open": True, "on": True, "clients": 1}
        assert found["mode"] == "setup"
        assert news(found) == "setup mode, access point Twig-ABCDEF, relay off"
    with Plug(plug.data) as again:
        assert again.state.phones == again.state.port_base == 0


def test_stop_leaves_nothing_and_start_goes_on(plug):
    pid = plug.show()["pid"]
    assert process_lives(pid)
    plug.stop()
    assert not process_lives(pid)
    plug.stop()
    before = json.loads(plug.files()["config.json"])
    again = Plug(plug.data, hub="10.0.0.9:1234", name="Lamp", python=plug.python)
    with again:
        found = again.show()
        assert (found["boots"], found["resets"], found["reset_cause"]) == (2, 0, "power on")
    changed = {"hub": {"host": "10.0.0.9", "port": 1234}, "name": "Lamp"}
    assert json.loads(again.files()["config.json"]) == {**before, **changed}


def test_power_cut_and_on(plug):
    plug.press()
    until(lambda: plug.show()["pins"]["relay"], "the relay")
    plug.power_cut()
    found = plug.show()
    assert (found["mode"], found["pid"], found["pins"]["relay"]) == ("off", None, False)
    assert plug.state.rtc == bytes(512)
    plug.power_on()
    until(lambda: plug.show()["mode"] == "run", "run mode")
    found = plug.show()
    assert (found["boots"], found["resets"], found["reset_cause"]) == (2, 0, "power on")


def test_one_plug_a_directory(plug):
    with pytest.raises(PlugError, match="a plug runs in"):
        Plug(plug.data).start()
    with pytest.raises(PlugError, match="runs already"):
        plug.start()


def test_air_that_changes(tmp_path):
    air = tmp_path / "air.json"
    air.write_text(json.dumps(AIR))
    with Plug(tmp_path / "plug", air=air, insecure=True, discovery_port=27260) as plug:
        until(lambda: plug.show()["wifi"]["status"] == "connected", "Wi-Fi")
        air.write_text(json.dumps({"networks": [{**AIR["networks"][0], "up": False}]}))
        until(lambda: plug.show()["wifi"]["status"] != "connected", "the loss of Wi-Fi")
        air.write_text("{}")
        until(lambda: "air.json: networks: Field required" in console(plug), "the complaint")
        air.write_text(json.dumps(AIR))
        until(lambda: plug.show()["wifi"]["joins"] == 2, "Wi-Fi")


def test_resets_and_their_causes(wishing):
    plug = wishing("machine.RTC().memory(b'kept'); machine.reset()")
    until(lambda: "cause 4 memory b'kept'" in console(plug), "the second boot")
    found = plug.show()
    assert (found["boots"], found["resets"], found["reset_cause"]) == (3, 1, "software")
    until(lambda: plug.show()["pins"]["relay"])
    levels = [(edge.boot, edge.level) for edge in plug.state.edges() if edge.pin == 12]
    assert levels[-3:] == [(2, 1), (2, 0), (3, 1)]


def test_watchdog(wishing):
    plug = wishing("machine.WDT()\nwhile True: pass")
    until(lambda: "cause 1 " in console(plug), "the watchdog's reset")
    assert plug.show()["watchdog"] == 1


def test_end_of_main(wishing):
    plug = wishing("raise SystemExit")
    until(plug.rests, "the end")
    assert plug.show()["pid"] is None
    plug.power_on()
    until(lambda: plug.show()["mode"] == "boot", "the next boot")


def test_power_cut_at_a_flash_operation(wishing):
    plug = wishing("time.sleep(1)\nwith open('f', 'w') as f: f.write('x' * 500)")
    until(lambda: plug.show()["boots"] == 2)
    plug.state.cut_at = plug.state.flash_ops + 2
    until(plug.rests, "the cut")
    assert plug.show()["mode"] == "off"
    assert plug.state.rtc == bytes(512)
    assert "f" not in plug.files() or plug.files()["f"] == b""
    plug.state.cut_at = 0
    plug.power_on()
    until(lambda: console(plug).count("cause 0 ") == 2, "the next boot")
    assert EXIT_POWER_CUT


def test_process_that_dies_boots_again(wishing):
    plug = wishing("while True: time.sleep(1)")
    until(lambda: "cause 0" in console(plug))
    os.kill(plug.show()["pid"], signal.SIGKILL)
    until(lambda: "cause 2" in console(plug), "the boot after a crash")
    assert "process ended with -9 and boots again" in console(plug)


def test_chip_dies_with_its_supervisor(tmp_path):
    code = f"""
import sys, time; sys.path[:0] = {sys.path!r}
from pathlib import Path
from twig.twin.plug import Plug
plug = Plug(Path({str(tmp_path / "p")!r}), python=sys.argv[1] == "cpython"); plug.start()
print(plug.show()["pid"], flush=True); time.sleep(60)
"""
    for kind in ("twin", "cpython"):
        script = tmp_path / f"{kind}.py"
        script.write_text(code.replace("/p'", f"/{kind}'"))
        process = subprocess.Popen([sys.executable, script, kind], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        pid = int(process.stdout.readline())
        time.sleep(0.5)  # CPython takes that long until it has asked the kernel
        assert process_lives(pid)
        process.kill()
        process.wait()
        process.stdout.close()
        until(lambda: not process_lives(pid), "the end of the chip")  # noqa: B023


def test_mistakes(tmp_path):
    with pytest.raises(ModelUnknown, match="no model 'x'; there are: basic, "):
        Plug(tmp_path / "a", model="x").start()
    with pytest.raises(OptionError):
        Plug(tmp_path / "a", hub="a:b:c").start()
    with pytest.raises(AirError):
        Plug(tmp_path / "a", air=tmp_path / "none").start()
    assert not (tmp_path / "a").exists()
    plug = Plug(tmp_path / "a")
    for act in (plug.press, plug.power_cut, plug.power_on):
        with pytest.raises(PlugError, match="does not run"):
            act()
    with pytest.raises(PlugError, match="there is no plug"):
        plug.show()


def test_a_failed_start_lets_go(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise ReleaseError("broken source")

    monkeypatch.setattr(plugs.storage.Flash, "prepare", fail)
    plug = Plug(tmp_path / "a")
    with pytest.raises(ReleaseError):
        plug.start()
    monkeypatch.undo()
    plug.start()
    plug.stop()


def test_without_a_twin(tmp_path, monkeypatch):
    def fail(family: str) -> None:
        raise TwinUnavailable("no compiler; install gcc")

    monkeypatch.setattr(plugs.launch, "runtime", fail)
    with pytest.raises(TwinUnavailable):
        Plug(tmp_path / "a").start()
    with Plug(tmp_path / "b", fallback=True) as plug:
        assert plug.notice == "no compiler; install gcc; the plug runs under CPython instead"
        until(lambda: plug.show()["mode"] == "run", "run mode")
        assert plug.show()["python"] is True


def test_a_state_of_another_version_is_made_anew(tmp_path):
    with Plug(tmp_path):
        pass
    (tmp_path / "state.bin").write_bytes(b"\0" * 32768)
    with Plug(tmp_path) as plug:
        assert plug.show()["boots"] == 1


def test_twenty_plugs(tmp_path):
    plugs_ = [Plug(tmp_path / str(i), insecure=True, discovery_port=27260) for i in range(20)]
    start = time.monotonic()
    try:
        for plug in plugs_:
            plug.start()
        started = time.monotonic() - start
        until(lambda: all(plug.show()["mode"] == "run" for plug in plugs_), "run mode")
    finally:
        for plug in plugs_:
            plug.stop()
    assert started < 10
    assert len({plug.files()["config.json"] for plug in plugs_}) == 20
