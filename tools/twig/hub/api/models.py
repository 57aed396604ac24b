"""What the API takes and gives, with the descriptions that /api/v1/openapi.json serves."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from twig.hub.keys.joins import MINUTES, MOST_MINUTES

GUID = "0c5e8f0a-41b2-4c8e-9d57-3f1a2b4c5d6e"
MILLISECONDS = "UTC, milliseconds since 1970; 0 when unknown."


class Limits(BaseModel):
    """Bounds of a numeric IO, in its unit."""

    minimum: float = Field(examples=[0.0])
    maximum: float = Field(examples=[100.0])
    step: float = Field(examples=[0.5])


def named(limits: Any) -> Any:
    """The hub's (minimum, maximum, step) under their names."""
    return dict(zip(Limits.model_fields, limits, strict=True)) if isinstance(limits, tuple) else limits


class IO(BaseModel):
    """One input or output of a device: a relay, a button, a measurement."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(ge=1, le=254, description="Fixed per board.", examples=[1])
    name: str = Field(examples=["Relay"])
    kind: str = Field(description="What it is: switch, button, power, temperature, …", examples=["switch"])
    unit: str = Field(description="Empty when it has none.", examples=[""])
    type: str = Field(description="Type of the value: bool, int32, float64, string, …", examples=["bool"])
    readable: bool
    writable: bool
    limits: Annotated[Limits | None, BeforeValidator(named)] = None
    value: JsonValue = Field(description="The last value reported; null before the first.", examples=[True])
    value_ms: int = Field(description=f"When that was. {MILLISECONDS}", examples=[1770000000000])


class Update(BaseModel):
    """How far a device is with the release that it was offered last."""

    model_config = ConfigDict(from_attributes=True)

    manifest: str = Field(
        description="SHA-256 of the release's manifest; empty when this hub does not have it.",
        examples=["a3" * 32],
    )
    version: str = Field(examples=["0.2.0"])
    sequence: int = Field(description="0 when unknown.", examples=[7])
    state: Literal[
        "waiting",
        "offered",
        "withdrawn",
        "refused",
        "fetching",
        "staged",
        "trial",
        "confirmed",
        "rolled back",
    ] = Field(description="waiting: the device has not taken the offer yet; offered: it has.")
    percent: int = Field(description="Of what the device has to fetch.", ge=0, le=100, examples=[40])
    reason: str = Field(description="Of the device, for refused and rolled back.", examples=[""])
    time_ms: int = Field(description=f"When that was. {MILLISECONDS}", examples=[1770000000000])


class Device(BaseModel):
    """A device that has registered at this hub."""

    model_config = ConfigDict(from_attributes=True)

    guid: str = Field(examples=[GUID])
    name: str = Field(examples=["Kitchen"])
    model: str = Field(examples=["s26"])
    firmware: str = Field(description="Version.", examples=["0.1.0"])
    online: bool
    address: str = Field(description="Where it is connected from.", examples=["192.168.1.23"])
    parent: str = Field(description="GUID of the device that it is connected through; zeros: the hub itself.")
    joined_ms: int = Field(description=f"When it registered last. {MILLISECONDS}", examples=[1770000000000])
    last_seen_ms: int = Field(description=f"When it was heard last. {MILLISECONDS}", examples=[1770000000000])
    ios: list[IO]
    may_have_children: bool = Field(False, description="Whether other devices may connect through it.")
    key: Literal["none", "new", "present", "rotating"] = Field(
        "none", description="new: sent, not used yet; rotating: a next one waits until the device uses it."
    )
    status: dict[str, Any] | None = Field(
        description="Its last status report: uptime_s, heap_free, heap_min, rssi, reset_cause, resets, …",
        examples=[{"uptime_s": 3600, "heap_free": 18432, "rssi": -61}],
    )
    identified_ms: int = Field(
        0, description=f"When somebody at the device last said which one it is. {MILLISECONDS}"
    )
    update: Update | None = Field(None, description="null: no release was offered yet.")
    status_ms: int = Field(0, description=f"When that came. {MILLISECONDS}", examples=[1770000000000])


def expressible(value: JsonValue) -> JsonValue:
    """`value`, unless it holds what only Python's JSON has: NaN, infinity, a lone surrogate."""
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    return value


Patch = Annotated[dict[str, JsonValue], AfterValidator(expressible)]


class NewValue(BaseModel):
    """A value to set."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[JsonValue, AfterValidator(expressible)] = Field(
        description="Of the IO's type: true or false, a number, a text, a list.", examples=[True]
    )


class JoinCodeWish(BaseModel):
    """What a join code shall be."""

    model_config = ConfigDict(extra="forbid")

    for_guid: str | None = Field(None, description="The only device that it serves; null: any new one.")
    minutes: int = Field(
        MINUTES, strict=True, ge=1, le=MOST_MINUTES, description="How long a device may take it."
    )


class MadeJoinCode(BaseModel):
    """A new join code."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[1])
    code: str = Field(description="For the device; never shown again.", examples=["7H3K-9QWE-RTMB"])
    for_guid: str | None
    expires_ms: int = Field(description=MILLISECONDS, examples=[1770000000000])


class JoinCode(BaseModel):
    """A join code without the code itself."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[1])
    for_guid: str | None = Field(description="The only device that it serves; null: any new one.")
    guid: str | None = Field(description="The device that has taken it.", examples=[GUID])
    expires_ms: int = Field(description=MILLISECONDS, examples=[1770000000000])
    state: Literal["waiting", "taken", "used", "expired"] = Field(
        description="taken: a device has got a key for it; used: it has come back under that key."
    )
