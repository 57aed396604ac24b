"""Values between the protocol and JSON: a blob is {"hex": ...}, a complex an object, a time milliseconds."""

from typing import Any

from firmware.protocol import commands, compound, types
from firmware.protocol.errors import ProtocolError
from twig.hub.errors import OutOfRange, WrongType
from twig.hub.store.records import IORecord

NAMES = {
    types.BOOL: "bool",
    types.INT32: "int32",
    types.INT64: "int64",
    types.FLOAT32: "float32",
    types.FLOAT64: "float64",
    types.STRING: "string",
    types.BLOB: "blob",
    types.GUID: "guid",
    types.TIME: "time",
}
NUMBERS = (types.INT32, types.INT64, types.FLOAT32, types.FLOAT64)


def type_text(descriptor: bytes, at: int = 0) -> str:
    """A descriptor for people: `bool`, `array of int32`, `complex of volts float32, on bool`."""
    kind = descriptor[at]
    if kind == types.ARRAY:
        return f"array of {type_text(descriptor, at + 1)}"
    if kind == types.COMPLEX:
        fields = compound.fields(descriptor, at)
        return "complex of " + ", ".join(f"{name} {type_text(descriptor, where)}" for name, where in fields)
    return NAMES[kind]


def to_json(value: Any) -> Any:
    """A protocol value as plain JSON."""
    if isinstance(value, (bytes, bytearray)):
        return {"hex": value.hex()}
    if isinstance(value, list):
        return [to_json(element) for element in value]
    if isinstance(value, dict):
        return {name: to_json(field) for name, field in value.items()}
    return value


def is_shallow(value: Any, depth: int) -> bool:
    """Whether JSON objects and lists are nested at most `depth` deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is None or (depth > 0 and all(is_shallow(one, depth - 1) for one in inner))


def shown(value: Any) -> str:
    """A value in an error's text, never long."""
    try:
        return f"{value!r:.60}"
    except ValueError:  # Python does not print integers of more than 4,300 digits
        return "a huge number"


def from_json(io: IORecord, value: Any) -> Any:
    """A JSON value as the IO takes it; WrongType or OutOfRange where it does not."""
    wanted = type_text(io.descriptor)
    try:
        result = _from_json(io.descriptor, value, 0)
        types.encode(io.descriptor, result)
    except ProtocolError as error:
        if error.code == commands.OUT_OF_RANGE:
            raise OutOfRange(f"{io.name} takes {wanted}; {shown(value)} does not fit into that.") from error
        raise WrongType(f"{io.name} takes {wanted}, not {shown(value)}.") from error
    except (ValueError, RecursionError, UnicodeError) as error:
        raise WrongType(f"{io.name} takes {wanted}, not {shown(value)}.") from error
    _check_limits(io, result)
    return result


def _from_json(descriptor: bytes, value: Any, at: int) -> Any:
    kind = descriptor[at]
    if kind == types.ARRAY and isinstance(value, list):
        return [_from_json(descriptor, element, at + 1) for element in value]
    if kind == types.COMPLEX and isinstance(value, dict):
        places = dict(compound.fields(descriptor, at))
        return {name: _from_json(descriptor, field, places[name]) if name in places else field
                for name, field in value.items()}  # fmt: skip
    if kind == types.BLOB and isinstance(value, dict) and isinstance(value.get("hex"), str):
        return bytes.fromhex(value["hex"])
    return value


def _check_limits(io: IORecord, value: Any) -> None:
    if io.limits and io.descriptor[0] in NUMBERS:
        minimum, maximum, _ = io.limits
        if not minimum <= value <= maximum:
            unit = f" {io.unit}" if io.unit else ""
            raise OutOfRange(f"{io.name} takes {minimum:g} to {maximum:g}{unit}, not {value:g}.")
