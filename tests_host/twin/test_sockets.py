"""Sockets have lwIP's manners."""

import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.twin.chip import UP, Chip
from twig.twin.state import Network

PLUG, HUB, GROUP = "127.0.4.1", "127.0.4.2", "239.255.38.26"
REFUSED, UNREACHABLE, NO_MEMORY = 104, 113, 12


@pytest.fixture
def net(chip: Chip) -> Chip:
    """A chip with a network and no erase times."""
    chip.state.erase_ms = 0
    chip.state.set_air([Network("home", "secret12")])
    chip.state.set_interface(PLUG)
    return chip


def air_down(chip: Chip) -> None:
    """Switch the access point off."""
    chip.state.set_air([Network("home", "secret12", up=False)])
    chip.until(lambda: chip.state.station_status != 5)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A listening TCP socket of the hub."""
    with socket.create_server((HUB, 0)) as listening:
        listening.settimeout(10)
        yield listening


@pytest.fixture
def hub() -> Iterator[socket.socket]:
    """A UDP socket of the hub that hears the group."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("", 0))
        mine = socket.inet_aton(HUB)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + mine)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, mine)
        made.settimeout(10)
        yield made


@pytest.fixture
def resolver(net: Chip) -> Iterator[socket.socket]:
    """The socket that the chip's questions to port 53 come to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((HUB, 0))
        made.settimeout(10)
        net.state.set_dns(*made.getsockname())
        yield made


LISTEN = """
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', %d))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, bytes((239, 255, 38, 26, 0, 0, 0, 0)))
s.setblocking(False)
p = select.poll()
p.register(s, select.POLLIN)
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((PLUG, 0))
        return int(probe.getsockname()[1])


def test_multicast_both_ways_and_unicast_back(net: Chip, hub: socket.socket) -> None:
    port, theirs = free_port(), hub.getsockname()[1]
    net.install(
        UP + LISTEN % port + f"print(s.sendto(b'TWIG?', ('{GROUP}', {theirs})))\n"
        "for _ in range(2):\n    p.poll(5000)\n    print(s.recvfrom(100))\n"
    )
    net.start()
    data, sender = hub.recvfrom(100)
    assert data == b"TWIG?"
    assert sender == (PLUG, port)
    hub.sendto(b"to you", sender)
    net.printed("to you")
    hub.sendto(b"to all", (GROUP, port))
    net.end()
    lines = net.output().splitlines()
    assert lines[0] == "5"
    assert lines[1].startswith("(b'to you', ('127.0.")
    assert lines[2].startswith("(b'to all', ('127.0.")


def test_many_plugs_share_a_port(twin_runtime: object, net: Chip, hub: socket.socket, tmp_path: Path) -> None:
    other = Chip(tmp_path / "other", net.runtime)
    other.state.set_air([Network("home", "secret12")])
    other.state.set_interface("127.0.4.3")
    port = free_port()
    try:
        for each in (net, other):
            each.install(
                UP
                + LISTEN % port
                + "print('ready')\np.poll(5000)\nprint(s.recv(100))\np.poll(5000)\nprint(s.recv(100))"
            )
            each.start()
        for each in (net, other):
            each.printed("ready")
        hub.sendto(b"all", (GROUP, port))
        for each in (net, other):
            each.printed("b'all'")
        hub.sendto(b"first", (PLUG, port))
        hub.sendto(b"second", ("127.0.4.3", port))
        net.printed("b'first'")
        other.printed("b'second'")
    finally:
        other.off()
        other.state.close()


def test_a_datagram_socket_queues_one(net: Chip, hub: socket.socket) -> None:
    port = free_port()
    net.install(
        UP + LISTEN % port + "print('ready')\ntime.sleep_ms(400)\nprint(s.recv(100), p.poll(0))\n"
        "try:\n    s.recv(100)\nexcept OSError as e:\n    print(e.errno)"
    )
    net.start()
    net.printed("ready")
    for number in range(3):
        hub.sendto(b"%d" % number, (PLUG, port))
    net.end()
    assert net.output().splitlines()[1:] == ["b'0' []", "11"]


ECHO = """
import asyncio
async def main():
    reader, writer = await asyncio.open_connection('%s', %d)
    for size in (1, 1072, 5000):
        writer.write(bytes(size))
        await writer.drain()
        print(len(await reader.readexactly(size)))
    writer.close()
    await writer.wait_closed()
asyncio.run(main())
"""


def asyncio_files(chip: Chip, folder: Path) -> dict[str, bytes]:
    """asyncio as a slot has it."""
    files = {}
    for name in ("__init__", "core", "event", "stream", "funcs", "lock"):
        target = folder / f"{name}.mpy"
        source = chip.runtime.asyncio / f"{name}.py"
        subprocess.run([chip.runtime.mpy_cross, "-O3", "-s", name, "-o", target, source], check=True)
        files[f"asyncio/{name}.mpy"] = target.read_bytes()
    return files


