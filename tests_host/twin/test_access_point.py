"""The access point: phones, ports, and a radio that is on one channel at a time."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests_host.twin.chip import Chip
from twig.twin.state import Network

PLUG, PHONE, HUB = "127.0.5.1", "127.0.5.2", "127.0.5.3"
HOME = Network("home", "secret12", channel=11)
HTTP, DNS = 80, 53

IMPORTS = """
import network, select, socket, time
a, w = network.WLAN(1), network.WLAN(0)
def until(condition):
    while not condition():
        time.sleep_ms(5)
"""
# A server that answers each line of each client, on one poll, as a portal does.
SERVER = """
l = socket.socket()
l.bind(('', 80))
l.listen(4)
l.setblocking(False)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(('', 53))
u.setblocking(False)
p = select.poll()
p.register(l, select.POLLIN)
p.register(u, select.POLLIN)
answered = []
print('serves')
def lines(number):
    return lambda: len(answered) >= number
def serve(done):
    while not done():
        for s, event in p.ipoll(20):
            if s is l:
                c = l.accept()[0]
                c.setblocking(False)
                p.register(c, select.POLLIN)
            elif s is u:
                data, sender = u.recvfrom(100)
                u.sendto(b'A' + data, sender)
            else:
                line = s.readline()
                if line:
                    s.write(b'> ' + line)
                    answered.append(line)
                elif line == b'':
                    p.unregister(s)
                    s.close()
def for_ms(ms):
    end = time.ticks_add(time.ticks_ms(), ms)
    return lambda: time.ticks_diff(time.ticks_ms(), end) >= 0
"""
SERVES = IMPORTS + SERVER
JOIN = "w.active(True)\nw.connect('home', 'secret12')\n"


def free_base() -> int:
    """A port base with which HTTP and DNS are free."""
    while True:
        with socket.socket() as http, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dns:
            http.bind((PLUG, 0))
            base = int(http.getsockname()[1]) - HTTP
            try:
                dns.bind((PLUG, base + DNS))
            except OSError:
                continue
            return base


@pytest.fixture
def near(chip: Chip) -> Chip:
    """A chip with a network and one phone in reach; its access point is on from the first boot."""
    chip.state.erase_ms = 0
    chip.state.set_air([HOME])
    chip.state.set_interface(PLUG)
    chip.state.port_base = free_base()
    chip.state.phones = 1
    return chip


@pytest.fixture
def phone(near: Chip) -> Iterator[socket.socket]:
    """A UDP socket of the phone, connected to the plug's DNS."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((PHONE, 0))
        made.connect((PLUG, near.state.port_base + DNS))
        made.settimeout(10)
        yield made


def connect(chip: Chip, source: str = PHONE) -> socket.socket:
    """A connection to the plug's page."""
    return socket.create_connection((PLUG, chip.state.port_base + HTTP), 10, source_address=(source, 0))


def ask(connection: socket.socket, text: str = "hello") -> float:
    """Seconds until the line is answered."""
    start = time.monotonic()
    connection.sendall(text.encode() + b"\n")
    assert connection.recv(100) == f"> {text}\n".encode()
    return time.monotonic() - start


def mute(connection: socket.socket, seconds: float = 0.4) -> bool:
    """Whether a line stays without an answer."""
    connection.settimeout(seconds)
    try:
        connection.sendall(b"hello\n")
        return not connection.recv(100)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(10)


def serve(chip: Chip, then: str) -> None:
    """Boot the server with what it does; returns when it serves."""
    chip.install(SERVES + then)
    chip.start()
    chip.printed("serves")


