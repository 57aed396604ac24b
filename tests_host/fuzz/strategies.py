"""Hypothesis strategies for the protocol: descriptors with values, and whole messages."""

from hypothesis import strategies as st

from firmware.protocol import commands as c
from firmware.protocol import messages

INT32 = st.integers(-(1 << 31), (1 << 31) - 1)
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
UINT8 = st.integers(0, 0xFF)
UINT16 = st.integers(0, 0xFFFF)
UINT32 = st.integers(0, 0xFFFFFFFF)
FLOAT64 = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
GUID = st.binary(min_size=16, max_size=16)

BASIC = {
    b"\1": st.booleans(),
    b"\2": INT32,
    b"\3": INT64,
    b"\4": st.floats(allow_nan=False, allow_infinity=False, width=32),
    b"\5": FLOAT64,
    b"\6": TEXT,
    b"\7": st.binary(max_size=40),
    b"\x08": st.uuids().map(str),
    b"\x09": INT64,
}

# A tree of types: a basic descriptor, ["array", tree], or ["complex", {name: tree}].
TREES = st.recursive(
    st.sampled_from(sorted(BASIC)),
    lambda inner: (
        inner.map(lambda tree: ["array", tree])
        | st.dictionaries(TEXT, inner, min_size=1, max_size=4).map(lambda fields: ["complex", fields])
    ),
    max_leaves=6,
)


def depth(tree):
    """How deep arrays and complexes nest in the tree."""
    if isinstance(tree, bytes):
        return 0
    inner = [tree[1]] if tree[0] == "array" else tree[1].values()
    return 1 + max(depth(each) for each in inner)


def descriptor(tree):
    """The bytes of a tree's descriptor."""
    if isinstance(tree, bytes):
        return tree
    if tree[0] == "array":
        return b"\x40" + descriptor(tree[1])
    raw = bytes([65, len(tree[1])])
    for name, inner in tree[1].items():
        raw += len(name.encode()).to_bytes(2, "little") + name.encode() + descriptor(inner)
    return raw


def value(tree):
    """The strategy of a tree's values."""
    if isinstance(tree, bytes):
        return BASIC[tree]
    if tree[0] == "array":
        return st.lists(value(tree[1]), max_size=4)
    return st.fixed_dictionaries({name: value(inner) for name, inner in tree[1].items()})


VALID_TREES = TREES.filter(lambda tree: depth(tree) <= 4)
DESCRIPTORS = VALID_TREES.map(descriptor)
TYPED = VALID_TREES.flatmap(lambda tree: st.tuples(st.just(descriptor(tree)), value(tree)))


def _limits(low_high_step):
    low, high, step = low_high_step
    return min(low, high), max(low, high), abs(step)


_SANE = st.floats(-1e300, 1e300)
LIMITS = st.none() | st.tuples(_SANE, _SANE, _SANE).map(_limits)
READINGS = st.lists(
    st.tuples(UINT8, INT64, TYPED).map(lambda reading: (reading[0], reading[1], *reading[2])), max_size=4
)
LETTERS = {
    "s": TEXT,
    "n": st.binary(max_size=80),
    "*": st.binary(max_size=64),
    "T": DESCRIPTORS,
    "V": TYPED,
    "L": LIMITS,
    "O": st.lists(INT32, max_size=5),
    "R": READINGS,
}
NUMBERS = {"B": UINT8, "H": UINT16, "I": UINT32, "h": st.integers(-32768, 32767), "q": INT64}


def _part(part):
    """The strategies of one part of a layout."""
    if len(part) == 1:
        return [LETTERS[part]]
    found, size = [], ""
    for each in part[1:]:
        if each.isdigit():
            size += each
        else:
            found.append(st.binary(min_size=int(size), max_size=int(size)) if size else NUMBERS[each])
            size = ""
    return found


def message(command):
    """The strategy of (command, fields)."""
    layout, names = messages.MESSAGES[command]
    parts = [strategy for part in layout.decode().split() for strategy in _part(part)]
    return st.tuples(st.just(command), st.fixed_dictionaries(dict(zip(names, parts, strict=True))))


MESSAGES = st.sampled_from(sorted(messages.MESSAGES)).flatmap(message)
# What relays say most.
COMMON = st.sampled_from([c.SET_VALUE, c.VALUE_REPORT, c.REGISTER_IO, c.READINGS]).flatmap(message)
