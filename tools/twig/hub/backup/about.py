"""What a backup file is made of."""

from dataclasses import dataclass
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
