"""A plug joins by a code, gets a key of its own and comes back under it, whatever interrupts it."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import beacon, guid
from tests_host import middle
from tests_host.system import rig
from tests_host.system.beacons import announced
from tests_host.system.keyed import forgotten, has_forgotten, keys, plug
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
FEW = 4
REST_S = 1.0  # for a plug to write what it writes after it was accepted
EVERY_CUT_S = 1500


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module; it listens without TLS, too."""
    with HubProcess(tmp_path_factory.mktemp("keys") / "hub", rig.free_port()) as running:
        yield running


def switched(hub: HubProcess, plug: Plug, device: dict[str, Any]) -> None:
    """By the hub."""
    for wanted in (True, False):
        assert hub.set(device["guid"], wanted).status_code == 200
        assert rig.relay(plug) is wanted


def test_it_joins_by_a_code_and_comes_back_under_its_key(hub: HubProcess, tmp_path: Path) -> None:
    """Though its settings allow plaintext, and the hub listens without TLS."""
    with plug(hub, tmp_path / "joins", insecure=True) as joins:
        device = hub.joined("joins")
        assert hub.device("joins")["key"] == "present"  # type: ignore[index]
        switched(hub, joins, device)
        forgotten(joins)
        joins.power_cut()
        entry = keys(joins)
        assert entry[:16] == guid.parse(hub.guid) and entry[16] == 0 and entry[49:] == bytes(32)
        hub.offline("joins")
        joins.power_on()
        switched(hub, joins, hub.joined("joins"))
        heap = joins.show()["heap"]
        print(f"joined over TLS: {heap['free']} bytes free, at least {heap['minimum']}")
        assert (joins.show()["boots"], joins.show()["crashes"]) == (2, 0), rig.console(joins)


def test_a_new_key_and_none(hub: HubProcess, tmp_path: Path) -> None:
    with plug(hub, tmp_path / "rotates") as rotates:
        device = hub.joined("rotates")
        forgotten(rotates)
        old = keys(rotates)
        hub.http.post(f"/devices/{device['guid']}/rotate-key").raise_for_status()
        rig.until(lambda: keys(rotates)[17:49] not in (old[17:49], bytes(32)), "the next key")
        rig.until(lambda: hub.device("rotates")["key"] == "present", "the end of the old key")  # type: ignore[index]
        switched(hub, rotates, hub.joined("rotates"))
        assert keys(rotates)[49:] == bytes(32)
        hub.http.post(f"/devices/{device['guid']}/revoke-key").raise_for_status()
        hub.offline("rotates")
        rig.until(lambda: "does not know" in rig.console(rotates) or "decrypt" in rig.console(rotates))
        rig.press(rotates)  # obeys without a hub
        rig.untroubled(rotates)


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(FEW, id="few"),
        pytest.param(0, marks=[pytest.mark.proof, pytest.mark.timeout(EVERY_CUT_S)], id="all"),
    ],
)
def test_the_power_fails_while_it_joins(hub: HubProcess, tmp_path: Path, cuts: int) -> None:
    """At each flash operation from its first boot to the end of the code: it finishes joining."""
    with plug(hub, tmp_path / "whole") as whole:
        hub.joined("whole")
        forgotten(whole)
        time.sleep(REST_S)
        count = whole.state.flash_ops
    step = max(count // cuts, 1) if cuts else 1
    for at in range(step if cuts else 1, count + 1, step):
        name = f"cut {at}"
        with plug(hub, tmp_path / name) as cut:
            cut.state.cut_at = at
            rig.until(lambda cut=cut: cut.rests() or has_forgotten(cut), f"cut {at} of {count}")
            cut.state.cut_at = 0
            time.sleep(rig.APART_S)  # for the end of a chip whose power has just been cut
            if cut.rests():
                cut.power_on()
            switched(hub, cut, hub.joined(name))
            forgotten(cut)
            assert cut.show()["crashes"] == 0, rig.console(cut)
    print(f"{count} flash operations while joining; cut at every {step}th")


async def test_a_beacon_that_lies_costs_a_handshake(hub: HubProcess, tmp_path: Path) -> None:
    """It has the hub's GUID; who listens there has no key, takes what comes, and answers with rubbish."""
    heard: list[bytes] = []

    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4096))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with suppress(ConnectionError):
            await writer.drain()
            await reader.read()
        writer.close()

    with plug(hub, tmp_path / "lied to") as lied_to:
        await asyncio.to_thread(hub.joined, "lied to")
        server = await asyncio.start_server(rubbish, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ports = [(beacon.TLS, port), (beacon.TCP, port)]
        lie = beacon.encode(0, bytes((127, 0, 0, 1)), guid.parse(hub.guid), ports)
        lied_to.power_cut()
        hub.signal(signal.SIGSTOP)  # else the plug may hear the truth first
        try:
            async with server, announced(hub.ports["discovery"], lie):
                lied_to.power_on()
                await rig.until_async(lambda: heard, "the plug at the liar")
        finally:
            hub.signal(signal.SIGCONT)
        await asyncio.to_thread(hub.joined, "lied to")
        assert all(each[:1] == b"\x16" for each in heard if each), "it has spoken something else than TLS"
        assert lied_to.show()["crashes"] == 0


async def test_a_man_in_the_middle(hub: HubProcess, tmp_path: Path) -> None:
    """What he relays works; what he edits or drops ends the connection, and does not switch the relay."""
    edits: list[str] = []

    def edit(number: int, record: bytes) -> list[bytes]:
        if not edits:
            return [record]
        what = edits.pop()
        return [record[:-1] + bytes((record[-1] ^ 1,))] if what == "edit" else []

    async with middle.between(hub.ports["tls"], down=edit) as port:
        with plug(hub, tmp_path / "watched", hub=f"127.0.0.1:{port}") as watched:
            device = await asyncio.to_thread(hub.joined, "watched")
            await asyncio.to_thread(switched, hub, watched, device)
            for what in ("edit", "drop"):
                edits.append(what)
                answer = await asyncio.to_thread(hub.set, device["guid"], True)
                assert answer.status_code != 200 and not rig.relay(watched)
                # A record that is missing is noticed with the next one.
                await asyncio.to_thread(rig.until, lambda: hub.set(device["guid"], False).is_success)
                await asyncio.to_thread(switched, hub, watched, device)
            assert watched.show()["crashes"] == 0
