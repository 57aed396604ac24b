"""SetConfig (PROTOCOL section 3): refused by name, stored at once, or tried and taken back."""

import asyncio
import json
import os
import struct
from types import SimpleNamespace

import pytest

from firmware import lazy
from firmware.links import status
from firmware.links.session import Session
from firmware.protocol import commands as c
from firmware.storage import config, password, store

OLD = {
    "name": "Old",
    "wifi": [{"ssid": "home", "password": "secret12"}],
    "hub": {"host": "10.0.0.1", "port": 7261},
    "insecure": True,
}


@pytest.fixture
async def joined(plug):
    config.save(dict(OLD))
    await plug.join()
    return plug


async def said(joined, patch):
    """(code, text) of the answer to a patch, or to a text that is none."""
    text = patch if isinstance(patch, str) else json.dumps(patch)
    raw = text.encode()
    await joined.say(c.SET_CONFIG, struct.pack("<HH", 7, len(raw)) + raw)
    await joined.run(100)
    ((command, data),) = joined.heard()
    request, code, length = struct.unpack_from("<HHH", data)
    assert (command, request, len(data)) == (c.ACKNOWLEDGE, 7, 6 + length)
    return code, data[6:].decode()


async def changed(session, patch):
    """Make the change, and keep it."""
    step = "firmware.links.change", patch
    while step:
        step = await lazy.run(step[0], session, *step[1:])


def stored():
    return {key: value for key, value in config.load().items() if key != "schema"}


async def test_what_is_no_matter_of_the_network_counts_at_once(joined):
    assert await said(joined, {"name": "New", "power_on": "last", "led_dark": False}) == (c.DONE, "")
    assert stored() == {**OLD, "name": "New", "power_on": "last", "led_dark": False}
    assert joined.link.about == ("s26", "0.1.0", "New")
    assert config.TRY not in os.listdir()
    assert joined.link.session.tasks[1:] == []


REFUSED = [
    ("{", c.MALFORMED, "no JSON"),
    ("[1]", c.WRONG_TYPE, "object"),
    ("null", c.WRONG_TYPE, "object"),
    ({"nmae": "x"}, c.OUT_OF_RANGE, "nmae"),
    ({"name": "x", "hub": {"guid": 5}}, c.OUT_OF_RANGE, "hub.guid"),
    ({"name": "x", "power_on": "never"}, c.OUT_OF_RANGE, "power_on"),
    ({"name": "x", "insecure": "yes"}, c.WRONG_TYPE, "insecure"),
    ({"name": "x", "wifi": [{"ssid": "home", "password": "changed1"}]}, c.REFUSED, "keyed"),
    ({"name": "x", "ap_key": "12345678"}, c.REFUSED, "keyed"),
    ({"name": "x", "page_password": "12345678"}, c.REFUSED, "keyed"),
    ({"name": "x", "join_code": "7H3K9QWERTMB"}, c.REFUSED, "keyed"),
    ({"name": "x", "wifi": [{"ssid": "new", "password": "***"}]}, c.OUT_OF_RANGE, "wifi.0.password"),
]


@pytest.mark.parametrize(("patch", "code", "named"), REFUSED, ids=str)
async def test_refused_and_nothing_applied_in_part(joined, patch, code, named):
    got, text = await said(joined, patch)
    assert got == code
    assert named in text
    assert stored() == OLD
    assert config.TRY not in os.listdir()
    assert not joined.link.session.trying


async def test_one_that_says_nothing_new_changes_nothing(joined):
    before = os.stat(config.PATH).st_mtime_ns
    shown = {"wifi": [{"ssid": "home", "password": "***"}], "hub": {"port": 7261}, "power_on": None}
    assert (await said(joined, shown))[0] == c.DONE
    assert os.stat(config.PATH).st_mtime_ns == before
    assert not joined.link.session.trying


@pytest.mark.parametrize(
    "patch",
    [
        {"hub": {"port": 1}},
        {"hub": None},
        {"wifi": [{"ssid": "open"}]},
        {"insecure": False},
        {"development": True},
        {"discovery_port": 7000},
        {"address": {"ip": "10.0.0.9", "mask": "255.255.255.0", "gateway": "10.0.0.1", "dns": "10.0.0.1"}},
    ],
    ids=str,
)
async def test_network_and_hub_are_tried_first(joined, patch):
    assert (await said(joined, {"name": "New", **patch}))[0] == c.DONE
    assert stored() == OLD
    assert joined.link.session.trying
    assert config.load(True)["name"] == "New"
    assert (await said(joined, {"name": "Other"}))[0] == c.BUSY
    joined.link.session.tasks[-1].cancel()


