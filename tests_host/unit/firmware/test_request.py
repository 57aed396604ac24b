"""Requests as browsers, probes and attackers send them."""

import pytest

from firmware.portal import request as http
from firmware.portal.http_error import HttpError
from firmware.portal.request import Request


def read(*parts):
    """The request of all parts; AssertionError when it is not whole then."""
    request = Request()
    whole = [request.feed(part) for part in parts]
    assert whole[-1]
    assert not any(whole[:-1])
    return request


def test_a_page():
    request = read(b"GET /state?t=1 HTTP/1.1\r\nHost: 4.3.2.1\r\nAccept: */*\r\n\r\n")
    assert (request.method, request.path, request.host, request.body) == ("GET", "/state", "4.3.2.1", b"")


def test_byte_by_byte():
    raw = (
        b"POST /save HTTP/1.1\r\nHost: Plug.Local:80\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
        b'Content-Length: 5\r\n\r\n{"a"}'
    )
    request = read(*[raw[at : at + 1] for at in range(len(raw))])
    assert (request.host, request.kind, request.body) == ("plug.local", "application/json", b'{"a"}')


def test_what_follows_the_body_is_not_its():
    assert (read(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET / HTTP/1.1\r\n\r\n")).body == b"ab"


def test_bare_line_feeds_and_empty_lines_before():
    request = read(b"\r\n\nGET / HTTP/1.0\nhOsT:  a.b. \n\n")
    assert (request.path, request.host) == ("/", "a.b")


def test_a_request_as_to_a_proxy():
    request = read(b"GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: 4.3.2.1\r\n\r\n")
    assert (request.host, request.path) == ("captive.apple.com", "/hotspot-detect.html")


def test_ipv6_host():
    assert (read(b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")).host == "[::1]:80"


def test_a_long_header_that_nobody_wants_is_skipped():
    request = read(b"GET / HTTP/1.1\r\nCookie: " + b"x" * 2500 + b"\r\nX-Twig-Token: T\r\n\r\n")
    assert request.token == "T"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /" + b"x" * 600 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 900, 431),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 5000, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 1537\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\n", 400),  # TLS
        (b"GET /\r\n\r\n", 400),
        (b"GET / SPDY/3\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n", 400),
        (b"\0" * 100 + b"\n", 400),
    ],
)
def test_bad_requests(raw, status):
    with pytest.raises(HttpError) as caught:
        read(raw)
    assert caught.value.code == status


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
    ],
)
def test_half_a_request(raw):
    assert not Request().feed(raw)


def test_what_waits_for_its_end_is_bounded():
    request = Request()
    for _ in range(http.HEAD_MAX // 100):
        assert not request.feed(b"x" * 100)
        assert len(request.body) <= http.LINE_MAX + 1
    with pytest.raises(HttpError):
        request.feed(b"x" * 100)
