"""What a backup file is made of."""

from dataclasses import dataclass, field
from pathlib import Path

from twig.errors import TwigError

FORMAT = 1
ABOUT = "about.json"


class BackupError(TwigError):
    """A backup cannot be made or put back."""


class Foreign(BackupError):
    """A file that is no backup."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is no backup of a Twig hub, or it is damaged.")


@dataclass(frozen=True)
class About:
    """What a backup holds; guid: the hub's; keys: how many devices have one."""

    format: int
    guid: str
    made_ms: int
    devices: int
    keys: int
    master_key: bool


@dataclass(frozen=True)
class Choices:
    """What a restore lets in again: `revoked_too`: all that the backup let in, whatever was revoked since;
    `devices` (GUIDs or names) and `tokens` (names) are revoked before a hub can start."""

    revoked_too: bool = False
    devices: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Past:
    """A restore, at `restored_ms`, that let in what a backup of `made_ms` let in: what was revoked between
    the two is not known."""

    made_ms: int
    restored_ms: int


@dataclass(frozen=True)
class Restored:
    """What has been put back. `why`: why keys, tokens and password are the backup's; None: they are those of
    the hub that it replaced. `devices`, `tokens`: names of those that are let in; `opens`: whether the master
    key that is there opens the devices' keys; `kept`: names of files that were replaced and kept; `past`: of
    the hub that was replaced, where that decides."""

    about: About
    why: str | None
    devices: list[str]
    tokens: list[str]
    opens: bool
    kept: list[str]
    past: Past | None
