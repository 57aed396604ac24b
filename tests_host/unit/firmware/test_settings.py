"""Changes of the configuration: merge patches, secrets that stay, and what each value may be."""

import copy

import pytest

from firmware.storage import config
from firmware.storage.faults import SettingsError
from firmware.storage.mask import carries_secret, hide
from firmware.storage.settings import checked, merged

SEALED = "500$" + "0f" * 16 + "$" + "ab" * 32
FULL = {
    "schema": 1,
    "model": "s26",
    "name": "Küche",
    "wifi": [{"ssid": "home", "password": "secret12"}, {"ssid": "open"}, {"ssid": "x", "password": ""}],
    "address": {"ip": "192.168.1.20", "mask": "255.255.255.0", "gateway": "192.168.1.1", "dns": "9.9.9.9"},
    "hub": {"host": "192.168.1.2", "port": 7261},
    "insecure": True,
    "development": False,
    "discovery_port": 7260,
    "power_on": "last",
    "ap_key": "12345678",
    "join_code": "7H3K9QWERTMB",
    "led_dark": False,
    "page_password": SEALED,
}


def fault(action, *arguments):
    with pytest.raises(SettingsError) as caught:
        action(*arguments)
    text = str(caught.value)
    assert text[-1] == "." and len(text) < 160
    assert text.startswith(caught.value.field or "The configuration")
    return caught.value.field, caught.value.code


def test_all_that_is_right_is_left_as_it_is():
    assert checked(copy.deepcopy(FULL)) == FULL
    assert checked({}) == {}
    config.save(copy.deepcopy(FULL))
    assert config.load() == FULL


def network(**values):
    return {"wifi": [{"ssid": "home", **values}]}


RIGHT = [
    {"name": "x" * 64},
    network(password="x" * 8),
    network(password="x" * 63),
    network(password="0123456789abcdefABCDEF" * 2 + "0" * 20),
    network(password="\"<&'\\ 😀 pass"),
    network(ssid="😀" * 8),
    {"wifi": [{"ssid": str(number)} for number in range(4)]},
    {"hub": {"host": "hub.example", "port": 1}},
    {"hub": {"host": "a", "port": 65535}},
    {"address": {**FULL["address"], "mask": "255.255.255.252", "ip": "192.168.1.2"}},
    {"ap_key": ""},
    {"page_password": ""},
]


@pytest.mark.parametrize("values", RIGHT, ids=str)
def test_right(values):
    assert checked(copy.deepcopy(values)) == values


def address(**values):
    return {"address": {**FULL["address"], **values}}


WRONG = [
    ({"schema": 2}, "schema", "range"),
    ({"name": 5}, "name", "type"),
    ({"name": ""}, "name", "length"),
    ({"name": "ü" * 33}, "name", "length"),
    ({"name": "\ud83d"}, "name", "format"),
    ({"wifi": {}}, "wifi", "type"),
    ({"wifi": [5]}, "wifi.0", "type"),
    ({"wifi": [{"ssid": "a"}] * 5}, "wifi", "many"),
    ({"wifi": [{"ssid": "a"}, {"password": "x"}]}, "wifi.1.ssid", "missing"),
    (network(ssid=""), "wifi.0.ssid", "length"),
    (network(ssid="x" * 33), "wifi.0.ssid", "length"),
    (network(ssid="ü" * 17), "wifi.0.ssid", "length"),
    (network(ssid="a\0b"), "wifi.0.ssid", "format"),
    (network(ssid=5), "wifi.0.ssid", "type"),
    (network(password=None), "wifi.0.password", "type"),
    (network(password="1234567"), "wifi.0.password", "length"),
    (network(password="x" * 64), "wifi.0.password", "format"),
    (network(password="0" * 65), "wifi.0.password", "length"),
    (network(password="ü" * 32), "wifi.0.password", "length"),
    (network(password="12345678\0"), "wifi.0.password", "format"),
    ({"address": "192.168.1.2"}, "address", "type"),
    ({"address": {"ip": "192.168.1.2"}}, "address.mask", "missing"),
    (address(ip="192.168.1"), "address.ip", "format"),
    (address(ip="192.168.1.256"), "address.ip", "format"),
    (address(ip="192.168.1.+5"), "address.ip", "format"),
    (address(ip="192.168.1.0"), "address.ip", "range"),
    (address(ip="192.168.1.255"), "address.ip", "range"),
    (address(ip="239.168.1.5"), "address.ip", "range"),
    (address(mask="255.0.255.0"), "address.mask", "range"),
    (address(mask="0.0.0.0"), "address.mask", "range"),
    (address(mask="255.255.255.255"), "address.mask", "range"),
    (address(gateway="192.168.2.1"), "address.gateway", "range"),
    (address(dns=""), "address.dns", "format"),
    (address(dns=1), "address.dns", "type"),
    ({"hub": []}, "hub", "type"),
    ({"hub": {}}, "hub.host", "missing"),
    ({"hub": {"host": "a"}}, "hub.port", "missing"),
    ({"hub": {"host": "a", "port": True}}, "hub.port", "type"),
    ({"hub": {"host": "a", "port": 1.5}}, "hub.port", "type"),
    ({"hub": {"host": "a", "port": 0}}, "hub.port", "range"),
    ({"hub": {"host": "a", "port": 65536}}, "hub.port", "range"),
    ({"hub": {"host": "", "port": 1}}, "hub.host", "length"),
    ({"hub": {"host": "a..b", "port": 1}}, "hub.host", "format"),
    ({"hub": {"host": "a b", "port": 1}}, "hub.host", "format"),
    ({"hub": {"host": "ü", "port": 1}}, "hub.host", "format"),
    ({"hub": {"host": "300.1.1.1", "port": 1}}, "hub.host", "format"),
    ({"hub": {"host": "a" * 64, "port": 1}}, "hub.host", "format"),
    ({"insecure": 1}, "insecure", "type"),
    ({"development": "yes"}, "development", "type"),
    ({"led_dark": 0}, "led_dark", "type"),
    ({"discovery_port": 0}, "discovery_port", "range"),
    ({"power_on": "maybe"}, "power_on", "range"),
    ({"power_on": True}, "power_on", "type"),
    ({"ap_key": "1234567"}, "ap_key", "length"),
    ({"ap_key": "x" * 64}, "ap_key", "length"),
    ({"join_code": ""}, "join_code", "length"),
    ({"join_code": "7H3K-9QWE-RTM"}, "join_code", "length"),
    ({"join_code": "7H3K-9QWE-RTMC"}, "join_code", "check"),
    ({"join_code": "7H3K-9QWE-RTM?"}, "join_code", "format"),
    ({"page_password": "secret12"}, "page_password", "format"),
    ({"page_password": "99999" + SEALED[3:]}, "page_password", "format"),
    ({"page_password": SEALED[:-1]}, "page_password", "format"),
    ({"page_password": "0" + SEALED[3:]}, "page_password", "format"),
    ([], "", "type"),
]


