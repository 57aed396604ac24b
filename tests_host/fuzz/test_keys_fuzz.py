"""Random messages under a join code and under a device's key: neither lets anybody in as another device."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol import commands, frame, guid
from tests_host.fuzz.test_hub_fuzz import DATA, FRAMES, VICTIM, WHO, Lab, no_failures
from tests_host.lines import Keyed, identity_of, joined, proof

__all__ = ["no_failures"]

STORING_S = 0.002  # the database has a key by then, mostly
# All that a hub says to a device that has a join code.
SAID = {
    commands.SEND_GUID, commands.SET_PARENT, commands.REJECT_DEVICE, commands.ACKNOWLEDGE, commands.PONG,
    commands.ERROR, commands.SET_KEY,
}  # fmt: skip


class KeyLab(Lab):
    """A hub with two devices: one that must stay online, and one that has a key and is offline."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.device = self.runner.run(self.with_key())

    async def with_key(self) -> Keyed:
        """A device named WHO that has joined."""
        device, line = await joined(self.hub, Keyed(which=WHO))
        line.close()
        return device

    async def under_a_code(self, stream: bytes) -> set[int]:
        """What the hub answers to a device with a new join code."""
        made = await self.hub.join_code()
        said, seated = await self.heard(identity_of(made.code), stream)
        assert seated == {VICTIM}
        await self.hub.cancel_code(made.id)
        return said

    async def heard(self, identity: bytes, stream: bytes) -> tuple[set[int], set[bytes]]:
        """What the hub answers to who connects as that, and who sits at the hub then."""
        connection, transport = self.connect()
        connection.proof = proof(self.hub, identity)
        connection.data_received(stream)
        while transport.paused and not transport.eof:
            await asyncio.sleep(0)
        await asyncio.sleep(STORING_S)
        seated = {member.guid for member in self.hub._core.seats.members()}
        transport.abort()
        return set(transport.commands()), seated


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyLab]:
    """One hub for all examples."""
    made = KeyLab(tmp_path_factory.mktemp("hub"))
    yield made
    made.runner.run(made.close())
    made.runner.close()


def registration(which: bytes) -> st.SearchStrategy[bytes]:
    """A RegisterDevice of that GUID, whole or not."""
    return st.builds(frame.encode, st.just(which), st.just(guid.SERVER), REGISTER, DATA)


REGISTER = st.just(commands.REGISTER_DEVICE)
NAMES = [registration(which) for which in (WHO, VICTIM, b"new-" * 4)]
SOME = st.lists(st.one_of(FRAMES, *NAMES), max_size=8)


@given(frames=SOME)
def test_a_code_lets_nobody_in(lab: KeyLab, frames: list[bytes]) -> None:
    assert lab.runner.run(lab.under_a_code(b"".join(frames))) <= SAID
    assert lab.hub.device(guid.text(WHO)).key == "present"


@given(frames=SOME)
def test_a_key_lets_in_its_device_only(lab: KeyLab, frames: list[bytes]) -> None:
    _, seated = lab.runner.run(lab.heard(lab.device.identity, b"".join(frames)))
    assert VICTIM in seated
    assert seated <= {WHO, VICTIM}
