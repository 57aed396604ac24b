"""Who may change what in setup mode, and for how long."""

import json
import socket

import pytest

from firmware.modes.reasons import BUTTON, FALLBACK, NEW, POWER
from firmware.portal import portal as portals
from firmware.portal.http_error import HttpError
from firmware.portal.portal import Portal
from firmware.portal.request import Request


class Panel:
    presses = 7
    button = None


class Visit:
    """The plug's end of a connection; `answer` is what came out at the other one."""

    def __init__(self):
        self.sock, self.far = socket.socketpair()
        self.sock.setblocking(False)
        self.far.setblocking(False)

    def answer(self):
        return self.far.recv(65536)

    def close(self):
        self.sock.close()
        self.far.close()


@pytest.fixture
def visit():
    made = Visit()
    yield made
    made.close()


def request(method="GET", path="/state", host="4.3.2.1", body=b"", kind="application/json"):
    made = Request()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Type: {kind}"]
    lines.append(f"Content-Length: {len(body)}")
    assert made.feed("\r\n".join([*lines, "", ""]).encode() + body)
    return made


def opened(reason):
    return Portal(Panel(), reason)


@pytest.mark.parametrize(
    ("reason", "keyed", "locked", "scans"),
    [
        (NEW, False, False, True),
        (BUTTON, False, False, True),
        (POWER, True, False, True),
        (FALLBACK, True, True, False),
    ],
)
def test_what_a_reason_allows(reason, keyed, locked, scans):
    made = opened(reason)
    assert (made.keyed, made.locked, made.can_scan) == (keyed, locked, scans)


def test_a_new_plug_stays_open(clock):
    made = opened(NEW)
    clock.step(86_400_000)
    assert made.left_s() is None


@pytest.mark.parametrize(("reason", "seconds"), [(BUTTON, 600), (POWER, 600), (FALLBACK, 180)])
def test_windows(reason, seconds, clock):
    made = opened(reason)
    assert made.left_s() == seconds
    clock.step((seconds - 1) * 1000)
    assert made.left_s() == 1
    clock.step(1000)
    assert made.left_s() == 0


async def test_it_does_not_close_under_somebody(clock, visit):
    made = opened(FALLBACK)
    for _ in range(170):
        clock.step(1000)
        await made.handle(request(), visit)
        visit.answer()
    clock.step(30_000)
    assert made.left_s() == 30
    clock.step(30_000)
    assert made.left_s() == 0


async def test_but_not_for_ever(clock, visit):
    made = opened(FALLBACK)
    for _ in range(portals.LONGEST_S // 10 - 1):
        clock.step(10_000)
        await made.handle(request(), visit)
        visit.answer()
    assert made.left_s() == 10


async def test_probes_do_not_hold_it_open(clock, visit):
    made = opened(FALLBACK)
    clock.step(170_000)
    await made.handle(request(host="captive.apple.com"), visit)
    assert made.left_s() == 10


def test_a_press_unlocks():
    made = opened(FALLBACK)
    made.tick()
    assert made.locked
    made.panel.presses += 1
    made.tick()
    assert not made.locked


def test_after_success_it_closes_soon_and_tells_it_meanwhile(clock):
    for reason in (NEW, FALLBACK):
        made = opened(reason)
        clock.step(30_000)
        made.trial = ("connected", "home", "192.168.1.7")
        made.leave()
        assert made.left_s() == portals.LEAVE_S
        clock.step(portals.LEAVE_S * 1000)
        assert made.left_s() == 0


async def test_another_host_is_led_to_the_page(visit):
    await opened(NEW).handle(request(path="/generate_204", host="connectivitycheck.gstatic.com"), visit)
    head, _, body = visit.answer().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 302 ")
    assert b"\r\nLocation: http://4.3.2.1/" in head
    assert len(body) > 4, "Android takes less for a failure"


@pytest.mark.parametrize("host", ["4.3.2.1", "192.168.4.1", ""])
async def test_an_address_is_the_plug_itself(host, visit):
    await opened(NEW).handle(request(path="/nothing", host=host), visit)
    assert visit.answer().startswith(b"HTTP/1.1 404 ")


async def test_the_state_is_small_and_has_no_secret(visit):
    made = opened(NEW)
    made.trial = ("wrong_password", 'caf\u00e9 "x" \U0001f600', "")
    await made.handle(request(), visit)
    body = visit.answer().partition(b"\r\n\r\n")[2]
    state = json.loads(body)
    assert state["trial"] == {"state": "wrong_password", "ssid": 'caf\u00e9 "x" \U0001f600', "address": ""}
    assert set(state) == {"locked", "left", "scanning", "about", "networks", "trial"}
    assert len(body) < 300


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods(method, visit):
    with pytest.raises(HttpError) as caught:
        await opened(NEW).handle(request(method), visit)
    assert caught.value.code == 405


async def test_other_sites_forms_are_refused(visit):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        with pytest.raises(HttpError) as caught:
            await opened(NEW).handle(request("POST", "/save", body=b"{}", kind=kind), visit)
        assert caught.value.code == 415


async def test_locked_and_busy(visit):
    made = opened(FALLBACK)
    await made.handle(request("POST", "/save", body=b"{}"), visit)
    assert visit.answer().endswith(b'{"code": "locked"}')
    made.locked, made.busy = False, True
    await made.handle(request("POST", "/save", body=b"{}"), visit)
    assert visit.answer().endswith(b'{"code": "busy"}')


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"null", b'"text"', b'{"a"', b"\xff{}"])
async def test_no_json_object(body, visit):
    with pytest.raises(HttpError) as caught:
        await opened(NEW).handle(request("POST", "/save", body=body), visit)
    assert caught.value.code == 400
