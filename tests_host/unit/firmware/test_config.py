"""The configuration: whatever its bytes are, the last good one is used and the bad one kept."""

import json

import pytest

from firmware.storage import atomic, config, store

FULL = {
    "schema": 1,
    "name": "Küche",
    "model": "s26",
    "wifi": [{"ssid": "home", "password": "long enough"}, {"ssid": "open"}],
    "hub": {"host": "192.168.1.2", "port": 7261},
    "insecure": True,
    "development": False,
    "discovery_port": 7260,
    "power_on": "last",
    "address": {"ip": "192.168.1.9", "mask": "255.255.255.0", "gateway": "192.168.1.1", "dns": "192.168.1.1"},
    "ap_key": "12345678",
    "led_dark": False,
}


def test_none_is_empty():
    assert config.load() == {}


def test_round_trip():
    config.save(dict(FULL))
    assert config.load() == FULL


@pytest.mark.parametrize("size", range(1, len(json.dumps(FULL))))
def test_cut_off_at_every_byte(size):
    config.save({"name": "good"})
    config.save({"name": "later"})
    raw = json.dumps(FULL).encode()[:size]
    atomic.write(config.PATH, raw)
    assert config.load()["name"] == "good"
    assert atomic.read(config.BAD) == raw
    assert config.load()["name"] == "good"


WRONG = {
    "no object": [1],
    "a number": 3,
    "null": None,
    "schema above": {"schema": 2},
    "schema of a wrong type": {"schema": "1"},
    "name": {"name": 5},
    "wifi": {"wifi": {"ssid": "x"}},
    "wifi holds a number": {"wifi": [5]},
    "wifi holds text": {"wifi": ["home"]},
    "wifi without ssid": {"wifi": [{"password": "x"}]},
    "ssid": {"wifi": [{"ssid": 5}]},
    "password": {"wifi": [{"ssid": "x", "password": None}]},
    "hub": {"hub": "192.168.1.2"},
    "hub without port": {"hub": {"host": "192.168.1.2"}},
    "hub without host": {"hub": {"port": 7261}},
    "port": {"hub": {"host": "h", "port": "7261"}},
    "port 0": {"hub": {"host": "h", "port": 0}},
    "port too large": {"hub": {"host": "h", "port": 65536}},
    "discovery port": {"discovery_port": -1},
    "insecure": {"insecure": "yes"},
    "development": {"development": 1},
    "power_on": {"power_on": True},
    "address": {"address": "192.168.1.9"},
    "address without mask": {"address": {"ip": "192.168.1.9", "gateway": "1.1.1.1", "dns": "1.1.1.1"}},
    "address of numbers": {"address": {"ip": 1, "mask": 2, "gateway": 3, "dns": 4}},
    "ap_key": {"ap_key": 12345678},
    "led_dark": {"led_dark": "no"},
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_types(name):
    atomic.write(config.OLD, b'{"schema":1,"name":"good"}')
    raw = json.dumps(WRONG[name]).encode()
    atomic.write(config.PATH, raw)
    assert config.load() == {"schema": 1, "name": "good"}
    assert atomic.read(config.BAD) == raw


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe{}", b"{", b"{}{}", b"\0" * 200, b"[" * 50, b"[" * 2000, b'{"name":"\xff"}']
)
def test_no_json(raw):
    atomic.write(config.PATH, raw)
    atomic.write(config.OLD, b'{"name":"good"}')
    assert config.load() == {"name": "good"}


def test_both_bad_is_empty():
    atomic.write(config.PATH, b"{")
    atomic.write(config.OLD, b"[")
    assert config.load() == {}


def test_the_newer_of_two_bad_ones_is_kept_for_the_report():
    atomic.write(config.PATH, b"{newer")
    atomic.write(config.OLD, b"{older")
    assert config.load() == config.load() == {}
    assert atomic.read(config.BAD) == b"{newer"


def test_one_that_no_heap_holds_is_not_read():
    huge = b'{"name":"' + b"x" * 100_000 + b'"}'
    atomic.write(config.PATH, huge)
    atomic.write(config.OLD, b'{"name":"good"}')
    assert config.load() == {"name": "good"}
    assert atomic.read(config.BAD) == huge
    with pytest.raises(ValueError, match="larger than 4096"):
        config.save({"name": "x" * 5000})


def test_a_full_heap_condemns_no_file(monkeypatch):
    """It may be good and read at a bad moment: it stays where it is."""
    atomic.write(config.PATH, b'{"name":"new"}')
    atomic.write(config.OLD, b'{"name":"good"}')

    def full(raw, parse=config.parse):
        if b"new" in raw:
            raise MemoryError
        return parse(raw)

    with monkeypatch.context() as patched:
        patched.setattr(config, "parse", full)
        with pytest.raises(MemoryError):
            config.load()  # neither the older one nor none may pass for it
    assert config.load() == {"name": "new"}


def test_a_flash_that_takes_no_rename_does_not_stop_the_boot(monkeypatch):
    atomic.write(config.PATH, b"{")
    atomic.write(config.OLD, b'{"name":"good"}')

    def full(*_):
        raise OSError(28)

    monkeypatch.setattr(config.os, "rename", full)
    assert config.load() == {"name": "good"}


def test_unknown_keys_are_kept():
    config.save({"later": [1, {"a": None}], "hub": {"host": "h", "port": 1, "guid": "x"}})
    assert config.load()["later"] == [1, {"a": None}]


def test_what_cannot_be_used_is_not_saved():
    config.save({"name": "good"})
    with pytest.raises(ValueError, match="not a str"):
        config.save({"name": 3})
    assert config.load()["name"] == "good"


def test_saving_the_same_again_keeps_the_old_one():
    config.save({"name": "a"})
    config.save({"name": "b"})
    config.save({"name": "b"})
    assert json.loads(atomic.read(config.OLD))["name"] == "a"


def test_a_trial_counts_only_for_who_tries_it():
    config.save({"name": "old"})
    config.save_trial({"name": "new"})
    assert (config.load()["name"], config.load(True)["name"]) == ("old", "new")
    assert config.drop_trial()
    assert not config.drop_trial()
    assert config.load(True)["name"] == "old"


def test_a_trial_that_is_kept():
    config.save({"name": "old"})
    config.save_trial({"name": "new"})
    store.keep_trial()
    assert (config.load()["name"], config.drop_trial()) == ("new", False)
    assert json.loads(atomic.read(config.OLD))["name"] == "old"


def test_a_trial_without_a_configuration_before():
    config.save_trial({"name": "new"})
    store.keep_trial()
    assert (config.load()["name"], atomic.read(config.OLD)) == ("new", b"")


def test_what_cannot_be_used_is_not_tried():
    with pytest.raises(ValueError, match="not a str"):
        config.save_trial({"name": 3})
    assert not config.drop_trial()
