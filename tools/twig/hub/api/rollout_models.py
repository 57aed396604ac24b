"""What the API takes and gives of rollouts."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from twig.hub.api.models import GUID, MILLISECONDS
from twig.hub.rollouts import plan

MOST_WAVES = 32
MOST_NAMED = 1_000  # devices of a wave by name; a share names more
MOST_AT_ONCE = 1_000
WEEK_S = 604_800
Most = Annotated[int, Field(ge=0, le=2**31 - 1)]


class NewWave(BaseModel):
    """Who is in a wave: one of the three."""

    model_config = ConfigDict(extra="forbid")

    devices: list[str] = Field([], max_length=MOST_NAMED, description="GUIDs.", examples=[[GUID]])
    count: int = Field(0, ge=0, le=2**31 - 1, description="So many, of each board in turn.", examples=[0])
    share: float = Field(
        0.0, ge=0, le=1, description="Of the devices of each board, with those of earlier waves, rounded up."
    )

    @model_validator(mode="after")
    def one_of_them(self) -> "NewWave":
        """Exactly one says who."""
        if sum(map(bool, (self.devices, self.count, self.share))) != 1:
            raise ValueError("a wave has either devices, or a count, or a share")
        return self


class NewRollout(BaseModel):
    """What to roll out, and how carefully."""

    model_config = ConfigDict(extra="forbid")

    release: str = Field(
        description="Version (of each board its release of that version), or SHA-256 of one manifest.",
        examples=["0.2.0"],
        max_length=64,
    )
    waves: list[NewWave] = Field(
        [NewWave(devices=[], count=0, share=share) for share in plan.SHARES],
        min_length=1,
        max_length=MOST_WAVES,
    )
    pause_s: float = Field(plan.PAUSE_S, ge=0, le=WEEK_S, description="From a wave's end to the next one.")
    at_once: int = Field(plan.AT_ONCE, ge=1, le=MOST_AT_ONCE, description="Devices that fetch at one time.")
    least_confirmed: float = Field(
        plan.LEAST_CONFIRMED, ge=0, le=1, description="Gate: share of a wave's devices that have to confirm."
    )
    most_rolled_back: Most = Field(0, description="Gate: devices of a wave that may roll back.")
    most_errors: Most | None = Field(
        None, description="Gate: crashes of a wave's devices since they run the release; null: any number."
    )
    least_heap: Most | None = Field(
        None, description="Gate: bytes that a device has to have free with the release; null: any number."
    )
    again: bool = Field(False, description="Also to devices that have rolled back from it.")


class Wave(BaseModel):
    """How the devices of a wave fare."""

    model_config = ConfigDict(from_attributes=True)

    state: Literal["waiting", "open", "pausing", "passed"] = Field(
        description="pausing: it has passed its gates, and the next one waits."
    )
    total: int = Field(description="Devices; the sum of those below but `offline`.", examples=[10])
    pending: int = Field(description="Not offered the release yet.", examples=[0])
    offline: int = Field(description="Of those pending: offline now.", examples=[0])
    active: int = Field(description="Offered it, fetching, or on trial.", examples=[2])
    confirmed: int = Field(examples=[8])
    refused: int = Field(description="Refused it, or have been silent for an hour.", examples=[0])
    rolled_back: int = Field(examples=[0])


class RolloutDevice(BaseModel):
    """A device in a rollout."""

    guid: str = Field(examples=[GUID])
    wave: int = Field(description="From 1 on.", examples=[1])
    state: str = Field(description="pending, or as `update` of a device.", examples=["confirmed"])


class Rollout(BaseModel):
    """A rollout."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(examples=[1])
    version: str = Field(examples=["0.2.0"])
    releases: list[str] = Field(description="SHA-256 of the manifests.", examples=[["a3" * 32]])
    boards: list[str] = Field(examples=[["s26"]])
    state: Literal["running", "paused", "stopped", "done"] = Field(
        description="done: every wave has passed; devices that were offline get the release when they come."
    )
    reason: str = Field(description="Why it is paused or stopped.", examples=[""])
    created_ms: int = Field(description=f"When it began. {MILLISECONDS}", examples=[1770000000000])
    next_ms: int = Field(description=f"When the next wave begins; 0 while one is open. {MILLISECONDS}")
    skipped: int = Field(description="Devices left out: they had rolled back from it.", examples=[0])
    fetching: int = Field(description="Devices that may be fetching now.", examples=[2])
    at_once: int = Field(description="The most of those.", examples=[10])
    pause_s: float
    least_confirmed: float
    most_rolled_back: int
    most_errors: int | None
    least_heap: int | None
    waves: list[Wave]
    devices: list[RolloutDevice] | None = Field(None, description="Of a single rollout only.")
