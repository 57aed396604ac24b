"""What all tests share: hypothesis' profile, free ports, and the rule that no process stays behind."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests_host.long_files import longest_first

# Two slow cores that also run twins: how long one example takes says nothing about the code.
SLOW = [HealthCheck.too_slow]
settings.register_profile("twig", deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile("twig")

GONE_SECONDS = 5.0  # a process that was told to end is given this long
POLL_SECONDS = 0.05


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers take the files in this order."""
    items.sort(key=lambda item: longest_first(item.nodeid.partition("::")[0]))


def children() -> dict[int, str]:
    """Pid -> command line of this process's living children."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            line = (process / "cmdline").read_bytes()
        except OSError:  # ended between two reads
            continue
        if int(parent) == os.getpid() and state != "Z":
            found[int(process.name)] = line.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hubs of tests say where they are in a folder of the tests, not of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        for name in ("TWIG_HUB", "TWIG_TOKEN", "TWIG_DATA"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module", autouse=True)
def no_process_left() -> Iterator[None]:
    """A module of tests ends every process that it starts."""
    before = children()
    yield
    end = time.monotonic() + GONE_SECONDS
    while (left := children().keys() - before.keys()) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    assert not left, f"still running: {[children().get(pid) for pid in left]}"


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that gives a port free for TCP and UDP on loopback, another one at each call."""
    given: set[int] = set()

    def find() -> int:
        while True:
            with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
                tcp.bind(("127.0.0.1", 0))
                port = int(tcp.getsockname()[1])
                try:
                    udp.bind(("127.0.0.1", port))
                except OSError:
                    continue
            if port not in given:
                given.add(port)
                return port

    return find