@pytest.mark.parametrize(("values", "field", "code"), WRONG, ids=lambda value: str(value)[:60])
def test_wrong(values, field, code):
    assert fault(checked, values) == (field, code)


def test_a_join_code_is_stored_in_its_canonical_form():
    assert checked({"join_code": "7h3k-9qwe-rtmb"}) == {"join_code": "7H3K9QWERTMB"}


def test_merge():
    patch = {"name": "New", "hub": {"port": 1}, "address": None, "wifi": [{"ssid": "other"}], "nothing": None}
    del patch["nothing"]
    before = copy.deepcopy(FULL)
    new = merged(FULL, patch)
    assert before == FULL, "what is stored was changed"
    assert new["hub"] == {"host": "192.168.1.2", "port": 1}
    assert (new["name"], new["wifi"], "address" in new) == ("New", [{"ssid": "other"}], False)
    assert merged({}, {"hub": {"host": "a", "port": 1}}) == {"hub": {"host": "a", "port": 1}}
    assert fault(checked, merged(FULL, {"hub": {"host": None}})) == ("hub.host", "missing")
    assert merged(FULL, {"hub": None, "model": None})["name"] == "Küche"
    assert fault(checked, merged({}, {"name": {"a": 1}})) == ("name", "type")


def test_a_masked_secret_stays():
    shown = copy.deepcopy(FULL)
    hide(shown)
    assert str(shown).count("***") == 4
    assert merged(FULL, shown) == {**FULL, "wifi": [*FULL["wifi"]]}
    swapped = merged(FULL, {"wifi": [{"ssid": "new"}, {"ssid": "home", "password": "***"}]})
    assert swapped["wifi"] == [{"ssid": "new"}, {"ssid": "home", "password": "secret12"}]
    assert merged({}, {"ap_key": "***"}) == {}
    field = ("wifi.0.password", "missing")
    assert fault(merged, FULL, {"wifi": [{"ssid": "new", "password": "***"}]}) == field
    assert fault(merged, FULL, {"wifi": [{"password": "***"}]}) == field


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"nmae": "x"}, "nmae"),
        ({"hub": {"guid": "x"}}, "hub.guid"),
        ({"address": {"ip": "1", "name": 1}}, "address.name"),
        ({"wifi": [{"ssid": "a", "bssid": "b"}]}, "wifi.0.bssid"),
        ({"key": None}, "key"),
    ],
)
def test_unknown_keys(patch, field):
    assert fault(merged, FULL, patch) == (field, "unknown")


@pytest.mark.parametrize("patch", [[], None, 5, "name"])
def test_a_patch_is_an_object(patch):
    assert fault(merged, FULL, patch) == ("", "type")


def test_what_a_newer_version_stored_is_no_fault():
    assert checked(merged({"later": [1]}, {"name": "a"})) == {"later": [1], "name": "a"}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, False),
        (network(), False),
        (network(password=""), False),
        (network(password="***"), False),
        (network(password="12345678"), True),
        ({"ap_key": "12345678"}, True),
        ({"page_password": None}, False),
        ({"key": 5}, True),
        ([{"key": 5}], False),
        ({"wifi": [5, {"password": 5}]}, True),
        ({"name": "password"}, False),
    ],
)
def test_patches_that_carry_secrets(patch, expected):
    assert carries_secret(patch) is expected
