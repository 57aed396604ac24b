"""Setup mode under everything that a network can do to it: it serves on, with the heap that it had."""

import contextlib
import random
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests_host.fuzz import portal_traffic as traffic
from tests_host.system import rig, setups
from tests_host.system.phone import DNS, Phone
from twig.twin.air import Air
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
SEED = 20261128
FEW, MANY = 1500, 100_000
TOLD_EVERY = 5000
QUERY_OF = 3  # one of so many goes to the name server
ABORT_OF = 20  # one of so many vanishes without reading the answer
PIECES_OF = 4  # one of so many comes in pieces
STATUS = {200, 302, 400, 403, 404, 405, 409, 413, 414, 415, 422, 431}
HEAP_LOST_MAX = 1024  # bytes
CROWD = 20
CROWD_S = 30.0  # a connection that finds no room asks again after 1 s, 3 s and 7 s
SLOW_S = 0.2  # for each byte
SERVED_S = 15.0  # with all places taken by slow ones, which are given 5 s
QUIET_S = 30.0
REST_S = 20.0  # it collects every 3 s
USED = 2
LOOKS = 5
STARTED_S = 9.0  # at 8 s it notes that this power-on was no short one
GZIP = b"\x1f\x8b"
VANISH = struct.pack("ii", 1, 0)  # SO_LINGER: a close sends a reset


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """A new plug with nothing in the air: whatever it is told, it stays in setup mode. Its heap must, too."""
    data = tmp_path_factory.mktemp("fuzz") / "plug"
    with setups.made(data, air=Air(networks=[])) as running:
        running.state.erase_ms = 0  # its flash is tested elsewhere
        phone = setups.opened(running)
        for raw in traffic.REQUESTS * USED:  # pools of names grow when a path is gone for the first time
            send(phone, None, raw)
        for raw in traffic.RARE:
            assert b"200" in send(phone, None, raw).split(b"\r\n")[0]
            rig.until(lambda: not phone.ready()["scanning"], "the scan")
            assert phone.trial()
        rig.until(lambda: running.state.uptime_s > STARTED_S, "the end of the start")
        before = at_rest(running)
        yield running
        after = [comes_back(running, phone)]
        while after[-1] < before - HEAP_LOST_MAX and len(after) < LOOKS:
            after.append(comes_back(running, phone))
        full = rig.console(running).count("allocation failed")
        print(f"heap free before {before}, after all {after}; {full} requests found it full")
        assert max(after) >= before - HEAP_LOST_MAX


@pytest.fixture
def phone(plug: Plug) -> Iterator[Phone]:
    """A phone; what it does must leave the plug as it was."""
    made = setups.opened(plug)
    yield made
    made.ready(QUIET_S)
    assert made.page().startswith(GZIP)
    made.resolves()
    rig.untroubled(plug)
    assert "Traceback" not in rig.console(plug), rig.console(plug)


def comes_back(plug: Plug, phone: Phone) -> int:
    """As `at_rest`, behind the same use: a collection keeps what a stale word of the stack points to."""
    for raw in traffic.REQUESTS:
        send(phone, None, raw)
    phone.page()
    phone.about()
    return at_rest(plug)


def at_rest(plug: Plug) -> int:
    """Bytes free after collections that nobody's request has caused."""
    seen = plug.state.heap.collections
    rig.until(lambda: plug.state.heap.collections >= seen + 2, "a collection", REST_S)
    return plug.state.heap.free


@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.proof, pytest.mark.timeout(3600)])]
)
def test_mutated_requests_and_queries(plug: Plug, phone: Phone, count: int) -> None:
    dice, begun, seen = random.Random(SEED), time.monotonic(), dict.fromkeys(sorted(STATUS), 0)
    unanswered = 0
    for number in range(1, count + 1):
        if not dice.randrange(QUERY_OF):
            ask(phone, traffic.query(dice))
        elif answer := send(phone, dice, traffic.request(dice)):
            assert answer.startswith(b"HTTP/1.1 "), (number, answer)
            seen[int(answer.split()[1])] += 1
        else:
            unanswered += 1
        if number % TOLD_EVERY == 0:
            rig.untroubled(plug)
            spent, heap = time.monotonic() - begun, plug.state.heap.free
            print(f"{number} in {spent:.0f} s, heap free {heap}", flush=True)
    print(f"{count} in {time.monotonic() - begun:.0f} s: {seen}, {unanswered} without an answer")
    assert all(seen[status] for status in (200, 302, 400, 404, 422)), "what does the fuzzer reach?"


