"""Staging goes on where a lost connection or a reset ended it, whatever is on the flash then."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.update.errors import FetchFailed
from firmware.update.fetched import PIECE
from tests_host import releases
from tests_host.unit.firmware.updates import (  # noqa: F401  a fixture for all
    GONE,
    LACKED,
    LISTED,
    NEW,
    Server,
    broken_off,
    chip,
    make,
    read,
    sha,
    staged,
    untouched,
    write,
)


@pytest.mark.parametrize("at", range(0, 12))
async def test_a_lost_connection_costs_nothing_that_was_there(at):
    server, again = Server(NEW), Server(NEW)
    await broken_off(server, at)
    assert untouched()
    await make(again)
    staged()
    assert again.listed == []
    assert server.bytes + again.bytes <= sum(map(len, LACKED)) + PIECE


async def test_it_ends_however_often_the_connection_is_lost():
    requests = 0
    for _ in range(1000):
        server = Server(NEW)
        server.fail_at = 1  # one answer each time
        try:
            await make(server)
            break
        except FetchFailed:
            requests += len(server.asked) - 1
    staged()
    assert requests + len(server.asked) <= sum(-(-len(part) // PIECE) for part in LACKED)


async def test_ended_from_outside_it_keeps_what_it_has():
    asked = asyncio.Event()

    class Slow(Server):
        async def fetch(self, digest, offset, count):
            if len(self.asked) == 5:
                asked.set()
                await asyncio.Event().wait()
            return await super().fetch(digest, offset, count)

    task = asyncio.ensure_future(make(Slow(NEW)))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert NEW.startswith(read("stage")) and len(read("stage")) > 5 * PIECE
    again = Server(NEW)
    await make(again)
    staged()
    assert len(again.asked) == sum(-(-len(part) // PIECE) for part in LACKED) - 5


@pytest.mark.parametrize("length", [1, 100, 700, 701, 5000, len(NEW) - 1, len(NEW)])
async def test_a_cut_off_stage_goes_on_at_its_end(length):
    write("manifest", LISTED)
    write("stage", NEW[:length])
    server = Server(NEW)
    await make(server)
    staged()
    assert all(offset >= length for offset, _ in server.asked)


@pytest.mark.parametrize("length", [1, 100, 3000, 9000, 20000, len(NEW)])
@pytest.mark.parametrize("wrong", [0, 1, 10, 2999, 8999, 19000])
async def test_a_wrong_byte_in_the_stage_is_replaced(length, wrong):
    write("manifest", LISTED)
    data = bytearray(NEW[:length])
    if wrong < length:
        data[wrong] ^= 1
    write("stage", data)
    await make(Server(NEW))
    staged()


@pytest.mark.parametrize("more", [1, 9000])
async def test_a_stage_that_is_too_long_is_made_anew(more):
    write("manifest", LISTED)
    write("stage", NEW + bytes(more))
    await make(Server(NEW))
    staged()


@pytest.mark.parametrize(
    ("wrong", "anew"), [(10000, True), (len(NEW) - 9300, True), (len(NEW) - 6000, False)]
)
async def test_written_over_when_little_is_behind_it_else_made_anew(wrong, anew):
    """littlefs copies in one go what lies behind bytes that are written over."""
    data = bytearray(NEW)
    data[wrong] ^= 1
    write("manifest", LISTED)
    write("stage", data)
    server = Server(NEW)
    await make(server)
    staged()
    assert (server.bytes == sum(map(len, LACKED))) is anew
    assert anew or all(offset > wrong - 2000 for offset, _ in server.asked)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(st.integers(0, len(NEW) + 50), st.lists(st.integers(0, len(NEW)), max_size=3), st.binary(max_size=9))
def test_any_stage_ends_right(length, wrong, tail):
    async def all_of_it():
        write("slot_b", GONE["slot_b"])
        write("manifest", LISTED)
        data = bytearray(NEW[:length] + tail)
        for at in wrong:
            if at < len(data):
                data[at] ^= 0x55
        write("stage", data)
        await make(Server(NEW))
        staged()

    asyncio.run(all_of_it())


async def test_what_was_staged_for_another_offer_goes():
    other = Server(releases.image(releases.members(40, version=2)))
    await broken_off(other, 5)
    assert read("stage") and read("manifest").endswith(sha(releases.cut(other.data)[-1]))
    await broken_off(Server(NEW), 0)
    assert read("manifest") == LISTED
    assert read("stage") == NEW[: len(read("stage"))]
    await make(Server(NEW))
    staged()
