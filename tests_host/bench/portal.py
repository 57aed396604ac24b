"""Setup mode: heap with four connections, and how soon the page comes."""

import socket
import time
from contextlib import ExitStack

from tests_host.bench import heap
from tests_host.bench.place import LOOPBACK, Place, wait
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile
from twig.twin.plug import Plug
from twig.twin.state import Heap, Network

HTTP = 80
CONNECTIONS = 4
PAGES = 40
# One of the firmware's own collections at least; a request may take 5 s, so all four are still open then.
SETTLE_S = 3.9
# As many as the page lists.
NETWORKS = [Network(f"network {number:02}", "secret12") for number in range(16)]
HEAD = (
    b"GET / HTTP/1.1\r\nHost: 4.3.2.1\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\n"
    b"User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    b"(KHTML, like Gecko)\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: de-DE\r\n"
    b"Accept-Encoding: gzip, deflate\r\n"
)
FREE = Row(
    "setup_heap", "heap free after gc, setup mode, with 4 browser connections", "B", 6 * 1024, more=True
)
LARGEST = Row("setup_largest", "  largest free block then", "B")
MINIMUM = Row("setup_minimum", "  least free after any gc since main.py began", "B")
FIRST = Row("setup_first_byte", "setup mode: request → first byte of the page, p95", "ms")
WHOLE = Row("setup_page", "  … → its last byte, p95", "ms")
SIZE = Row("setup_page_size", "  the page on the wire", "B", 12 * 1024)
ROWS = (FREE, LARGEST, MINIMUM, FIRST, WHOLE, SIZE)
FREE_HOW = (
    "as the row of run mode; 16 networks listed, the page asked for 40 times, then 4 connections that have "
    "each sent a phone's request but for its last line, and a collection of the firmware's own"
)
FIRST_HOW = "one connection for each of 40 requests, from connect() on; over loopback, on the twin"


def measure(place: Place) -> list[Result]:
    """A new plug with a full list of networks."""
    base = _port_base()
    plug = place.prepared(1, port_base=base, wifi=[])
    plug.start()
    try:
        plug.state.set_air(NETWORKS)
        plug.state.phones = 1
        wait(lambda: _answers(base), "the page")
        found = [_page(base) for _ in range(PAGES)]
        with ExitStack() as stack:
            for _ in range(CONNECTIONS):
                stack.enter_context(_connect(base)).sendall(HEAD)
            time.sleep(SETTLE_S)
            used = plug.state.heap
        return _results(place, plug, used, found)
    finally:
        plug.stop()


def _results(place: Place, plug: Plug, used: Heap, found: list[tuple[float, float, int]]) -> list[Result]:
    figures = plug.state.heap
    base = max(heap.bare(place), figures.booted)
    offset = heap.CHIP_TOTAL - heap.CHIP_OWN - base
    first, whole = [each[0] for each in found], [each[1] for each in found]
    return [
        FREE.result(offset + used.free, FREE_HOW, boots=plug.state.boots),
        LARGEST.result(used.largest, "gc_info on the twin then"),
        MINIMUM.result(offset + figures.minimum, "as the first row"),
        FIRST.result(percentile(first, 95), FIRST_HOW, first),
        WHOLE.result(percentile(whole, 95), FIRST_HOW, whole),
        SIZE.result(found[0][2], "the body, compressed"),
    ]


def _port_base() -> int:
    """So that the chip's port 80 is free on this computer."""
    with socket.socket() as sock:
        sock.bind((LOOPBACK, 0))
        return int(sock.getsockname()[1]) - HTTP


def _connect(base: int) -> socket.socket:
    return socket.create_connection((LOOPBACK, base + HTTP), 10)


def _answers(base: int) -> bool:
    try:
        return _page(base)[2] > 0
    except OSError:
        return False


def _page(base: int) -> tuple[float, float, int]:
    """ms to the first byte and to the last one; bytes of the body."""
    begin = time.perf_counter()
    with _connect(base) as sock:
        sock.sendall(HEAD + b"\r\n")
        answer = sock.recv(65536)
        first = time.perf_counter() - begin
        while chunk := sock.recv(65536):
            answer += chunk
    whole = time.perf_counter() - begin
    return first * 1e3, whole * 1e3, len(answer.partition(b"\r\n\r\n")[2])
