"""The access point of a new plug: its radio, its name server, its page, and what phones probe."""

import gzip
import re
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.system import hooks, rig, setups
from tests_host.system import phone as phones
from tests_host.system.phone import HTTP, HTTPS, OWN, Phone
from tests_host.system.probes import PROBES, Probe
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(120)
ADDRESS = bytes([4, 3, 2, 1])
PLACE = f"http://{OWN}/"
PAGE_MAX = 12288  # bytes on the wire
SMALL = 200  # bytes of a redirect's body
AT_ONCE_S = 0.5
PRESS_MS = 5.0
TRIES = 5
USES = 10
HEARD = [["home", -55, 1], ["silent", -70, 1], ["far", -80, 1]]
ANSWERED, NO_ERROR = 0x8000, 0
# What a page can load: none of it may lie elsewhere.
ABSOLUTE = re.compile(rb"""(?:(?:src|href|action)\s*=|url\()\s*["']?(?:[a-z]+:)?//|@import""")
# Tells once what the access point's interface is; a chip's own state does not show it.
TELLS_ADDRESS = hooks.before_main("""
import network
from machine import Timer
timer = Timer(-1)
timer.init(period=500, callback=lambda timer: print("AP", network.WLAN(1).ifconfig()))
""")


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """One new plug for the module; it must be untroubled after all of it."""
    with setups.made(tmp_path_factory.mktemp("point") / "plug", changes={}) as running:
        setups.opened(running)
        yield running
        rig.untroubled(running)


@pytest.fixture
def phone(plug: Plug) -> Phone:
    """A phone at its page."""
    return setups.opened(plug)


def test_it_is_open_and_named_by_the_mac(plug: Plug, phone: Phone) -> None:
    mac = f"{plug.state.chip_id:06X}"
    assert plug.state.access_point == (f"Twig-{mac}", "", True)
    about = phone.about()
    assert (about["mac"], about["reason"], about["model"]) == (mac, "new", "s26")
    assert phone.state()["left"] is None, "a new plug waits for ever"


def test_one_scan_before_it_opens_and_its_address(tmp_path: Path) -> None:
    plug = setups.made(tmp_path / "plug", changes={})
    plug.write_file("main.py", TELLS_ADDRESS)
    with plug:
        rig.until(lambda: plug.state.scans == 1, "the scan")
        assert not plug.state.access_point.on, "phones would join what cannot hear them"
        rig.until(lambda: plug.state.access_point.on, "the access point")
        assert plug.state.scans == 1
        told = f"AP ('{OWN}', '255.255.255.0', '{OWN}', '{OWN}')"
        rig.until(lambda: told in rig.console(plug), told)


def test_no_scan_and_no_hop_while_the_page_is_used(plug: Plug, phone: Phone) -> None:
    before = plug.state.scans
    for _ in range(USES):
        phone.page()
        phone.state()
        phone.about()
        phone.value("/networks")
    assert (plug.state.scans, plug.state.ap_hops) == (before, 0)


def test_networks_strongest_first(phone: Phone) -> None:
    assert phone.value("/networks") == HEARD


@pytest.mark.parametrize("edns", [False, True], ids=["plain", "EDNS"])
@pytest.mark.parametrize("kind", [phones.A, phones.AAAA, phones.HTTPS_RECORD])
def test_name_server(phone: Phone, kind: int, edns: bool) -> None:
    query = phones.query("example.com", kind, edns)
    answer = phone.ask(query)
    number, flags, questions, answers, authorities, extra = struct.unpack(">6H", answer[:12])
    assert (number, flags & ANSWERED, flags & 15) == (0x1234, ANSWERED, NO_ERROR)
    assert (questions, answers, authorities, extra) == (1, int(kind == phones.A), 0, 0)
    question = phones.query("example.com", kind)[12:]
    assert answer[12 : 12 + len(question)] == question
    assert answer[12 + len(question) :].endswith(ADDRESS if answers else b"")
    assert len(answer) == 12 + len(question) + 16 * answers