def ask(phone: Phone, query: bytes) -> None:
    """One datagram; nobody waits for its answer."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(query, (phone.address, phone.base + DNS))


def send(phone: Phone, dice: random.Random | None, raw: bytes) -> bytes:
    """The answer; b"" to who is cut off or does not wait. Without dice it comes in one piece and waits."""
    with phone.connect(seconds=QUIET_S) as connection:
        try:
            for piece in pieces(dice, raw) if dice else [raw]:
                connection.sendall(piece)
            if dice and not dice.randrange(ABORT_OF):
                vanish(connection)
                return b""
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer
        except TimeoutError:
            raise
        except OSError:  # it was cut off
            return b""


def pieces(dice: random.Random, raw: bytes) -> list[bytes]:
    """It, or its parts."""
    if dice.randrange(PIECES_OF):
        return [raw]
    cuts = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    return [raw[: cuts[0]], raw[cuts[0] : cuts[1]], raw[cuts[1] :]]


def vanish(connection: socket.socket) -> None:
    """As a phone that leaves: whoever writes to it learns at once that nobody is there."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, VANISH)
    connection.close()


def test_twenty_at_once(phone: Phone) -> None:
    """A chip has five connections: the others wait, and all are answered."""
    with ThreadPoolExecutor(CROWD) as pool:
        begun = time.monotonic()
        found = list(pool.map(lambda _: phone.get("/state", seconds=CROWD_S)[0], range(CROWD)))
    print(f"{CROWD} at once answered in {time.monotonic() - begun:.1f} s")
    assert found == [200] * CROWD


def test_twenty_pages_at_once(phone: Phone) -> None:
    with ThreadPoolExecutor(CROWD) as pool:
        found = list(pool.map(lambda _: phone.get("/", seconds=CROWD_S), range(CROWD)))
    assert {(status, body) for status, _, body in found} == {(200, phone.page())}


def test_silent_ones_make_room(phone: Phone) -> None:
    """As the spare connections of a browser."""
    silent = [phone.connect() for _ in range(4)]
    begun = time.monotonic()
    assert phone.get("/state", seconds=SERVED_S)[0] == 200
    print(f"served beside silent ones after {time.monotonic() - begun:.1f} s")
    for each in silent:
        each.close()


def test_slow_clients_are_ended(plug: Plug, phone: Phone) -> None:
    """One byte each 200 ms, in all places that there are: somebody else has to wait for 5 s at most."""
    slow = [phone.connect() for _ in range(4)]
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(phone.get, "/state", seconds=SERVED_S)
        request, sent, begun = traffic.page("/" + "x" * 400), 0, time.monotonic()
        while not other.done():
            for each in slow:
                trickle(each, request[sent : sent + 1])
            sent += 1
            time.sleep(SLOW_S)
        assert other.result()[0] == 200
    print(f"served beside slow ones after {time.monotonic() - begun:.1f} s")
    assert "http: too slow" in rig.console(plug)
    for each in slow:
        each.close()


def trickle(connection: socket.socket, byte: bytes) -> None:
    with contextlib.suppress(OSError):  # it was ended
        connection.send(byte)


def test_clients_that_vanish(phone: Phone) -> None:
    """Before a byte, after one, within the request, and before its answer."""
    request = traffic.page("/")
    for number in range(CROWD):
        connection = phone.connect(seconds=QUIET_S)
        connection.sendall(request[: (0, 1, 40, len(request))[number % 4]])
        vanish(connection)
    assert phone.get("/state", seconds=SERVED_S)[0] == 200


def test_readers_that_leave_in_the_middle_of_the_page(phone: Phone) -> None:
    for _ in range(CROWD):
        with phone.connect(seconds=QUIET_S) as connection:
            connection.sendall(traffic.page("/"))
            assert connection.recv(100)
            vanish(connection)


JSON = b"POST /save HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
OVERSIZED = {
    "target": (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n\r\n", {414, 431}),
    "header": (b"GET / HTTP/1.1\r\nCookie: " + b"x" * 9000 + b"\r\n\r\n", {431}),
    "headers": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 3000 + b"\r\n", {431}),
    "body": (JSON % 60000 + b" " * 60000, {413}),
    "no end": (b"x" * 60000, {431, 414}),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), OVERSIZED.values(), ids=OVERSIZED)
def test_oversized(phone: Phone, raw: bytes, expected: set[int]) -> None:
    """Refused, or cut off when the other side will not stop; never held in memory."""
    answer = send(phone, None, raw)
    assert not answer or int(answer.split()[1]) in expected, answer


def test_deep_json(phone: Phone) -> None:
    for opening in (b"[", b'{"a":'):
        body = opening * (1400 // len(opening))
        answer = send(phone, None, JSON % len(body) + body)
        assert not answer or answer.split()[1] in (b"400", b"422"), answer
