"""The page of a real plug in its network, over bare HTTP: who may what, and clients that behave badly."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests_host.system import device_page, rig
from tests_host.system.device_page import SECRETS, Visitor, config
from tests_host.system.pages import free_base
from tests_host.system.phone import HTTP, Phone
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
NAME = "plug"
CROWD = 20
SILENT_S = 3.0
CHANGES = {
    "/relay": {"index": 0, "on": True},
    "/save": {"settings": {"name": "Mine"}},
    "/restart": {},
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("http") / "hub", rig.free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def plug(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """One plug for the module: none of this may trouble it."""
    data = tmp_path_factory.mktemp("page") / NAME
    with device_page.plug(data, hub.ports["discovery"], free_base()) as made:
        hub.joined(NAME)
        yield made
        rig.untroubled(made)


@pytest.fixture
def visitor(plug: Plug) -> Visitor:
    """Somebody who has not logged in."""
    return Visitor(plug.options.port_base)


def well(hub: HubProcess, plug: Plug) -> None:
    """It is at its hub, obeys, and was so all the time."""
    device = hub.device(NAME)
    assert device and device["online"]
    assert hub.set(device["guid"], True).status_code == 200
    assert hub.set(device["guid"], False).status_code == 200
    assert "given up" not in rig.console(plug)
    rig.untroubled(plug)


def test_nothing_without_a_token(visitor: Visitor, hub: HubProcess, plug: Plug) -> None:
    before = config(plug)
    for token in ("", "None", "0" * 32):
        for path in ("/state", "/about"):
            assert visitor.ask(path, X_Twig_Token=token).status_code == 401
        for path, content in CHANGES.items():
            assert visitor.ask(path, content, X_Twig_Token=token).status_code == 401
    assert config(plug) == before
    assert not rig.relay(plug)
    well(hub, plug)


def test_a_token_is_needed_beside_one_that_was_given(visitor: Visitor, plug: Plug) -> None:
    assert visitor.login().status_code == 200
    assert visitor.ask("/state").status_code == 200
    assert Visitor(plug.options.port_base).ask("/relay", CHANGES["/relay"]).status_code == 401
    assert not rig.relay(plug)


@pytest.mark.parametrize("host", ["evil.example", "plug.evil.example", "127.0.0.1.evil.example", "localhost"])
def test_names_of_others_that_lead_here(visitor: Visitor, host: str) -> None:
    """DNS rebinding: a page of evil.example must not reach the plug."""
    assert visitor.ask("/", host=host).status_code == 421
    assert visitor.ask("/login", {"password": device_page.PASSWORD}, host=host).status_code == 421


@pytest.mark.parametrize("host", ["plug", "PLUG.fritz.box:80", "plug.local"])
def test_names_of_its_own(visitor: Visitor, host: str) -> None:
    assert visitor.ask("/", host=host).status_code == 200


def test_forms_of_other_sites(visitor: Visitor, plug: Plug) -> None:
    assert visitor.login().status_code == 200
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert visitor.ask("/relay", CHANGES["/relay"], Content_Type=kind).status_code == 415
    assert not rig.relay(plug)


def test_no_secret_in_any_answer(visitor: Visitor) -> None:
    assert visitor.login().status_code == 200
    for path in ("/", "/state", "/about", "/config.json", "/nothing"):
        visitor.ask(path)
    assert visitor.ask("/about").json()["config"]["page_password"] == "***"
    visitor.ask("/save", {"settings": {"ap_key": "***", "page_password": "short"}})
    for secret in SECRETS:
        assert not [answer for answer in visitor.told if secret in answer], secret


def test_a_crowd(visitor: Visitor, hub: HubProcess, plug: Plug) -> None:
    def visit(_: int) -> int:
        try:
            return Phone(plug).get("/", "127.0.0.1", 30.0)[0]
        except (OSError, AssertionError):  # nobody had room for it
            return 0

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(visit, range(CROWD)))
    print("20 at once:", answers)
    assert set(answers) <= {0, 200, 503} and answers.count(200) >= 1
    assert visitor.ask("/").status_code == 200
    well(hub, plug)


def test_a_silent_client(visitor: Visitor, hub: HubProcess, plug: Plug) -> None:
    with Phone(plug).connect() as silent:
        assert visitor.ask("/").status_code == 200
        silent.settimeout(SILENT_S)
        assert silent.recv(1) == b"", "it was let go"
    well(hub, plug)


def test_a_client_that_never_reads(visitor: Visitor, hub: HubProcess, plug: Plug) -> None:
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.connect(("127.0.0.1", plug.options.port_base + HTTP))
        deaf.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert visitor.ask("/").status_code == 200
        well(hub, plug)


def test_no_page_without_a_password(hub: HubProcess, tmp_path: Path) -> None:
    base = free_base()
    with rig.plug(tmp_path / "closed", hub.ports["discovery"], port_base=base) as made:
        hub.joined("closed")
        with pytest.raises(ConnectionRefusedError):
            Phone(made).connect()
