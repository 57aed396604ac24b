"""`twig plug` as a user runs it: one process that runs, others that press and look."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from twig.cli import main
from twig.release import sources
from twig.twin.commands import news
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(120)
PATIENCE_S = 30.0
TWIG = [sys.executable, "-m", "twig.cli"]
ENVIRONMENT = {
    "PYTHONPATH": ":".join(path for path in sys.path if path),
    "PATH": "/usr/bin:/bin",
    "TERM": "dumb",
}


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def twig(*arguments: object) -> Done:
    """The command in this process, as the console script calls it."""
    with redirect_stdout(StringIO()) as output, redirect_stderr(StringIO()) as errors:
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, output.getvalue(), errors.getvalue())


def shown(data: Path) -> dict:
    done = twig("plug", "show", "--data", data, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]"]]:
    """A plug in a process of its own, in run mode."""
    data = tmp_path / "lamp"
    command = [*TWIG, "plug", "--data", str(data), "--insecure", "--discovery-port", "27261"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
    )
    end = time.monotonic() + PATIENCE_S
    while not (data / "plug.json").exists() or shown(data)["mode"] != "run":
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.1)
    yield data, process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_runs_until_stopped(running, number):
    data, process = running
    assert twig("plug", "press", "--data", data).stderr == ""
    time.sleep(1)
    assert shown(data)["pins"]["relay"] is True
    pid = shown(data)["pid"]
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert not Path(f"/proc/{pid}").exists()
    lines = [line[9:] for line in output.splitlines()]
    assert lines[0] == f"plug lamp (s26) runs; its button: twig plug press --data {data}"
    assert any(re.fullmatch(r"mode run, relay on, wifi \w+, led \w+", line) for line in lines)
    assert lines[-1] == "stopped"
    found = shown(data)
    assert (found["mode"], found["pid"], found["pins"]["relay"]) == ("off", None, False)
    done = twig("plug", "press", "--data", data)
    assert done.returncode == 1
    assert (
        done.stderr.strip() == f"twig: the plug in {data} does not run; start it by `twig plug --data {data}`"
    )


def test_a_plug_for_setup_names_its_page(tmp_path):
    data = tmp_path / "lamp"
    command = [
        *TWIG,
        "plug",
        "--data",
        str(data),
        "--setup",
        "--port-base",
        "8000",
        "--interface",
        "127.0.5.9",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout
        first = process.stdout.readline()[9:].strip()
        process.terminate()
    page = "its page: http://127.0.5.9:8080/"
    assert first == f"plug lamp (s26) runs; {page}; its button: twig plug press --data {data}"


def test_a_wall_switch_is_turned_and_stays(tmp_path):
    data = tmp_path / "hall"
    with Plug(data, "mini", insecure=True, discovery_port=27262) as plug:
        until(lambda: plug.show()["mode"] == "run" and plug.state.pin(4).trigger)
        time.sleep(0.5)
        for position, relay in (("closed", True), ("closed", True), ("open", False)):
            assert twig("plug", "turn", position, "--data", data) == (0, "", "")
            until(lambda wanted=relay: plug.show()["pins"]["relay"] is wanted)
        done = twig("plug", "turn", "closed", "--data", data, "--input", "2")
        wanted = "a plug of model mini has no input 2 for a wall switch"
        assert (done.returncode, done.stderr.strip()) == (1, f"twig: {wanted}")


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_news_of_setup_mode():
    found = {"mode": "setup", "pins": {"relay": True}, "access_point": {"ssid": "Twig-A1B2C3"}}
    assert news(found) == "setup mode, access point Twig-A1B2C3, relay on"


def test_news_of_a_board_without_an_led():
    found = {"mode": "run", "pins": {"relay": False}, "led": None, "wifi": {"status": "connected"}}
    assert news(found) == "mode run, relay off, wifi connected"


def test_a_second_one_is_refused(running):
    data, _ = running
    done = twig("plug", "--data", data)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == f"twig: a plug runs in {data} already; stop it or use another --data"


def test_table(running):
    data, _ = running
    text = twig("plug", "show", "--data", data).stdout
    for part in ("plug s26", "pins.relay", "heap.free", "38,016", "reset_cause", "power on"):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["plug"], 2, "the plug's directory is needed"),
        (
            ["plug", "show", "--data", "{}"],
            1,
            "twig: there is no plug in {}; `twig plug --data {}` makes one",
        ),
        (
            ["plug", "press", "--data", "{}"],
            1,
            "twig: there is no plug in {}; `twig plug --data {}` makes one",
        ),
        (["plug", "--data", "{}", "--model", "x"], 1, "twig: no model 'x'; there are: basic, "),
        (
            ["plug", "--data", "{}", "--model", "esp32_relay_x1", "--python"],
            1,
            "twig: esp32_relay_x1 has an ESP32: --python plays an ESP8266 only",
        ),
        (["plug", "--data", "{}", "--port-base", "65000"], 1, "twig: 65000 is no port base: 0 to 64512"),
        (["plug", "--data", "{}", "--hub", "a:b"], 1, "twig: 'b' is no port: 1 to 65535"),
        (
            ["plug", "--data", "{}", "--air", "{}/air"],
            1,
            "twig: cannot read the air {}/air: No such file or directory",
        ),
    ],
)
def test_mistakes(tmp_path, arguments, code, message):
    done = twig(*[argument.replace("{}", str(tmp_path / "p")) for argument in arguments])
    assert done.returncode == code
    assert message.replace("{}", str(tmp_path / "p")) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "p").exists()


def test_help():
    text = twig("plug", "--help").stdout
    for option in (
        "--data",
        "--model",
        "--air",
        "--interface",
        "--hub",
        "--insecure",
        "--discovery-port",
        "--python",
        "--setup",
        "--port-base",
    ):
        assert option in text
    assert "press" in text
    assert "turn" in text
    assert "show" in text


def test_image_build(tmp_path):
    done = twig("image", "build", "--board", "s26", "-o", tmp_path / "x.img")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.img").stat().st_size == 98 * 4096
    assert re.search(r"slot_a.* of 28", done.stdout)
    assert "of 98 blocks used" in done.stdout.replace("\n", "")
    first = (tmp_path / "x.img").read_bytes()
    assert twig("image", "build", "--board", "s26", "-o", tmp_path / "y.img").returncode == 0
    assert (tmp_path / "y.img").read_bytes() == first
    done = twig("image", "build", "--board", "nix")
    assert done.returncode == 1
    names = ", ".join(sources.boards())
    assert done.stderr.strip() == f"twig: no board 'nix'; firmware/board/ has: {names}"
    assert twig("image", "build", "--board", "esp32_relay_x8", "-o", tmp_path / "z.img").returncode == 0
    assert (tmp_path / "z.img").stat().st_size == 512 * 4096
    done = twig("image", "build", "-o", "/proc/nowhere/x")
    assert done.returncode == 1
    assert done.stderr.strip() == "twig: cannot write /proc/nowhere/x: No such file or directory"
