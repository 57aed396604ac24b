"""`make demo` as people and CI run it: it measures, it ends, and it leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENDS_SECONDS = 20.0  # the hub and both plugs, on busy cores


def processes(data: Path) -> list[str]:
    """Command lines of all processes that have to do with the demo's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            if str(data).encode() in told and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # ended between two reads
            continue
    return found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[list[str]]:
    """The command line of a demo in a folder of its own; afterwards nothing of it runs."""
    yield [sys.executable, "-m", "twig.demo", "--data", str(tmp_path)]
    assert processes(tmp_path) == []


def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def start(command: list[str]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    seen = ""
    assert process.stdout is not None
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"no {text!r} in {seen!r}; {process.stderr and process.stderr.read()}")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("options", [[], ["--python"]], ids=["twin", "python"])
def test_once_switches_both_relays_twice_and_leaves_nothing(demo: list[str], options: list[str]) -> None:
    done = run([*demo, "--once", *options])
    assert done.returncode == 0, done.stderr
    assert re.search(r"Page +http://127\.0\.0\.1:\d+/", done.stdout)
    for name in ("Kitchen", "Desk lamp"):
        assert re.search(rf"{name}.*online", done.stdout)
        times = re.search(rf"{name} +\S.* +([\d.]+) ms +([\d.]+) ms", done.stdout)
        assert times, done.stdout
        assert all(0 < float(each) < 5000 for each in times.groups())
    assert "No virtual chip" not in done.stdout
    assert os.listdir(demo[-1]) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["ctrl-c", "term"])
def test_it_runs_until_it_is_told_to_end(demo: list[str], how: str) -> None:
    process = start(demo)
    said = read_until(process, "Ctrl-C ends")
    assert re.search(r"Log in with the name admin and the password [a-z2-9-]{19}$", said, re.M)
    assert len(processes(Path(demo[-1]))) >= 4  # the demo, the hub and two chips
    began = time.monotonic()
    if how == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    else:
        process.terminate()
    out, err = process.communicate(timeout=ENDS_SECONDS)
    assert (process.returncode, err) == (0, ""), out
    assert time.monotonic() - began < ENDS_SECONDS


@pytest.mark.timeout(120)
def test_a_hub_that_dies_is_one_clear_line(demo: list[str]) -> None:
    process = start([*demo, "--python"])
    read_until(process, "Ctrl-C ends")
    hub = [each for each in Path("/proc").glob("[0-9]*") if is_hub(each, demo[-1])]
    assert len(hub) == 1
    os.kill(int(hub[0].name), signal.SIGKILL)
    _, err = process.communicate(timeout=ENDS_SECONDS)
    assert process.returncode == 1
    assert re.fullmatch(r"demo: the hub has ended: .*hub\.log\)\n", err)


def is_hub(process: Path, data: str) -> bool:
    """Whether that is the demo's hub."""
    try:
        told = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"twig.cli" in told and any(each.startswith(data.encode()) for each in told)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run([sys.executable, "-m", "twig.demo", "--once", "--data", str(tmp_path / "file" / "demo")])
    assert done.returncode == 1
    assert re.fullmatch(r"demo: cannot use .*/file/demo: .*\n", done.stderr)
