"""Sizes that only a hub has memory for; the rest of the protocol suite runs on both VMs, in unit/protocol."""

import pytest

from firmware.protocol import compound, frame, types
from firmware.protocol.commands import OUT_OF_RANGE, TOO_LARGE
from firmware.protocol.errors import ProtocolError


def test_the_largest_message_at_a_hub() -> None:
    reader = frame.Reader(frame.HUB_LIMIT)
    reader.feed(frame.encode(b"a" * 16, b"b" * 16, 1, bytes(frame.HUB_LIMIT - frame.HEADER)))
    assert len(reader.next()[3]) == frame.HUB_LIMIT - frame.HEADER
    reader.feed((frame.HUB_LIMIT + 1).to_bytes(4, "little"))
    with pytest.raises(ProtocolError) as refusal:
        reader.next()
    assert refusal.value.code == TOO_LARGE


@pytest.mark.parametrize(("descriptor", "unit"), [(b"\6", "a"), (b"\7", b"a"), (b"\x40\1", [True])])
def test_the_longest_string_blob_and_array(descriptor: bytes, unit: str | bytes | list[bool]) -> None:
    data = types.encode(descriptor, unit * 65535)
    assert len(data) == 65537
    assert types.decode(descriptor, data) == unit * 65535
    with pytest.raises(ProtocolError) as refusal:
        types.encode(descriptor, unit * 65536)
    assert refusal.value.code == OUT_OF_RANGE


def test_fields_are_read_once_for_an_array(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a message of 64 KiB would hold up the hub for seconds."""
    read = []
    real = compound._read_fields
    monkeypatch.setattr(
        compound, "_read_fields", lambda descriptor, at: read.append(at) or real(descriptor, at)
    )
    inner = b"\x41\1\1\0a\1"
    descriptor = b"\x40\x41\1\1\0b" + inner
    assert types.decode(descriptor, b"\xe8\3" + bytes(1000)) == [{"b": {"a": False}}] * 1000
    assert types.encode(descriptor, [{"b": {"a": False}}] * 1000) == b"\xe8\3" + bytes(1000)
    assert sorted(read) == [1, 6]


def test_the_length_of_a_string_is_that_of_its_bytes() -> None:
    with pytest.raises(ProtocolError):
        types.encode(b"\6", "\xfc" * 32768)


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(ProtocolError) as refusal:
        types.encode(b"\6", "\ud83c")
    assert refusal.value.code == OUT_OF_RANGE