def test_low_ports_lie_behind_the_base(near: Chip, phone: socket.socket) -> None:
    serve(near, "serve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    phone.send(b"name?")
    assert phone.recv(100) == b"Aname?"
    with connect(near) as page:
        assert ask(page) < 1
    for port in (443, near.state.port_base + 443):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((PLUG, port))


def test_other_ports_and_no_base_stay_as_they_are(near: Chip) -> None:
    port = near.state.port_base + HTTP
    near.state.port_base = 20000
    main = f"""
for port in ({port}, 0):
    s = socket.socket()
    s.bind(('', port))
    s.listen(1)
print('up')
time.sleep(60)
"""
    near.install(IMPORTS + main)
    near.start()
    near.printed("up")
    socket.create_connection((PLUG, port)).close()


def test_phones_are_clients_while_the_access_point_is_on(near: Chip) -> None:
    main = """
until(a.isconnected)
print(a.status('stations'))
a.active(False)
print(a.status('stations'), a.isconnected())
time.sleep_ms(500)
print(a.status('stations'))
a.active(True)
print(a.isconnected())
until(a.isconnected)
print(len(a.status('stations')))
time.sleep(60)
"""
    near.install(IMPORTS + main)
    near.start()
    near.printed("\n1\n")
    assert near.output().splitlines() == [
        r"[(b'\x02PH\x00\x00\x00', '192.168.4.2')]",
        "[] False",
        "[]",
        "False",
        "1",
    ]
    near.state.phones = 7
    near.until(lambda: near.state.ap_stations == 4)
    near.state.phones = 0
    near.until(lambda: near.state.ap_stations == 0)


@pytest.mark.parametrize(
    "change",
    [
        "a.active(False)\na.active(True)",
        "a.config(ssid='Twig-ABCDEF')",
        "a.config(key='password1', security=4)",
    ],
)
def test_a_change_of_the_access_point_drops_its_connections_for_good(near: Chip, change: str) -> None:
    serve(near, f"serve(lines(1))\n{change}\nprint(a.isconnected())\nserve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    with connect(near) as before:
        assert ask(before) < 1
        near.printed("False")
        near.until(lambda: near.state.ap_stations == 1)
        assert mute(before)
        with connect(near) as after:
            assert ask(after) < 1


def test_what_the_host_sees_of_it(near: Chip) -> None:
    assert near.state.access_point.on is False
    main = (
        "a.config(ssid='Twig-ABCDEF', key='password1', security=0)\nprint(1)\ntime.sleep_ms(700)\n"
        "a.config(security=a.SEC_WPA2)\nprint(2)\ntime.sleep_ms(500)\na.active(False)\nprint(3)\ntime.sleep(60)"
    )
    near.install(IMPORTS + main)
    near.start()
    near.printed("1")
    assert near.state.access_point == ("Twig-ABCDEF", "", True)  # security decides, not the key
    near.printed("2")
    assert near.state.access_point == ("Twig-ABCDEF", "password1", True)
    near.printed("3")
    assert near.state.access_point.on is False


def test_its_address_is_what_was_set_until_the_next_boot(near: Chip) -> None:
    main = "a.ifconfig(('4.3.2.1', '255.255.255.0', '4.3.2.1', '4.3.2.1'))\n"
    printed = "until(a.isconnected)\nprint(a.ifconfig(), a.status('stations')[0][1])\n"
    assert near.run(IMPORTS + main + printed) == (
        "('4.3.2.1', '255.255.255.0', '4.3.2.1', '4.3.2.1') 4.3.2.2\n"
    )
    assert near.run(IMPORTS + printed).startswith("('192.168.4.1', '255.255.255.0', '192.168.4.1', ")


def test_losing_the_station_leaves_the_phones(near: Chip) -> None:
    near.state.phones = 0
    serve(near, JOIN + "serve(for_ms(60000))")
    near.until(lambda: near.state.station_status == 5)
    with connect(near, HUB) as lan:
        assert ask(lan) < 1
        near.state.phones = 1
        near.until(lambda: near.state.ap_stations == 1)
        with connect(near) as page:
            assert ask(page) < 1
            assert ask(lan) < 1
            near.state.set_air([])
            near.until(lambda: near.state.station_status == 3)  # it has looked and given up
            assert ask(page) < 1
            assert mute(lan)


def test_losing_the_phones_leaves_the_station(near: Chip) -> None:
    near.state.phones = 0
    serve(
        near,
        JOIN + "serve(lines(2))\na.active(False)\nprint('off')\nserve(for_ms(60000))",
    )
    near.until(lambda: near.state.station_status == 5)
    with connect(near, HUB) as lan:
        assert ask(lan) < 1
        near.state.phones = 1
        near.until(lambda: near.state.ap_stations == 1)
        with connect(near) as page:
            assert ask(page) < 1
            near.printed("off")
            assert ask(lan) < 1
            assert mute(page)


def test_phones_that_go_away_and_come_back_go_on(near: Chip) -> None:
    serve(near, "serve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    with connect(near) as page:
        assert ask(page) < 1
        near.state.phones = 0
        near.until(lambda: near.state.ap_stations == 0)
        assert mute(page)
        near.state.phones = 1
        assert page.recv(100) == b"> hello\n"


def test_deaf_while_the_station_looks(near: Chip, phone: socket.socket) -> None:
    """2.5 s for a network that is not there; then what waited is answered, but for datagrams."""
    serve(near, "serve(lines(1))\nw.active(True)\nw.connect('away')\nprint('looks')\nserve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    with connect(near) as page:
        assert ask(page) < 1
        near.printed("looks")
        phone.send(b"lost")
        with connect(near) as other:
            other.sendall(b"first\n")
            assert 1.5 < ask(page, "waited") < 5
            assert other.recv(100) == b"> first\n"
        assert near.state.station_status == 3
        assert near.state.ap_stations == 1
        phone.send(b"found")
        assert phone.recv(100) == b"Afound"


def test_a_writer_waits_while_the_radio_is_away(near: Chip) -> None:
    main = """
until(a.isconnected)
c = None
def connected():
    global c
    try:
        c = l.accept()[0]
    except OSError:
        return False
    return True
until(connected)
c.setblocking(False)
w.active(True)
w.connect('away')
q = select.poll()
q.register(c, select.POLLOUT)
print(c.write(b'early'), q.poll(300))
t = time.ticks_ms()
q.poll(5000)
print(c.write(b'late'), time.ticks_ms() - t > 1500)
c.close()
"""
    serve(near, main)
    near.until(lambda: near.state.ap_stations == 1)
    with closing(connect(near)) as page:
        assert page.recv(100) == b"late"
    near.end()
    assert near.output().splitlines()[1:] == ["None []", "4 True"]


def test_deaf_during_a_scan(near: Chip, phone: socket.socket) -> None:
    serve(near, "serve(lines(1))\nw.active(True)\nprint('scans')\nw.scan()\nserve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    with connect(near) as page:
        assert ask(page) < 1
        near.printed("scans")
        near.until(lambda: near.state.scans == 1)
        phone.send(b"lost")
        assert 1 < ask(page) < 5
        phone.send(b"found")
        assert phone.recv(100) == b"Afound"
    assert (near.state.scans, near.state.ap_hops) == (1, 0)


def test_the_access_point_follows_the_station_to_its_channel(near: Chip) -> None:
    serve(
        near,
        "a.config(channel=3)\nserve(lambda: not a.isconnected())\nserve(lines(1))\n"
        + JOIN
        + "print('joins', a.config('channel'))\nserve(w.isconnected)\n"
        + "print('joined', a.config('channel'), w.config('channel'), a.isconnected())\nserve(for_ms(60000))",
    )
    near.until(lambda: near.state.ap_stations == 1 and near.state.channel == 3)
    assert near.state.ap_hops == 1  # told by config()
    with connect(near) as page:
        assert ask(page) < 1
        near.printed("joins 3")
        assert 1 < ask(page) < 5  # found again by the phone
        assert ask(page) < 1
    assert "joined 11 11 False" in near.output()
    assert (near.state.ap_hops, near.state.channel, near.state.connects) == (2, 11, 1)


def test_no_hop_on_the_same_channel_nor_while_it_is_off(near: Chip) -> None:
    near.state.set_air([Network("home", "secret12", channel=1), Network("far", "secret12", channel=9)])
    near.install(
        IMPORTS + JOIN + "until(w.isconnected)\nprint(a.isconnected())\na.active(False)\n"
        "w.connect('far', 'secret12')\nuntil(w.isconnected)\nprint(w.config('channel'))\na.active(True)\n"
        "print(a.config('channel'))"
    )
    near.start()
    near.end()
    assert near.output().splitlines()[1:] == ["9", "9"]
    assert near.state.ap_hops == 0


def test_without_an_address_the_station_does_not_keep_the_radio(near: Chip) -> None:
    near.state.set_air([Network("home", "secret12", channel=1, dhcp=False)])
    serve(near, "serve(lines(1))\n" + JOIN + "print('joins')\nserve(for_ms(60000))")
    near.until(lambda: near.state.ap_stations == 1)
    with connect(near) as page:
        assert ask(page) < 1
        near.printed("joins")
        assert ask(page) < 1
        assert near.state.station_status == 1
