"""Staging: what the present image has is copied, the rest fetched, all of it checked as it is written."""

import asyncio
import io
import os
from types import SimpleNamespace

import pytest

from firmware.update import held, kept, listed, pace, segments, staging, sums
from firmware.update.errors import DigestDiffers, FetchFailed
from firmware.update.fetched import PIECE
from tests_host import releases
from tests_host.unit.firmware.updates import (  # noqa: F401  a fixture for all
    LACKED,
    NEW,
    OLD,
    PARTS,
    Server,
    chip,
    exists,
    make,
    read,
    reason,
    staged,
    untouched,
    write,
)


async def test_only_what_the_present_image_lacks_is_fetched():
    server, told = Server(NEW), []
    assert await make(server, told) == "slot_b"
    staged()
    assert server.bytes == sum(map(len, LACKED)) < len(NEW) // 2
    assert told == sorted(set(told))
    assert told[-2:] == [99, 100] and len(told) > 10


async def test_the_other_way_round():
    write("slot_b", OLD)
    assert await make(Server(NEW), active="b") == "slot_a"
    assert read("slot_b") == OLD
    assert read("slot_a") == NEW
    assert read("slot") == b"a"


async def test_an_image_of_nothing_in_common():
    image = releases.image({f"n{number}": releases.content(f"n{number}", 3000) for number in range(5)})
    server = Server(image)
    await make(server)
    staged(image)
    assert server.bytes == len(image)


async def test_the_same_image_is_copied_alone():
    server = Server(OLD)
    await make(server)
    staged(OLD)
    assert server.asked == []


async def test_what_the_other_slot_holds_already_is_not_staged_again():
    write("slot_b", NEW)
    server = Server(NEW)
    await make(server)
    staged()
    assert server.asked == []


async def test_a_damaged_present_image_is_made_good_by_fetching():
    damaged = bytearray(OLD)
    damaged[len(PARTS[0]) + 5 :: 1500] = bytes(len(damaged[len(PARTS[0]) + 5 :: 1500]))
    write("slot_a", damaged)
    await make(Server(NEW))
    assert read("slot_b") == NEW
    assert read("slot_a") == damaged


async def test_a_bad_copy_takes_no_fetch_away(monkeypatch):
    """Of a segment that the index has, and that is not what it was when the index was made."""
    damaged = bytearray(OLD)
    copied = next(part for part in PARTS if part not in LACKED and len(part) > PIECE)
    damaged[OLD.index(copied) + 300] ^= 1
    write("slot_a", damaged)
    server = Server(NEW)
    before = b"".join(PARTS[: PARTS.index(copied)])
    server.spoil = {sum(-(-len(part) // PIECE) for part in LACKED if part in before): bytes(PIECE)}
    real = segments.steps
    monkeypatch.setattr(segments, "steps", lambda file: real(io.BytesIO(OLD)))
    await make(server)
    assert read("slot_b") == NEW
    assert server.bytes == sum(map(len, LACKED)) + 2 * len(copied)


async def test_a_present_image_that_changes_below_the_index(monkeypatch):
    """What the index says is checked: bytes are right as they are written, or fetched."""
    real = segments.steps

    def lying(file):
        yield from real(file)
        write("slot_a", OLD[: len(OLD) // 2] + bytes(500))

    monkeypatch.setattr(segments, "steps", lying)
    server = Server(NEW)
    await make(server)
    assert read("slot_b") == NEW
    assert server.bytes > sum(map(len, LACKED))


async def test_a_wrong_segment_is_fetched_once_more():
    server = Server(NEW)
    server.spoil = {0: b"\0" * server_first(NEW)}
    await make(server)
    staged()
    first = next(part for part in PARTS if part in LACKED)
    assert server.bytes == sum(map(len, LACKED)) + len(first)


def server_first(image):
    """Bytes of the first answer: all of the first segment that is lacked, or a piece of it."""
    return min(PIECE, len(next(part for part in releases.cut(image) if part in LACKED)))


async def test_a_segment_that_stays_wrong_is_an_error_and_the_stage_is_kept():
    wrong = Server(bytes(len(NEW)), releases.manifest(NEW))
    with pytest.raises(DigestDiffers, match="segment") as caught:
        await make(wrong)
    assert reason(caught)
    assert untouched() and not exists("slot_b")
    assert wrong.bytes == 2 * len(LACKED[0])
    await make(Server(NEW))
    staged()


@pytest.mark.parametrize("answer", [b"", None, b"x" * 513])
async def test_answers_that_are_none(answer):
    server = Server(NEW)
    server.spoil = {3: answer}
    with pytest.raises(FetchFailed, match="not available") as caught:
        await make(server)
    assert reason(caught)
    await make(Server(NEW))
    staged()


async def test_shorter_answers_will_do():
    class Short(Server):
        async def fetch(self, digest, offset, count):
            return await super().fetch(digest, offset, max(count // 3, 1))

    await make(Short(NEW))
    staged()


async def test_a_manifest_whose_segments_are_not_the_image():
    """Signed, but made wrong: every segment fits, the whole cannot."""
    described = releases.described(NEW)
    described["image"]["sha256"] = "00" * 32
    raw = releases.canonical(described)
    with pytest.raises(DigestDiffers, match="image") as caught:
        await make(Server(NEW, raw))
    assert reason(caught)
    assert untouched()
    assert sorted(os.listdir()) == ["slot", "slot_a"]


async def test_a_flash_that_lies_is_noticed_when_it_is_read_back(monkeypatch):
    """What was written right is wrong when it is read: the rest is not chosen, and made anew."""
    real, reads = held.run, []

    async def lying(size, digest):
        reads.append(size)
        if len(reads) == 2:
            data = bytearray(read("stage"))
            data[300] ^= 4
            write("stage", data)
        return await real(size, digest)

    monkeypatch.setattr(held, "run", lying)
    await make(Server(NEW))
    staged()
    assert len(reads) == 3


async def test_a_flash_that_goes_on_lying_is_an_error(monkeypatch):
    async def lying(size, digest):
        return False, 0, 0

    monkeypatch.setattr(held, "run", lying)
    with pytest.raises(DigestDiffers, match="image"):
        await make(Server(NEW))
    assert untouched()
    assert sorted(os.listdir()) == ["slot", "slot_a"]


@pytest.mark.parametrize("there", [0, len(NEW)])
async def test_no_long_time_without_a_turn(monkeypatch, there):
    """Between two turns of the event loop at most one piece is read and written, two segments looked up."""
    pieces, most = SimpleNamespace(count=0), []
    image = releases.image({**releases.members(40, version=1), "z.bin": releases.content("z", 20000)})
    server = Server(image)
    write("manifest", releases.listed(image))
    write("stage", image[:there])
    real = staging.sha256

    class Counting:
        def __init__(self):
            self.hash = real()

        def update(self, data):
            assert len(data) <= PIECE
            pieces.count += 1
            self.hash.update(data)

        def digest(self):
            return self.hash.digest()

    async def turn(milliseconds):
        most.append(pieces.count)
        pieces.count = 0
        await asyncio.sleep(0)

    for module in (staging, held, segments, sums):
        monkeypatch.setattr(module, "sha256", Counting)
    for module in (kept, pace, staging):
        monkeypatch.setattr(module, "sleep_ms", turn)
    real_segments = listed.segments

    def counted(file):
        for found in real_segments(file):
            pieces.count += 2
            yield found

    monkeypatch.setattr(listed, "segments", counted)
    await make(server)
    staged(image)
    assert max(most) <= 6
