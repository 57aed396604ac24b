"""Settings are checked without taking texts apart: MicroPython keeps each one that was taken out."""

import pytest

from firmware.protocol import joincode
from firmware.storage import check_address, check_basic, check_code, check_hub, check_passwords, check_wifi
from firmware.storage.faults import SettingsError


class Whole(str):
    """A text that no program takes a character out of."""

    def __iter__(self):
        raise AssertionError("taken apart")

    def __getitem__(self, at):
        assert isinstance(at, slice), "a character taken out"
        return Whole(super().__getitem__(at))

    def upper(self):
        return Whole(super().upper())

    def replace(self, old, new):
        return Whole(super().replace(old, new))

    def split(self, separator):
        return [Whole(part) for part in super().split(separator)]


CODE = joincode.generate(bytes(range(7)))
GOOD = {
    "name": "Küche 🔌",
    "ap_key": "12345678",
    "page_password": "500$ab$" + "c" * 64,
    "wifi": [{"ssid": "home", "password": "a" * 64}],
    "address": {"ip": "10.0.0.2", "mask": "255.0.0.0", "gateway": "10.0.0.1", "dns": "10.0.0.1"},
    "hub": {"host": "hub.example", "port": 1},
    "join_code": CODE,
}


def whole(value):
    """The same with texts that cannot be taken apart."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return Whole(value) if isinstance(value, str) else value


def check(config):
    """As `settings.checked` behind the checks of types, which ask for the type itself."""
    check_basic.check(config)
    check_passwords.check(config)
    check_wifi.check(config["wifi"])
    check_address.check(config)
    check_hub.check(config)
    check_code.check(config["join_code"])


def test_good_settings():
    check(whole(GOOD))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("name", "half \ud800", "format"),
        ("page_password", "5x$ab$" + "c" * 64, "format"),
        ("hub", {"host": "hub_ü", "port": 1}, "format"),
        ("hub", {"host": "1.2.3", "port": 1}, "format"),
        ("join_code", CODE[:-1] + "ü", "format"),
        ("join_code", CODE[:-1] + "!", "format"),
        ("join_code", CODE[:-1] + "01"[CODE[-1] == "0"], "check"),
    ],
)
def test_bad_settings(key, value, code):
    with pytest.raises(SettingsError) as refusal:
        check(whole(dict(GOOD, **{key: value})))
    assert refusal.value.code == code
