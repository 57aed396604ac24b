"""An offer's manifest: fetched once, checked, kept as a list while its offer lasts, gone when refused."""

import os

import pytest

from firmware.update import kept, listed, listing, manifest
from firmware.update.errors import DigestDiffers, FetchFailed, Refused
from tests_host import releases
from tests_host.unit.firmware.updates import (  # noqa: F401  a fixture for all
    GONE,
    LISTED,
    NEW,
    Server,
    chip,
    make,
    read,
    reason,
    sha,
    staged,
    write,
)

MANIFEST = releases.manifest(NEW)


def serves(raw):
    """A server that counts what is asked of a manifest as others count an image's."""
    return Server(raw, b"another")


def offer(raw=MANIFEST, **changed):
    said = {"version": releases.VERSION, "sequence": releases.SEQUENCE, "size": len(raw), "digest": sha(raw)}
    return tuple({**said, **changed}.values())


async def keep(server, raw=MANIFEST, **changed):
    said = offer(raw, **changed)
    await kept.run(said, server.fetch)
    refusal = await listing.run(said, releases.BOARD)
    if refusal:
        raise Refused(refusal)


async def test_it_is_fetched_once():
    server = serves(MANIFEST)
    assert listed.image(offer()) is None
    await keep(server)
    assert server.bytes == len(MANIFEST)
    assert read("manifest") == LISTED
    assert listed.image(offer()) == (len(NEW), sha(NEW))
    assert sorted(os.listdir()) == ["manifest", "slot", "slot_a", "slot_b"]
    again = Server(NEW)
    await make(again)
    staged()
    assert again.listed == []


@pytest.mark.parametrize("changed", [{"version": "1.2.4"}, {"sequence": 8}, {"digest": bytes(32)}])
async def test_it_counts_for_its_offer_alone(changed):
    """Else an old manifest, checked once, could come back with a greater sequence."""
    write("manifest", LISTED)
    assert listed.image(offer()) == (len(NEW), sha(NEW))
    assert listed.image(offer(**changed)) is None
    server = Server(NEW)
    with pytest.raises((Refused, DigestDiffers)):
        await make(server, **changed)
    assert read("slot_b") == GONE["slot_b"]


@pytest.mark.parametrize("length", [0, 31, 32, 67])
async def test_a_list_that_is_cut_off_is_none(length):
    write("manifest", LISTED[:length])
    await make(Server(NEW))
    staged()


async def test_what_came_wrong_is_fetched_once_more():
    server = serves(MANIFEST)
    server.spoil = {1: b"?" * 128}
    await keep(server)
    assert server.bytes == 2 * len(MANIFEST)
    assert read("manifest") == LISTED
    wrong = serves(bytes(len(MANIFEST)))
    with pytest.raises(DigestDiffers, match="manifest") as caught:
        await keep(wrong)
    assert reason(caught)
    assert sorted(os.listdir()) == ["slot", "slot_a", "slot_b"]


async def test_one_that_does_not_come():
    server = serves(MANIFEST)
    server.fail_at = 1
    with pytest.raises(FetchFailed, match="104"):
        await keep(server)
    assert listed.image(offer()) is None
    await make(Server(NEW))
    staged()


@pytest.mark.parametrize(
    ("raw", "changed", "why"),
    [
        (MANIFEST, {"sequence": 8}, "version"),
        (MANIFEST, {"version": "9"}, "version"),
        (releases.manifest(NEW, boards=["basic"]), {}, "other board"),
        (MANIFEST + b" ", {}, manifest.BAD),
        (b" " * manifest.MOST_BYTES, {}, manifest.BAD),
        (b"", {"size": manifest.MOST_BYTES + 1}, "manifest too large"),
    ],
)
async def test_a_refused_one_is_not_kept(raw, changed, why):
    server = serves(raw)
    with pytest.raises(Refused, match=why):
        await keep(server, raw, **changed)
    assert sorted(os.listdir()) == ["slot", "slot_a", "slot_b"]
    assert server.bytes <= manifest.MOST_BYTES


async def test_one_too_large_costs_nothing_that_is_staged():
    write("manifest", LISTED)
    write("stage", NEW[:5000])
    with pytest.raises(Refused, match="too large"):
        await make(Server(NEW), size=manifest.MOST_BYTES + 1, digest=bytes(32))
    assert (read("manifest"), read("stage")) == (LISTED, NEW[:5000])