def echo(server: socket.socket) -> threading.Thread:
    """Sends everything back until the peer closes."""

    def run() -> None:
        peer, _ = server.accept()
        with peer:
            while data := peer.recv(4096):
                peer.sendall(data)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_asyncio_from_mpy_over_tcp(net: Chip, server: socket.socket, tmp_path: Path) -> None:
    thread = echo(server)
    printed = net.run(UP + ECHO % server.getsockname(), **asyncio_files(net, tmp_path))
    thread.join()
    assert printed.split() == ["1", "1072", "5000"]
    assert net.state.tcp_open == 0


def test_asyncio_sleeps_in_poll(net: Chip, server: socket.socket, tmp_path: Path) -> None:
    wait = f"""
import asyncio
async def main():
    reader, writer = await asyncio.open_connection('{HUB}', {server.getsockname()[1]})
    print('joined')
    print(await reader.read(5))
asyncio.run(main())
"""
    net.install(UP + wait, **asyncio_files(net, tmp_path))
    net.start()
    peer, address = server.accept()
    assert address[0] == PLUG
    net.printed("joined")
    before = cpu(net)
    time.sleep(1)
    assert cpu(net) - before < 0.1
    with peer:
        peer.sendall(b"hello")
        net.printed("b'hello'")


def cpu(chip: Chip) -> float:
    """Seconds that the process has computed."""
    assert chip.process
    fields = Path(f"/proc/{chip.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_send_takes_1072_bytes_at_most(net: Chip, server: socket.socket) -> None:
    main = f"""
s = socket.socket()
s.connect({server.getsockname()})
s.setblocking(False)
print(s.send(bytes(3000)))
total = 0
try:
    while True:
        total += s.send(bytes(3000))
except OSError as e:
    print(e.errno, total > 1072)
"""
    net.install(UP + main)
    net.start()
    peer, _ = server.accept()
    with peer:
        net.end()
    assert net.output().splitlines() == ["1072", "11 True"]


def test_five_connections(net: Chip, server: socket.socket) -> None:
    main = """
kept = []
try:
    while True:
        kept.append(socket.socket())
except OSError as e:
    print(len(kept), e.errno)
kept.pop().close()
kept.append(socket.socket())
listening = kept.pop()
listening.bind(('', 0))
listening.listen(1)
socket.socket()
print('ok')
"""
    assert net.run(UP + main).splitlines() == [f"5 {NO_MEMORY}", "ok"]


def test_refused_is_a_reset_and_connect_does_not_block(net: Chip) -> None:
    port = free_port()
    main = f"""
s = socket.socket()
s.setblocking(False)
try:
    s.connect(('{HUB}', {port}))
except OSError as e:
    print(e.errno)
p = select.poll()
p.register(s, select.POLLOUT)
print(len(p.poll(1000)))
for call in (lambda: s.send(b'x'), lambda: s.recv(1)):
    try:
        call()
    except OSError as e:
        print(e.errno)
s = socket.socket()
try:
    s.connect(('{HUB}', {port}))
except OSError as e:
    print(e.errno)
"""
    assert net.run(UP + main).split() == ["115", "1", "104", "104", "104"]


def test_a_listening_chip(net: Chip) -> None:
    port = free_port()
    main = f"""
s = socket.socket()
s.bind(('', {port}))
s.listen(2)
print('ready')
c, a = s.accept()
print(a[0], c.readline())
c.write(b'bye')
c.close()
"""
    net.install(UP + main)
    net.start()
    net.printed("ready")
    with socket.create_connection((PLUG, port), source_address=(HUB, 0)) as client:
        client.sendall(b"hello\nmore")
        assert client.recv(10) == b"bye"
    net.end()
    assert net.output().splitlines()[-1] == f"{HUB} b'hello\\n'"


def test_silence_while_the_link_is_down(net: Chip, server: socket.socket) -> None:
    main = f"""
s = socket.socket()
s.connect({server.getsockname()})
s.setblocking(False)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print('joined')
while w.isconnected(): time.sleep_ms(10)
p = select.poll()
p.register(s, select.POLLIN)
print(p.poll(300), s.write(b'lost'))
far = ('{HUB}', 9)
for call in (lambda: s.recv(1), lambda: u.sendto(b'x', far), lambda: socket.socket().connect(far)):
    try:
        call()
    except OSError as e:
        print(e.errno)
while not w.isconnected(): time.sleep_ms(10)
print(p.poll(300))
s.close()
s = socket.socket()
s.connect({server.getsockname()})
print(s.recv(3))
"""
    net.install(UP + main)
    net.start()
    peer, _ = server.accept()
    net.printed("joined")
    air_down(net)
    peer.sendall(b"into the void")
    net.printed(str(UNREACHABLE))
    net.state.set_air([Network("home", "secret12")])
    again, _ = server.accept()
    again.sendall(b"new")
    net.end()
    peer.close()
    again.close()
    assert net.output().splitlines() == ["joined", "[] 4", "11", "113", "113", "[]", "b'new'"]


def test_memberships_end_with_the_link(net: Chip, hub: socket.socket) -> None:
    port = free_port()
    net.install(
        UP + LISTEN % port + "print('ready')\nwhile w.isconnected(): time.sleep_ms(10)\n"
        "while not w.isconnected(): time.sleep_ms(10)\nprint('again')\nprint(p.poll(500))"
    )
    net.start()
    net.printed("ready")
    air_down(net)
    net.state.set_air([Network("home", "secret12")])
    net.printed("again")
    hub.sendto(b"all", (GROUP, port))
    net.end()
    assert net.output().splitlines()[-1] == "[]"


def answer(query: bytes, address: str) -> bytes:
    """A DNS answer with one A record."""
    name = query[12:-4]
    header = query[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0)
    return (
        header
        + name
        + query[-4:]
        + b"\xc0\x0c"
        + struct.pack(">HHIH", 1, 1, 60, 4)
        + socket.inet_aton(address)
    )


def test_names_are_resolved_by_the_hosts_resolver(net: Chip, resolver: socket.socket) -> None:
    main = (
        "print(socket.getaddrinfo('10.1.2.3', 80))\nprint(socket.getaddrinfo('hub.example', 7261))\n"
        "try:\n    socket.getaddrinfo('nowhere.example', 1)\nexcept OSError as e:\n    print(e.errno)"
    )
    net.install(UP + main)
    net.start()
    query, sender = resolver.recvfrom(512)
    assert b"\3hub\7example\0" in query
    resolver.sendto(answer(query, "10.9.8.7"), sender)
    query, sender = resolver.recvfrom(512)
    resolver.sendto(query[:2] + struct.pack(">HHHHH", 0x8183, 1, 0, 0, 0) + query[12:], sender)
    net.end()
    assert net.output().splitlines() == [
        "[(2, 1, 0, '', ('10.1.2.3', 80))]",
        "[(2, 1, 0, '', ('10.9.8.7', 7261))]",
        "-2",
    ]


def test_port_53_goes_to_the_hosts_resolver(net: Chip, resolver: socket.socket) -> None:
    net.install(
        UP + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.sendto(b'query', ('192.0.2.1', 53))\nprint(s.recvfrom(99))"
    )
    net.start()
    data, sender = resolver.recvfrom(512)
    assert data == b"query"
    resolver.sendto(b"answer", sender)
    net.end()
    assert net.output() == "(b'answer', ('192.0.2.1', 53))\n"


@pytest.mark.slow
def test_a_dead_resolver_blocks_for_ten_seconds(net: Chip) -> None:
    main = """
import machine
n = [0]
def tick(timer): n[0] += 1
timer = machine.Timer(-1)
timer.init(period=100, callback=tick)
t = time.ticks_ms()
try:
    socket.getaddrinfo('hub.example', 80)
except OSError as e:
    print(e.errno, (time.ticks_ms() - t) // 1000, n[0] < 3)
"""
    assert net.run(UP + main).strip() == "-2 10 True"


def test_time_outs(net: Chip, server: socket.socket) -> None:
    main = f"""
s = socket.socket()
s.settimeout(0.2)
s.connect({server.getsockname()})
t = time.ticks_ms()
try:
    s.recv(1)
except OSError as e:
    print(e.errno, 199 <= time.ticks_ms() - t < 300)
l = socket.socket()
l.bind(('', 0))
l.listen(1)
l.setblocking(False)
try:
    l.accept()
except OSError as e:
    print(e.errno)
s.close()
try:
    s.recv(1)
except OSError as e:
    print(e.errno)
"""
    assert net.run(UP + main).splitlines() == ["110 True", "11", "9"]


def test_groups_go_astray_while_the_access_point_is_on(net: Chip, hub: socket.socket) -> None:
    theirs = hub.getsockname()[1]
    send = f"s.sendto(b'%s', ('{GROUP}', {theirs}))\n"
    net.run(
        UP
        + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nnetwork.WLAN(1).active(True)\n"
        + send % "lost"
        + "network.WLAN(1).active(False)\n"
        + send % "heard"
    )
    assert hub.recv(100) == b"heard"
