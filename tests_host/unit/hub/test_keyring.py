"""Keys and join codes: who may connect, and what is on the disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from firmware.protocol import guid
from tests_host.lines import identity_of, key_of
from twig.hub.errors import Busy, CodeUnknown, StartError, StoreError
from twig.hub.events import Events
from twig.hub.keys import codes, identity
from twig.hub.keys.keyring import NEW, NONE, PRESENT, ROTATING, Keyring
from twig.hub.keys.vault import Vault
from twig.hub.store import Contents, Store, keys, open_store
from twig.hub.views import NewJoinCode

MASTER = b"m" * 32
ONE, TWO = b"one-" * 4, b"two-" * 4


class Ring:
    """A keyring over a database, with a clock that a test sets."""

    def __init__(self, store: Store, contents: Contents, master: bytes, limit: int) -> None:
        self.store, self.now_ms = store, 1_000_000
        self.ring = Keyring(store, contents, Vault(master), Events(), limit, lambda: self.now_ms)

    async def code(self, for_guid: bytes | None = None, minutes: int = 15) -> NewJoinCode:
        return await self.ring.joins.add(for_guid, minutes)

    async def give(self, code: NewJoinCode, which: bytes = ONE) -> bytes:
        """The key that a device gets for a code."""
        assert self.ring.joins.problem(code.id, which) is None
        await self.ring.joins.give(code.id, which)
        key = self.ring.next(which)
        assert key
        return key

    async def join(self, which: bytes = ONE) -> bytes:
        """The key of a device that has joined."""
        key = await self.give(await self.code(), which)
        self.ring.accepted(which, key)
        return key

    def open(self, which: bytes, key: bytes) -> bool:
        """Whether a handshake under that key succeeds."""
        peer = self.ring.find(identity.of_device(which, key))
        assert peer is None or (peer.key, peer.guid, peer.code) == (key, which, None)
        return peer is not None


@asynccontextmanager
async def opened(path: Path, master: bytes = MASTER, limit: int = 10) -> AsyncIterator[Ring]:
    """The keyring of the database in a directory."""
    store, contents = await open_store(f"sqlite:///{path / 'hub.sqlite3'}", 100)
    try:
        yield Ring(store, contents, master, limit)
    finally:
        await store.close()


def of_code(code: NewJoinCode) -> bytes:
    """The identity that a device computes from a code."""
    return identity_of(code.code)


def states(ring: Ring) -> list[str]:
    """The states of all codes."""
    return [view.state for view in ring.ring.joins.views()]


def everything(path: Path) -> bytes:
    """All bytes in a directory."""
    return b"".join(file.read_bytes() for file in path.iterdir())


def test_the_identity_of_a_device_is_the_protocols() -> None:
    # HMAC-SHA256 of b"identity" under bytes 0..31, by another implementation (openssl dgst).
    name = identity.of_device(bytes(range(16)), bytes(range(32)))
    assert name == b"d:000102030405060708090a0b0c0d0e0f:890a8298"


async def test_a_code_is_found_until_it_expires(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        made = await at.code(minutes=15)
        peer = at.ring.find(of_code(made))
        assert peer is not None
        assert (peer.key, peer.guid, peer.code) == (key_of(made.code), None, made.id)
        at.now_ms += 15 * 60_000 - 1
        assert at.ring.find(of_code(made)) == peer
        at.now_ms += 1
        assert at.ring.find(of_code(made)) is None
        assert states(at) == ["expired"]
        assert "expired" in str(at.ring.joins.problem(made.id, ONE))


async def test_a_device_gets_the_same_key_for_a_code_until_it_comes_back_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        made = await at.code()
        key = await at.give(made)
        assert (at.ring.state(ONE), states(at)) == (NEW, ["taken"])
        assert await at.give(made) == key
        assert at.ring.find(of_code(made))
        at.ring.accepted(ONE, key)
        assert (at.ring.state(ONE), states(at)) == (PRESENT, ["used"])
        assert at.ring.find(of_code(made)) is None
        assert at.open(ONE, key)


async def test_everything_survives_a_restart_at_every_step(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        made = await at.code()
    async with opened(tmp_path) as at:
        key = await at.give(made)
    async with opened(tmp_path) as at:
        assert (at.open(ONE, key), states(at)) == (True, ["taken"])
        assert await at.give(made) == key
        assert at.ring.joins.problem(made.id, TWO)
        at.ring.accepted(ONE, key)
    async with opened(tmp_path) as at:
        assert (at.ring.state(ONE), states(at), at.ring.find(of_code(made))) == (PRESENT, ["used"], None)
        await at.ring.rotate([ONE])
    async with opened(tmp_path) as at:
        fresh = at.ring.next(ONE)
        assert fresh is not None
        assert (at.open(ONE, key), at.open(ONE, fresh), at.ring.state(ONE)) == (True, True, ROTATING)
        at.ring.accepted(ONE, fresh)
    async with opened(tmp_path) as at:
        assert (at.open(ONE, key), at.open(ONE, fresh)) == (False, True)
        await at.ring.revoke(ONE)
    async with opened(tmp_path) as at:
        assert (at.open(ONE, fresh), at.ring.state(ONE), states(at)) == (False, NONE, [])


async def test_an_acceptance_under_the_old_key_keeps_both(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        key = await at.join()
        await at.ring.rotate([ONE])
        fresh = at.ring.next(ONE)
        at.ring.accepted(ONE, key)
        await at.ring.rotate([ONE])
        assert (at.ring.next(ONE), at.ring.state(ONE)) == (fresh, ROTATING)


async def test_rotation_leaves_out_who_has_no_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await at.give(await at.code())
        await at.ring.rotate([ONE, TWO])
        assert (at.ring.state(ONE), at.ring.state(TWO)) == (NEW, NONE)


async def test_a_code_for_a_known_device_gives_it_a_new_key_beside_the_old_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        old = await at.join()
        made = await at.code(ONE)
        assert at.ring.joins.problem(made.id, TWO) == "this join code is for another device"
        key = await at.give(made)
        assert (at.open(ONE, old), at.open(ONE, key)) == (True, True)
        at.ring.accepted(ONE, key)
        assert (at.open(ONE, old), at.open(ONE, key)) == (False, True)


async def test_a_key_whose_code_has_expired_still_works_but_holds_no_guid(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        late = await at.give(await at.code(minutes=1))
        at.now_ms += 60_000
        assert at.open(ONE, late)
        key = await at.give(await at.code())
        assert (at.open(ONE, late), at.open(ONE, key)) == (False, True)


async def test_a_cancelled_code_takes_the_key_along_that_it_gave(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        made = await at.code()
        key = await at.give(made)
        await at.ring.joins.cancel(made.id)
        assert (at.open(ONE, key), at.ring.find(of_code(made)), states(at)) == (False, None, [])
        old = await at.join()
        again = await at.code(ONE)
        key = await at.give(again)
        await at.ring.joins.cancel(again.id)
        assert (at.open(ONE, old), at.open(ONE, key)) == (True, False)
        with pytest.raises(CodeUnknown):
            at.ring.joins.cancel(again.id)
    async with opened(tmp_path) as at:
        assert (at.open(ONE, old), at.open(ONE, key)) == (True, False)


async def test_cancelling_takes_keys_that_nobody_came_back_with_and_no_others(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        used, late = await at.code(), await at.code(minutes=1)
        key, other = await at.give(used), await at.give(late, TWO)
        at.ring.accepted(ONE, key)
        at.now_ms += 60_000
        for made in (used, late):
            await at.ring.joins.cancel(made.id)
        assert (at.open(ONE, key), at.open(TWO, other)) == (True, False)


async def test_a_key_that_nobody_comes_back_with_is_dropped_in_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        used, late = await at.join(ONE), await at.give(await at.code(minutes=1), TWO)
        at.now_ms += 60_000 + codes.KEPT_MS - 1
        await at.code()
        assert at.open(TWO, late)
        at.now_ms += 1
        await at.code()
        assert (at.open(ONE, used), at.open(TWO, late)) == (True, False)
        await at.ring.rotate([])  # after what is being written
    async with opened(tmp_path) as at:
        assert (at.open(ONE, used), at.open(TWO, late)) == (True, False)


async def test_revocation_ends_the_codes_of_a_device(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await at.join()
        mine, other = await at.code(ONE), await at.code()
        await at.ring.revoke(ONE)
        assert at.ring.find(of_code(mine)) is None
        assert at.ring.find(of_code(other))


async def test_open_codes_are_bounded_and_closed_ones_make_room(tmp_path: Path) -> None:
    async with opened(tmp_path, limit=2) as at:
        made = await asyncio.gather(*[at.code(minutes=1) for _ in range(4)], return_exceptions=True)
        assert [type(one) for one in made] == [NewJoinCode, NewJoinCode, Busy, Busy]
        at.now_ms += 60_000
        await at.code()


async def test_codes_that_are_over_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "KEPT", 2)
    async with opened(tmp_path) as at:
        for _ in range(4):
            await at.code(minutes=1)
        at.now_ms += 60_000
        last = await at.code()
        assert states(at) == ["expired", "expired", "waiting"]
        at.now_ms += codes.KEPT_MS
        newest = await at.code()
        assert states(at) == ["expired", "waiting"]
        await at.ring.rotate([])  # after what is being written
    async with opened(tmp_path) as at:
        assert [view.id for view in at.ring.joins.views()] == [last.id, newest.id]


async def test_nothing_secret_is_in_the_database_in_the_clear(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        made = await at.code()
        used = await at.join()
        await at.ring.rotate([ONE])
        secrets = [key_of(made.code), used, at.ring.next(ONE), made.code.encode(), MASTER]
    stored = everything(tmp_path)
    assert [each for each in secrets if each is None or each in stored or each.hex().encode() in stored] == []


async def test_the_key_of_a_used_code_is_gone(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await at.join()
        await at.ring.rotate([])  # after what is being written
        found = await at.store.run(lambda db: db.exec_driver_sql("SELECT secret FROM join_codes").all())
        assert [tuple(row) for row in found] == [(None,)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE device_keys SET next = present",
        "UPDATE device_keys SET present ="
        " (SELECT present FROM device_keys AS o WHERE o.guid <> device_keys.guid)",
        "UPDATE join_codes SET secret = (SELECT secret FROM join_codes AS o WHERE o.id <> join_codes.id)",
        "UPDATE join_codes SET secret = (SELECT present FROM device_keys LIMIT 1)",
        "UPDATE device_keys SET guid = '11111111-2222-4333-8444-555555555555' WHERE guid < '7'",
    ],
)
async def test_rows_that_were_swapped_do_not_open(tmp_path: Path, change: str) -> None:
    async with opened(tmp_path) as at:
        await at.join(ONE)
        await at.join(TWO)
        at.now_ms += codes.KEPT_MS
        await at.code()
        await at.code()
        await at.store.run(lambda db: db.exec_driver_sql(change))
    with pytest.raises(StartError, match="does not open"):
        async with opened(tmp_path):
            pass


async def test_another_master_key_does_not_open_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        await at.join()
    with pytest.raises(StartError, match="put back"):
        async with opened(tmp_path, master=b"x" * 32):
            pass


def full(connection: Connection, *rows: Any) -> None:
    """A database that takes nothing."""
    raise OSError("disk full")


async def test_an_acceptance_that_the_database_missed_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as at:
        old = await at.join()
        await at.ring.rotate([ONE])
        fresh = at.ring.next(ONE)
        assert fresh is not None
        with monkeypatch.context() as patch:
            patch.setattr(keys, "save", full)
            at.ring.accepted(ONE, fresh)
            with pytest.raises(StoreError):
                await at.ring.rotate([ONE])
        assert (at.open(ONE, old), at.open(ONE, fresh)) == (False, True)
    async with opened(tmp_path) as at:
        assert (at.open(ONE, old), at.ring.next(ONE)) == (True, fresh)
        at.ring.accepted(ONE, fresh)
        assert (at.open(ONE, old), at.open(ONE, fresh)) == (False, True)


async def test_a_key_that_could_not_be_stored_is_the_same_at_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as at:
        made = await at.code()
        with monkeypatch.context() as patch:
            patch.setattr(keys, "save", full)
            with pytest.raises(StoreError):
                await at.ring.joins.give(made.id, ONE)
        key = at.ring.next(ONE)
        assert at.ring.joins.problem(made.id, TWO)
        assert await at.give(made) == key
    async with opened(tmp_path) as at:
        assert at.ring.next(ONE) == key


def test_guids_in_messages_and_in_the_database_are_the_same() -> None:
    assert codes.read(codes.printed(ONE)) == ONE
    assert codes.printed(None) is None
    assert codes.read(None) is None
    assert codes.printed(TWO) == guid.text(TWO)
