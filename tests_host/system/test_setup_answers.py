"""What setup mode refuses, with the field and the reason; and that it never tells a secret."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import joincode
from tests_host.system import rig, setups
from tests_host.system.phone import OWN, Phone
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(120)
CODE = joincode.normalise(joincode.generate(bytes(range(7))))
MISTYPED = CODE[:4] + ("2" if CODE[4] == "3" else "3") + CODE[5:]
WIFI = [{"ssid": "gone", "password": "not for you 1"}, {"ssid": "home", "password": "not for you 2"}]
SEALED = "1000$" + "5e" * 16 + "$" + "c7" * 32
SECRETS = {"ap_key": "not for you 3", "join_code": CODE, "page_password": SEALED}
ADDRESS = {"ip": "192.168.7.20", "mask": "255.255.255.0", "gateway": "192.168.7.1", "dns": "192.168.7.1"}


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """One that has secrets; it must be untroubled after all of it."""
    with setups.known(tmp_path_factory.mktemp("answers") / "plug", WIFI, **SECRETS) as running:
        setups.opened(running)
        yield running
        rig.untroubled(running)


@pytest.fixture
def phone(plug: Plug) -> Phone:
    """A phone at its page."""
    return setups.opened(plug)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"settings": {"nmae": "x"}}, "nmae", "unknown"),
    ({"settings": {"hub": {"host": "a", "port": 1, "path": "/"}}}, "hub.path", "unknown"),
    ({"settings": {"insecure": "yes"}}, "insecure", "type"),
    ({"settings": {"hub": 5}}, "hub", "type"),
    ({"settings": {"name": ""}}, "name", "length"),
    ({"settings": {"ap_key": "short"}}, "ap_key", "length"),
    ({"settings": {"page_password": "short"}}, "page_password", "length"),
    ({"settings": {"hub": {"host": "a", "port": 70000}}}, "hub.port", "range"),
    ({"settings": {"power_on": "perhaps"}}, "power_on", "range"),
    ({"settings": {"address": {**ADDRESS, "mask": "255.0.255.0"}}}, "address.mask", "range"),
    ({"settings": {"address": {**ADDRESS, "ip": "192.168.7"}}}, "address.ip", "format"),
    ({"settings": {"hub": {"host": "no host", "port": 1}}}, "hub.host", "format"),
    ({"settings": {"join_code": CODE[:-1] + "!"}}, "join_code", "format"),
    ({"settings": {"join_code": CODE[:-1]}}, "join_code", "length"),
    ({"settings": {"join_code": MISTYPED}}, "join_code", "check"),
    ({"settings": {"hub": {"host": "a"}}}, "hub.port", "missing"),
    ({"settings": {"address": {"ip": "192.168.7.20"}}}, "address.mask", "missing"),
    (setups.join("", "secret12"), "ssid", "length"),
    (setups.join("ü" * 17, "secret12"), "ssid", "length"),
    (setups.join("home", "short"), "password", "length"),
    (setups.join("home", "x" * 64), "password", "format"),
    (setups.join("new here", "***"), "password", "missing"),
    ({"network": {"ssid": 5, "password": "secret12"}}, "ssid", "type"),
    ({"network": {"password": "secret12"}}, "ssid", "missing"),
]


@pytest.mark.parametrize(("content", "field", "code"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_wrong_field_is_named(
    plug: Plug, phone: Phone, content: dict[str, Any], field: str, code: str
) -> None:
    before = plug.files()["config.json"]
    status, answer = phone.post("/save", content)
    assert (status, answer.get("field"), answer.get("code")) == (422, field, code), rig.console(plug)
    assert answer["text"].endswith(".")
    assert plug.files()["config.json"] == before
    assert phone.state()["trial"]["state"] == "idle"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"ssid=home", 415),
        ("application/json", b"no JSON", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"\xff{}", 400),
        ("application/json", b'{"settings": 5}', 400),
        ("application/json", b'{"settings": [1]}', 400),
        ("application/json", b'{"network": 5}', 400),
        ("application/json", b'{"network": "home"}', 400),
        ("application/json", b'{"settings": {"name": "\\ud83d\\ude00"}}', 422),  # halves of one character
        ("application/json", b'{"name": "' + b"x" * 1600 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_form_is_refused(phone: Phone, plug: Plug, kind: str, body: bytes, expected: int) -> None:
    assert request(phone, "/save", kind, body) == expected, rig.console(plug)
    assert phone.state()["trial"]["state"] == "idle"


def request(phone: Phone, path: str, kind: str, body: bytes) -> int:
    """The status of a POST."""
    lines = (f"POST {path} HTTP/1.1", f"Host: {OWN}", f"Content-Type: {kind}", f"Content-Length: {len(body)}")
    return int(phone.raw("\r\n".join([*lines, "", ""]).encode() + body).split()[1])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods(phone: Phone, method: str) -> None:
    assert phone.raw(f"{method} / HTTP/1.1\r\nHost: {OWN}\r\n\r\n".encode()).split()[1] == b"405"


def test_an_unknown_place_to_post_to(phone: Phone) -> None:
    assert request(phone, "/login", "application/json", b"{}") == 404


def test_a_post_to_another_host_changes_nothing(phone: Phone) -> None:
    body = json.dumps({"settings": {"name": "stolen"}})
    head = "POST /save HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\n"
    answer = phone.raw(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    assert answer.split()[1] == b"302"
    assert phone.about()["config"]["name"] == "plug"


def test_no_answer_holds_a_secret(plug: Plug, phone: Phone) -> None:
    """Each GET, refusals with secrets in the request's place, and the console."""
    answers = [phone.raw(f"GET {path} HTTP/1.1\r\nHost: {OWN}\r\n\r\n".encode()) for path in PATHS]
    answers += [gzip.decompress(phone.page())]
    answers += [json.dumps(phone.post("/save", content)[1]).encode() for content, _, _ in REFUSED[:3]]
    config = phone.about()["config"]
    assert [each["password"] for each in config["wifi"]] == ["***", "***"]
    assert {name: config[name] for name in SECRETS} == dict.fromkeys(SECRETS, "***")
    secrets = [*(each["password"] for each in WIFI), *SECRETS.values(), "5e" * 16, "c7" * 32]
    for secret in secrets:
        assert not [answer for answer in answers if secret.encode() in answer]
        assert secret not in rig.console(plug)


PATHS = ("/", "/state", "/about", "/networks", "/config.json", "/../config.json", "/about?config.json")


def test_secrets_that_come_back_masked_are_kept(tmp_path: Path) -> None:
    with setups.known(tmp_path / "plug", WIFI, **SECRETS) as plug:
        phone = setups.opened(plug)
        shown = phone.about()["config"]
        patch = {name: shown[name] for name in SECRETS}
        assert phone.post("/save", {"settings": {**patch, "name": "new"}}) == (200, {"ok": True})
        stored = setups.stored(plug)
        assert stored["name"] == "new" and stored["wifi"] == WIFI
        assert {name: stored[name] for name in SECRETS} == SECRETS
        clear = {"page_password": "open sesame", "ap_key": "", "join_code": None}
        assert phone.post("/save", {"settings": clear}, 30) == (200, {"ok": True}), rig.console(plug)
        stored = setups.stored(plug)
        assert "open sesame" not in json.dumps(stored) and stored["page_password"].count("$") == 2
        assert stored["ap_key"] == "" and "join_code" not in stored
        assert phone.state()["about"] == 2
