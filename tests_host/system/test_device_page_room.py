"""The link comes before the page: whoever holds a request open costs no connection to the hub."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests_host.system import device_page, phone, rig
from tests_host.system.phone import Phone
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(180)
HEAD = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
HALF = HEAD + b"Content-Length: 90\r\n\r\n{"
HOLD_S = 12.0  # longer than the plug lets one wait
ROUNDS = 3
TOLD_S = 1.5


@contextmanager
def held(plug: Plug) -> Iterator[None]:
    """Somebody's request for the page is open all the time, another one as soon as one ends."""
    over = threading.Event()

    def hold() -> None:
        while not over.is_set():
            with suppress(OSError), Phone(plug).connect(seconds=HOLD_S) as connection:
                connection.sendall(HALF)
                connection.settimeout(phone.POLL_S)
                _closed(connection, over)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _closed(connection: phone.socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        try:
            if not connection.recv(4096):
                return
        except TimeoutError:
            continue


def test_a_plug_joins_beside_an_open_request(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "hub", rig.free_port())
    with device_page.plug(tmp_path / "plug", hub.ports["discovery"], phone.free_base()) as plug, held(plug):
        try:
            hub.start()
            guid = hub.joined("plug")["guid"]
            for _ in range(ROUNDS):
                time.sleep(TOLD_S)  # its status is told, and the next request has come in
                assert hub.http.get(f"/devices/{guid}/config").status_code == 200
                assert hub.http.post(f"/devices/{guid}/query-ios").status_code == 200
            assert hub.set(guid, True).status_code == 200
            assert hub.log().count("device accepted") == 1, rig.console(plug)
            assert "memory" not in rig.console(plug)
            rig.untroubled(plug)
        finally:
            hub.stop()
