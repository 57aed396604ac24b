"""What a restore leaves for the next one: that who is let in here came from a backup, and of when."""

import json
from dataclasses import asdict
from pathlib import Path

from twig import files
from twig.hub.backup.about import BackupError, Past
from twig.hub.clock import now_ms

NAME = "restored.json"


def read(data: Path) -> Past | None:
    """The last restore that did not take over who is let in; None without one. BackupError, OSError."""
    path = data / NAME
    try:
        return Past(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise BackupError(
            f"{path} is damaged: it said of when the keys here are. Remove it and try again."
        ) from None


def write(data: Path, made_ms: int) -> None:
    """Remember a restore, now, of a backup that was made then. OSError."""
    content = asdict(Past(made_ms, now_ms()))
    files.replace(data / NAME, json.dumps(content).encode() + b"\n", files.OWNER)
