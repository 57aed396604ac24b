"""`twig hub` as a process: what it announces, how it ends, how it complains."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests_host.hubs import local_bearer

START_S = 20.0
DELAYED_ACK_S = 0.04  # what Linux makes a sender wait that has small segments to send
STOP_S = 3.0  # what Ctrl-C may take
PORTS = [f"--{each}-port=0" for each in ("device", "tls", "release", "http", "discovery")]
LOOPBACK = ["--host=127.0.0.1", "--interface=127.0.0.1"]


def command(data: Path, *more: str) -> list[str]:
    """The command line of a hub on loopback and free ports."""
    return [sys.executable, "-m", "twig.cli", "hub", "--data", str(data), *LOOPBACK, *PORTS, *more]


def environment() -> dict[str, str]:
    """Finds twig and firmware in this checkout."""
    root = Path(__file__).parents[2]
    return {**os.environ, "PYTHONPATH": f"{root / 'tools'}:{root}"}


@contextmanager
def hub(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A running hub and what its hub.json says."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command(data, *more), env=environment(), **pipes) as process:
        end = time.monotonic() + START_S
        while not (data / "hub.json").exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        try:
            yield process, json.loads((data / "hub.json").read_text())
        finally:
            process.kill()


def failure(data: Path, *more: str) -> str:
    """The one line of a hub that cannot start."""
    done = subprocess.run(
        command(data, *more), env=environment(), capture_output=True, text=True, timeout=START_S
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_time_with_an_event_stream_open(tmp_path: Path, number: signal.Signals) -> None:
    with hub(tmp_path, "--insecure") as (process, said):
        with httpx.stream("GET", said["url"] + "/events", headers=local_bearer(tmp_path)) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            started = time.monotonic()
            process.send_signal(number)
            assert not [line for line in lines if line.startswith("event: lost")]
        out, err = process.communicate(timeout=STOP_S)
        assert time.monotonic() - started < STOP_S
        assert process.returncode == 0
    assert "Traceback" not in err
    assert said["url"] + "/" in out
    assert not (tmp_path / "hub.json").exists()


def test_what_hub_json_says_is_true(tmp_path: Path) -> None:
    data = tmp_path / "new" / "hub"
    with hub(data, "--insecure") as (process, said):
        assert said["pid"] == process.pid
        health = httpx.get(said["url"] + "/api/v1/health", headers=local_bearer(data)).json()
        assert health["guid"] == said["guid"]
        assert said["url"].endswith(f":{said['ports']['http']}")
        socket.create_connection(("127.0.0.1", said["ports"]["device"])).close()
        assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_what_it_writes_is_for_its_owner(tmp_path: Path) -> None:
    """Also in a directory that others may read."""
    tmp_path.chmod(0o755)
    with hub(tmp_path):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert {"hub.json", "hub.sqlite3", "master.key"} <= set(modes)
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_without_insecure_only_the_port_with_tls_is_open(tmp_path: Path) -> None:
    with hub(tmp_path) as (process, said):
        assert "device" not in said["ports"]
        socket.create_connection(("127.0.0.1", said["ports"]["tls"])).close()
        process.terminate()
        out = process.communicate(timeout=STOP_S)[0]
    assert f"127.0.0.1:{said['ports']['tls']} with TLS" in out
    assert "without TLS" not in out


@pytest.mark.parametrize(
    "option", ["--http-port", "--device-port", "--tls-port", "--release-port", "--discovery-port"]
)
def test_a_port_that_is_taken_is_named(tmp_path: Path, option: str) -> None:
    kind = socket.SOCK_DGRAM if option == "--discovery-port" else socket.SOCK_STREAM
    with socket.socket(type=kind) as taken:
        taken.bind(("0.0.0.0" if option == "--discovery-port" else "127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        line = failure(tmp_path, "--insecure", f"{option}={port}")
    assert f"Port {port} " in line
    assert line.endswith(f"is in use; choose another with {option}.")


@pytest.mark.parametrize("option", ["--host", "--interface"])
def test_an_address_that_is_not_ours_is_named(tmp_path: Path, option: str) -> None:
    line = failure(tmp_path, "--insecure", f"{option}=192.0.2.1")
    assert line.endswith(f"no address 192.0.2.1; choose another with {option}.")


def test_answers_do_not_wait_for_the_clients_acknowledgement(tmp_path: Path) -> None:
    with hub(tmp_path) as (_, said), httpx.Client(base_url=said["url"], trust_env=False) as client:
        client.headers.update(local_bearer(tmp_path))
        took = []
        for _ in range(20):
            began = time.monotonic()
            client.get("/api/v1/devices").raise_for_status()
            took.append(time.monotonic() - began)
    assert sorted(took)[len(took) // 2] < DELAYED_ACK_S / 2


def test_two_hubs_do_not_share_a_directory(tmp_path: Path) -> None:
    with hub(tmp_path):
        assert str(tmp_path) in failure(tmp_path)


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert str(tmp_path / "file" / "hub") in failure(tmp_path / "file" / "hub")