def test_https_is_refused_at_once(phone: Phone) -> None:
    begun = time.monotonic()
    with pytest.raises(ConnectionRefusedError):
        phone.connect(HTTPS)
    assert time.monotonic() - begun < AT_ONCE_S


@pytest.mark.parametrize("path", ["/nothing", "/generate_204", "/hotspot-detect.html"])
def test_an_unknown_path_of_its_own_is_no_redirect(phone: Phone, path: str) -> None:
    status, head, body = phone.get(path)
    assert status == 404 and b"location" not in head.lower() and body


@pytest.mark.parametrize("host", ["example.com", "twig.local", "EXAMPLE.com:80"])
def test_another_host_is_redirected(phone: Phone, host: str) -> None:
    status, head, body = phone.get("/some/where?else", host)
    assert status == 302 and location(head) == PLACE
    assert 0 < len(body) <= SMALL


def location(head: bytes) -> str:
    lines = head.decode().split("\r\n")
    return next(line.split(": ", 1)[1] for line in lines if line.lower().startswith("location:"))


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_a_probe_leads_to_the_page(phone: Phone, probe: Probe) -> None:
    """Byte for byte: the name is looked up, the request sent, the redirect followed."""
    assert phone.ask(phones.query(probe.host)).endswith(ADDRESS)
    answer = phone.raw(probe.request)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert probe.good not in answer and body
    assert head.split()[1] == b"302" and location(head) == PLACE
    name = location(head).removeprefix("http://").strip("/")
    status, _, page = phone.get("/", host=name)
    assert status == 200 and gzip.decompress(page).lstrip().lower().startswith(b"<!doctype html")


def test_the_page_is_small_and_whole(phone: Phone) -> None:
    wire = phone.page()
    assert len(wire) < PAGE_MAX
    page = gzip.decompress(wire)
    assert page.rstrip().endswith(b"</html>")
    assert not ABSOLUTE.search(page)
    status, head, body = phone.get("/")
    assert status == 200 and f"Content-Length: {len(wire)}".encode() in head and body == wire


def test_head_of_the_page(phone: Phone) -> None:
    answer = phone.raw(f"HEAD / HTTP/1.1\r\nHost: {OWN}\r\n\r\n".encode())
    assert answer.endswith(b"\r\n\r\n") and f"Content-Length: {len(phone.page())}".encode() in answer


def test_scan_again(plug: Plug, phone: Phone) -> None:
    before, scans = phone.state(), plug.state.scans
    status, answer = phone.post("/scan", {})
    assert (status, answer) == (200, {"ok": True}), rig.console(plug)
    assert phone.state()["scanning"] or plug.state.scans > scans
    after = rig.until(lambda: answered(phone, before["networks"]), "the list of networks")
    assert not after["scanning"]
    assert (plug.state.scans, after["networks"]) == (scans + 1, before["networks"] + 1)
    assert [each[0] for each in phone.value("/networks")] == [each[0] for each in HEARD]
    assert plug.state.ap_hops == 0


def answered(phone: Phone, before: int) -> phones.Json | None:
    """The state once there is a newer list; the plug is deaf meanwhile."""
    state = phone.ready()
    return state if state["networks"] != before else None


def test_relay_button_and_led(plug: Plug, phone: Phone) -> None:
    rig.until(lambda: plug.show()["led"] == "setup", "the pattern of setup mode")
    assert plug.show()["mode"] == "setup"
    times = []
    for _ in range(TRIES):
        before = rig.relay(plug)
        times.append(rig.press(plug))
        assert rig.relay(plug) is not before
    print("press to relay in setup mode, ms:", [round(each, 3) for each in times])
    assert sorted(times)[TRIES // 2] <= PRESS_MS
    with phone.connect(HTTP):
        assert phone.state()["locked"] is False
