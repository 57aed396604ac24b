"""The order in which networks are tried."""

from types import SimpleNamespace

from firmware.network.choice import keep, order

NETWORKS = [{"ssid": "a"}, {"ssid": "b"}, {"ssid": "c"}, {"ssid": "d"}]


def names(joined, told="", networks=NETWORKS):
    return "".join([each["ssid"] for each in order(networks, joined, told)])


def test_what_the_sdk_knows_comes_first_when_nothing_is_remembered():
    assert names([], "c") == "cabd"


def test_the_configured_order_when_nothing_is_known():
    assert names([], "elsewhere") == "abcd"


def test_the_last_success_then_by_signal_then_the_unknown():
    assert names([("d", -90), ("b", -80), ("c", -50)], "b") == "dcba"


def test_the_later_success_decides_between_equals():
    assert names([("a", -50), ("d", -70), ("b", -70)]) == "adbc"


def test_what_is_no_longer_configured_is_no_matter():
    assert names([("x", -30), ("c", -60)], "x") == "cabd"


def test_a_success_comes_to_the_front_and_four_are_remembered():
    session = SimpleNamespace(joined=())
    for ssid in "abcade":
        keep(session, ssid, -60)
    assert [ssid for ssid, _ in session.joined] == ["e", "d", "a", "c"]


def test_what_was_left_again_stands_behind_the_last_success():
    session = SimpleNamespace(joined=[("a", -80), ("b", -90)])
    keep(session, "b", -70, 1)
    assert session.joined == [("a", -80), ("b", -70)]
