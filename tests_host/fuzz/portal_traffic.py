"""What reaches a plug's access point, and seeded mutations of it."""

import json
import random
from typing import Any

from tests_host.system import phone
from tests_host.system.phone import OWN
from tests_host.system.probes import PROBES

MUTATIONS = 4  # of one request at most
GROWN = 600  # bytes that one mutation adds at most
RARE_OF = 3000  # a scan or a search takes the radio away for seconds: one request of so many asks for one
# What changes the meaning more often than any byte does.
TOKENS = (
    b"\r\n", b"\n", b"\r\n\r\n", b" ", b":", b"\0", b"\xff\xfe", b"%", b"?", b"/", b"..", b"HTTP/1.1", b"http://",
    b"Host: ", b"Content-Length: 5\r\n", b"Content-Length: 1600\r\n", b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", b"{", b"}", b"[", b"]", b'"', b"\\u0000",
    b"\\ud83d", b"null", b"true", b"-1", b"1e99", b"9" * 30, b"***",
)  # fmt: skip


def form(content: dict[str, Any], path: str = "/save") -> bytes:
    """A request as the page sends it."""
    body = json.dumps(content, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {OWN}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nX-Twig-Token: none\r\n\r\n".encode() + body


def page(path: str) -> bytes:
    """As a browser asks."""
    lines = (f"GET {path} HTTP/1.1", f"Host: {OWN}", "User-Agent: Mozilla/5.0", "Accept: */*")
    return "\r\n".join([*lines, "", ""]).encode()


ADDRESS = {"ip": "192.168.7.20", "mask": "255.255.255.0", "gateway": "192.168.7.1", "dns": "192.168.7.1"}
SETTINGS: dict[str, Any] = {
    "name": "Büro 😀", "power_on": "last", "led_dark": False, "ap_key": "", "join_code": None,
    "insecure": True, "hub": {"host": "192.168.7.2", "port": 7261}, "address": ADDRESS,
    "page_password": "***",
}  # fmt: skip
REQUESTS = (
    *(probe.request for probe in PROBES),
    *(page(path) for path in ("/", "/state", "/about", "/networks", "/favicon.ico", "/setup.html?x=1")),
    form({"settings": SETTINGS}),
    form({"settings": {"hub": None, "address": None}}),
    form({"network": {"ssid": "home", "password": "short"}, "settings": {"name": "x"}}),
    form({"forget": "home", "settings": {}}),
    form({}, "/login"),
)
RARE = (form({}, "/scan"), form({"network": {"ssid": "away", "password": "secret12"}, "settings": {}}))
QUERIES = tuple(
    phone.query(name, kind, edns)
    for name in ("captive.apple.com", "x" * 63 + ".example", "a")
    for kind in (phone.A, phone.AAAA, phone.HTTPS_RECORD)
    for edns in (False, True)
)


def request(dice: random.Random) -> bytes:
    """A mutated HTTP request; at times a whole one."""
    return mutated(dice, dice.choice(REQUESTS if dice.randrange(RARE_OF) else RARE))


def query(dice: random.Random) -> bytes:
    """A mutated DNS query."""
    return mutated(dice, dice.choice(QUERIES))


def mutated(dice: random.Random, raw: bytes) -> bytes:
    """Some mutations, one after the other."""
    for _ in range(dice.randrange(MUTATIONS + 1)):
        raw = _mutation(dice, raw)
    return raw


def _mutation(dice: random.Random, raw: bytes) -> bytes:
    at = dice.randrange(len(raw) + 1)
    end = min(len(raw), at + dice.choice((1, 1, 2, 8, 40)))
    return dice.choice(
        (
            lambda: raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :],
            lambda: raw[:at] + dice.choice(TOKENS) + raw[at:],
            lambda: raw[:at] + dice.choice(TOKENS) + raw[end:],
            lambda: raw[:at] + raw[end:],
            lambda: raw[:at] + raw[at:end] * dice.randrange(2, 20) + raw[end:],
            lambda: raw[:at] + bytes([dice.randrange(256)]) * dice.randrange(GROWN) + raw[at:],
            lambda: raw[:at],
            lambda: raw[at:] + raw[:at],
        )
    )()
