"""`twig rotate`, interrupted at each step, at the plug: it comes back under one new key, the hub's."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests_host import middle
from tests_host.system import mortal, rig, rotations
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
FEW = 4
EVERY_CUT_S = 1500
MANY_S = 8.0
ENDED = 2  # rotations that were over before the operation at which the power was to be cut
FEW_OR_ALL = pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(FEW, id="few"),
        pytest.param(0, marks=[pytest.mark.proof, pytest.mark.timeout(EVERY_CUT_S)], id="all"),
    ],
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("rotation") / "hub", rig.free_port()) as running:
        yield running


class Mortal(HubProcess):
    """Kills itself at the step that `armed` names."""

    program = mortal.__name__

    @property
    def armed(self) -> Path:
        """Gone once the hub is."""
        return self.data.with_suffix(".armed")

    def dies(self) -> None:
        """Wait for its end."""
        assert self.process
        self.process.wait(rig.JOIN_S)
        self.http.close()


def plug(at: HubProcess, data: Path) -> Plug:
    """A plug that finds the hub by its beacons and has a new code; not started."""
    return Plug(data, discovery_port=at.ports["discovery"], join_code=rotations.join_code(at))


@FEW_OR_ALL
def test_the_power_fails_while_it_gets_a_new_key(hub: HubProcess, tmp_path: Path, cuts: int) -> None:
    """At each flash operation from SetKey to the end of the old key."""
    with plug(hub, tmp_path / "cut") as cut:
        device = hub.joined("cut")
        rotations.rest(cut)
        old, before = rotations.keys(cut)[rotations.KEY], cut.state.flash_ops
        rotations.rotate(hub, device)
        old = rotations.finished(hub, cut, device, old)
        count = cut.state.flash_ops - before
        step = max(count // cuts, 1) if cuts else 1
        reached = beyond = 0
        # Some rotations need more operations than others. All: until two have ended before the cut.
        for at in range(step, (count if cuts else 2 * count) + 1, step):
            cut.state.cut_at = cut.state.flash_ops + at
            rotations.rotate(hub, device)
            rig.until(lambda old=old: cut.rests() or rotations.new_key(hub, cut, device, old), f"cut {at}")
            cut.state.cut_at = 0
            time.sleep(rig.APART_S)  # for the end of a chip whose power has just been cut
            if cut.rests():
                reached += 1
                cut.power_on()
            else:
                beyond += 1
            old = rotations.finished(hub, cut, device, old)
            rotations.rest(cut)
            if beyond == ENDED:
                break
    print(f"{count} flash operations in a rotation; cut at every {step}th, {reached} times")
    assert reached >= cuts - 1 if cuts else beyond == ENDED


@dataclass
class Cutter:
    """Ends the connection in place of the record that is `left` - 1 records away; 0: never."""

    seen: int = 0
    left: int = 0
    cuts: int = 0

    def __call__(self, _: int, record: bytes) -> list[bytes]:
        self.seen += 1
        if self.left:
            self.left -= 1
            if not self.left:
                self.cuts += 1
                raise middle.Cut
        return [record]


@pytest.mark.parametrize("way", ["down", "up"])
@FEW_OR_ALL
async def test_the_network_fails_while_it_gets_a_new_key(
    hub: HubProcess, tmp_path: Path, cuts: int, way: str
) -> None:
    """At each record, the hub's or the plug's, from SetKey to the first report under the new key."""
    cutter = Cutter()
    async with middle.between(hub.ports["tls"], **{way: cutter}) as port:
        await asyncio.to_thread(cut_records, hub, tmp_path / way, port, cutter, cuts)


def cut_records(hub: HubProcess, data: Path, port: int, cutter: Cutter, cuts: int) -> None:
    """The plug knows the man in the middle's address only, and hears no beacon."""
    code, name = rotations.join_code(hub), data.name
    with Plug(data, discovery_port=rig.free_port(), hub=f"127.0.0.1:{port}", join_code=code) as cut:
        device = hub.joined(name)
        rotations.rest(cut)
        old, before = rotations.keys(cut)[rotations.KEY], cutter.seen
        rotations.rotate(hub, device)
        old = rig.until(lambda: rotations.new_key(hub, cut, device, old), "a new key", rotations.BACK_S)
        hub.joined(name)
        count = cutter.seen - before
        step = max(count // (cuts // 2), 1) if cuts else 1
        for at in range(step if cuts else 1, count + 1, step):
            cutter.left = at
            rotations.rotate(hub, device)
            made = rig.until(
                lambda old=old: rotations.new_key(hub, cut, device, old), f"cut {at}", rotations.BACK_S
            )
            cutter.left = 0
            assert rotations.finished(hub, cut, device, old) == made
            old = made
        assert cut.show()["boots"] == 1
    print(f"{count} records {name} in a rotation; cut at every {step}th, {cutter.cuts} times")
    assert cutter.cuts >= (cuts // 2 if cuts else count) - 1


@FEW_OR_ALL
def test_the_hub_is_killed_while_it_gives_a_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: int
) -> None:
    """At each step of its rotation; another hub process goes on with the same data."""
    hub = Mortal(tmp_path / "hub", rig.free_port())
    monkeypatch.setenv(mortal.FILE, str(hub.armed))
    with hub, plug(hub, tmp_path / "waits") as waits:
        device = hub.joined("waits")
        rotations.rest(waits)
        old = rotations.keys(waits)[rotations.KEY]
        for step in mortal.STEPS[1::2] if cuts else mortal.STEPS:
            hub.armed.write_text(step)
            with suppress(httpx.HTTPError):
                rotations.rotate(hub, device)
            hub.dies()
            assert not hub.armed.exists(), f"it has died of something else than {step}"
            hub.start()
            if step == mortal.STEPS[0]:  # whoever asked for it got an error, and asks again
                rotations.rotate(hub, device)
            old = rotations.finished(hub, waits, device, old)
        assert waits.show()["boots"] == 1


def test_a_plug_that_is_off_gets_its_new_key_when_it_comes_back(tmp_path: Path) -> None:
    """Rotated twice meanwhile, and its hub started again in between."""
    with HubProcess(tmp_path / "hub", rig.free_port()) as hub, plug(hub, tmp_path / "off") as off:
        device = hub.joined("off")
        rotations.rest(off)
        old = rotations.keys(off)[rotations.KEY]
        off.power_cut()
        hub.offline("off")
        for _ in range(2):
            rotated = hub.http.post("/rotate-keys").raise_for_status().json()
            assert [(one["name"], one["key"], one["online"]) for one in rotated] == [
                ("off", "rotating", False)
            ]
            hub.stop()
            hub.start()
        off.power_on()
        rotations.finished(hub, off, device, old)
        assert off.show()["boots"] == 2


def test_rotations_while_one_is_under_way_end_in_one_key(hub: HubProcess, tmp_path: Path) -> None:
    """Asked for without a pause while it stores a key, closes, and comes back: again and again."""
    with plug(hub, tmp_path / "turns") as turns:
        device = hub.joined("turns")
        rotations.rest(turns)
        seen = {rotations.keys(turns)[rotations.KEY]}
        end = time.monotonic() + MANY_S
        while time.monotonic() < end:
            old = rotations.keys(turns)[rotations.KEY]
            rotations.rotate(hub, device)
            seen.add(rotations.key(turns, hub) or old)
        rig.until(lambda: hub.device("turns")["key"] == "present", "the last key")  # type: ignore[index]
        last = rig.until(lambda: rotations.new_key(hub, turns, device, b""), "one key", rotations.BACK_S)
        old = rotations.finished(hub, turns, device, b"")
        assert old == last
        rotations.rotate(hub, device)
        rotations.finished(hub, turns, device, old)
        assert turns.show()["boots"] == 1
    print(f"{len(seen)} keys in {MANY_S} s")
    assert len(seen) > 2