async def test_a_full_heap_and_a_full_flash_are_answers(joined, monkeypatch):
    for error, code in ((MemoryError(), c.TOO_LARGE), (OSError(28), c.INTERNAL)):

        def full(*_, error=error):
            raise error

        monkeypatch.setattr(store, "put", full)
        assert (await said(joined, {"name": "x"}))[0] == code
        assert joined.link.joined


async def test_a_page_password_is_sealed_before_it_is_stored(plug, monkeypatch):
    async def no_wait(_):
        await asyncio.sleep(0)

    monkeypatch.setattr(password, "sleep_ms", no_wait)
    session = plug.link.session
    await changed(session, {"page_password": "secret12"})
    sealed = config.load()["page_password"]
    assert await password.matches("secret12", sealed)
    await changed(session, {"page_password": "***", "name": "x"})
    assert config.load()["page_password"] == sealed
    await changed(session, {"page_password": None})
    assert "page_password" not in config.load()


class Link:
    """A link that joins, once the test lets it."""

    def __init__(self):
        self.hub = bytes(16)
        self.sock = None
        self.accepted = True
        self.joined = False
        self.about = ("s26", "0.1.0", "Old")
        self.sent = []

    def send(self, *message, more=False):
        self.sent.append(message)


@pytest.fixture
async def tried(clock, monkeypatch):
    """A session whose keeper does nothing but note with which settings it began."""
    session = Session(Link(), 7260, lambda: True)
    session.began = []

    async def keep(delay):
        session.began.append(session.settings())
        while True:
            await clock.sleep_ms(1000)

    session.keep = keep
    session.tasks.append(asyncio.ensure_future(keep(0)))
    config.save(dict(OLD))
    yield session
    for task in session.tasks:
        task.cancel()


def reports(session):
    status.tell(session.link, SimpleNamespace(uptime_s=1, heap_min=1))
    return [message for message in session.link.sent if message[0] == c.LOG_REPORT]


async def begin(session, clock, **patch):
    await clock.run(100)
    await changed(session, patch)
    await clock.run(1500)
    assert session.link.accepted is False
    assert len(session.began) == 2


async def test_a_hub_that_accepts_keeps_the_new_settings(tried, clock):
    await begin(tried, clock, hub={"host": "10.0.0.2"}, name="New")
    assert tried.began[1]["hub"]["host"] == "10.0.0.2"
    assert tried.link.about[2] == "New"
    await clock.run(170_000)
    tried.link.accepted = True
    await clock.run(200)
    assert stored()["hub"]["host"] == "10.0.0.2"
    assert not tried.trying
    assert reports(tried) == []
    assert len(tried.began) == 2


async def test_nobody_accepts_and_all_is_as_before(tried, clock, station):
    await begin(tried, clock, hub={"host": "10.0.0.2"}, name="New")
    assert reports(tried) == []
    await clock.run(178_000)
    assert tried.trying
    await clock.run(3_000)
    assert not tried.trying
    assert stored() == OLD
    assert tried.began[2]["hub"]["host"] == "10.0.0.1"
    assert tried.link.about[2] == "Old"
    ((_, data),) = reports(tried)
    assert data[0] == status.WARNING and b"taken back" in data
    assert len(reports(tried)) == 1, "told twice"
    assert station.left == 0, "the Wi-Fi was left though only the hub changed"


async def test_a_discovered_hub_does_not_prove_a_new_address(tried, clock):
    await begin(tried, clock, hub={"host": "10.0.0.2"})
    tried.link.accepted = tried.found = True
    await clock.run(181_000)
    assert stored() == OLD


async def test_without_an_address_any_hub_proves_the_settings(tried, clock):
    await begin(tried, clock, hub=None)
    tried.link.accepted = tried.found = True
    await clock.run(200)
    assert "hub" not in stored()


async def test_wifi_is_left_and_told_anew_both_ways(tried, clock, station):
    await begin(tried, clock, wifi=[{"ssid": "open"}])
    assert (station.left, tried.anew) == (1, True)
    tried.anew = False
    await clock.run(181_000)
    assert (station.left, tried.anew) == (2, True)
    assert stored() == OLD


ADDRESS = {"ip": "10.0.0.9", "mask": "255.255.255.0", "gateway": "10.0.0.1", "dns": "10.0.0.1"}


async def test_dhcp_comes_back_after_a_static_address(tried, clock, station):
    await begin(tried, clock, address=ADDRESS)
    assert station.address is None  # network.wifi sets it
    await clock.run(181_000)
    assert station.address == "dhcp"


async def test_what_a_power_cut_left_of_a_trial_is_reported_and_gone(tried):
    config.save_trial({"name": "New"})
    assert len(reports(tried)) == 1
    assert config.TRY not in os.listdir()
    assert stored() == OLD


async def test_the_listeners_port_follows(tried, clock):
    await begin(tried, clock, discovery_port=7000)
    assert tried.ears.port == 7000
    await clock.run(181_000)
    assert tried.ears.port == 7260
