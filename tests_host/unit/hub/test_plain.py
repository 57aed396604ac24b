"""Values between JSON and the protocol."""

from typing import Any

import pytest

from firmware.protocol import types
from twig.hub import plain
from twig.hub.errors import OutOfRange, WrongType
from twig.hub.store.records import IORecord

PAIR = bytes.fromhex("41020500766f6c74730402006f6e01")


def made(descriptor: bytes, limits: tuple[float, float, float] | None = None) -> IORecord:
    """An IO of that type."""
    return IORecord(1, 3, descriptor, "power", "Level", "W", limits)


@pytest.mark.parametrize(
    ("descriptor", "text"),
    [
        (b"\x01", "bool"),
        (b"\x05", "float64"),
        (b"\x40\x02", "array of int32"),
        (b"\x40\x40\x06", "array of array of string"),
        (PAIR, "complex of volts float32, on bool"),
    ],
)
def test_types_have_names(descriptor: bytes, text: str) -> None:
    assert plain.type_text(descriptor) == text


@pytest.mark.parametrize(
    ("descriptor", "value", "wanted"),
    [
        (b"\x01", True, True),
        (b"\x02", 5, 5),
        (b"\x05", 5, 5),
        (b"\x06", "Grüße", "Grüße"),
        (b"\x07", {"hex": "00ff10"}, b"\x00\xff\x10"),
        (b"\x40\x02", [1, 2], [1, 2]),
        (PAIR, {"volts": 230.5, "on": True}, {"volts": 230.5, "on": True}),
    ],
)
def test_what_fits_is_taken_and_comes_back(descriptor: bytes, value: Any, wanted: Any) -> None:
    taken = plain.from_json(made(descriptor), value)
    assert (taken, type(taken)) == (wanted, type(wanted))
    assert plain.to_json(types.decode(descriptor, types.encode(descriptor, taken))) == value


@pytest.mark.parametrize(
    ("descriptor", "value"),
    [
        (b"\x01", 1),
        (b"\x01", None),
        (b"\x02", True),
        (b"\x02", 1.5),
        (b"\x02", 1.0),
        (b"\x02", "1"),
        (b"\x05", [1]),
        (b"\x06", 7),
        (b"\x07", {"hex": "0"}),
        (b"\x07", "00"),
        (b"\x08", "no guid"),
        (b"\x40\x02", [1, "2"]),
        (b"\x40\x02", {"0": 1}),
        (PAIR, {"volts": 1.0}),
        (PAIR, {"volts": 1.0, "on": True, "more": 1}),
        (PAIR, [1.0, True]),
    ],
)
def test_another_type_is_refused(descriptor: bytes, value: Any) -> None:
    with pytest.raises(WrongType, match="Level takes"):
        plain.from_json(made(descriptor), value)


@pytest.mark.parametrize(
    ("descriptor", "value"),
    [
        (b"\x02", 1 << 31),
        (b"\x03", -(1 << 63) - 1),
        pytest.param(b"\x05", 10**400, id="huge"),
        pytest.param(b"\x05", 10**5000, id="unprintable"),
        (b"\x04", 1e39),
        (b"\x05", 1e999),
        (b"\x06", "x" * 65536),
        (b"\x40\x01", [True] * 65536),
    ],
)
def test_what_the_type_cannot_hold_is_out_of_range(descriptor: bytes, value: Any) -> None:
    with pytest.raises(OutOfRange) as caught:
        plain.from_json(made(descriptor), value)
    assert len(caught.value.text) < 300


def test_nesting_is_counted() -> None:
    assert plain.is_shallow({"a": [{"b": [1]}]}, 4)
    assert not plain.is_shallow({"a": [{"b": [1]}]}, 3)
    assert plain.is_shallow(1, 0)
    assert not plain.is_shallow([], 0)


def test_limits_hold_at_both_ends() -> None:
    level = made(b"\x05", (0.0, 100.0, 0.5))
    assert [plain.from_json(level, value) for value in (0, 0.0, 100)] == [0, 0.0, 100]
    for value in (-0.1, 100.1):
        with pytest.raises(OutOfRange, match="0 to 100 W"):
            plain.from_json(level, value)
