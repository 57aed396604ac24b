"""Air files: what is taken, what is refused by which sentence, and that a change is noticed."""

import json
import threading

import pytest

from twig.twin import air, state

ONE = {"ssid": "home", "password": "secret12", "rssi": -55, "channel": 6, "up": True}


def text(*networks, **more):
    return json.dumps({"networks": list(networks), **more})


def test_all_and_least():
    found = air.parse(text(ONE, {"ssid": "open"}))
    assert found.networks[0].model_dump(exclude={"hidden", "dhcp", "bssid"}) == ONE
    assert found.networks[1] == air.Network(
        ssid="open", password="", rssi=-55, channel=6, up=True, hidden=False
    )
    assert air.parse('{"networks": []}').networks == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "air is no JSON: "),
        ("[]", "air: the whole: should be a valid dictionary"),
        ("{}", "air: networks: Field required"),
        (text(ONE, more=1), "air: more: Extra inputs are not permitted"),
        (text({**ONE, "rssi": 5}), r"air: networks\[0\].rssi: should be less than or equal to 0"),
        (text(ONE, {**ONE, "channel": 14}), r"air: networks\[1\].channel: "),
        (text({**ONE, "up": "yes"}), r"air: networks\[0\].up: should be a valid boolean"),
        (text({**ONE, "ssid": "ü" * 17}), r"air: networks\[0\].ssid: at most 32 bytes"),
        (text({**ONE, "password": "short"}), r"air: networks\[0\].password: 8 to 64 characters"),
        (text({**ONE, "bssid": "02:54:57"}), r"air: networks\[0\].bssid: six bytes in hexadecimal"),
        (text({**ONE, "dhcp": 0}), r"air: networks\[0\].dhcp: should be a valid boolean"),
        (text(*[ONE] * 17), "air: networks: List should have at most 16 items"),
    ],
)
def test_refused(content, message):
    with pytest.raises(air.AirError, match=message):
        air.parse(content)


def test_as_the_chip_has_it():
    more = {"hidden": True, "dhcp": False, "bssid": "02:54:57:aB:00:01"}
    found = air.parse(text({**ONE, **more}, ONE)).networks
    assert found[0].chip() == state.Network("home", "secret12", -55, 6, True, True, b"\2TW\xab\0\1", False)
    assert found[1].chip() == state.Network("home", "secret12", -55)


def test_files(tmp_path):
    assert air.load(None) == air.DEFAULT
    with pytest.raises(air.AirError, match=r"cannot read the air .*none\.json: No such file"):
        air.load(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    with pytest.raises(air.AirError, match="is not UTF-8"):
        air.load(tmp_path / "bytes.json")


def test_watcher_tells_changes_and_mistakes(tmp_path):
    path = tmp_path / "air.json"
    path.write_text(text(ONE))
    told: list[object] = []
    news = threading.Semaphore(0)

    def tell(what: object) -> None:
        told.append(what)
        news.release()

    watcher = air.Watcher(path, tell, tell)
    try:
        path.write_text(text({**ONE, "up": False}))
        assert news.acquire(timeout=5)
        path.write_text("{}")
        assert news.acquire(timeout=5)
    finally:
        watcher.stop()
    path.write_text(text())
    assert told[0].networks[0].up is False
    assert told[1:] == [f"{path}: networks: Field required"]
