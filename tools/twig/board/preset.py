"""A configuration that is flashed with the firmware, checked by the firmware's own rules."""

import os
import subprocess
import sys
from pathlib import Path

from twig.board.errors import BadPreset
from twig.release import places
from twig.release.image import CONFIG


def files(path: Path | None, board: str) -> dict[str, bytes]:
    """The files that it adds to the file system; BadPreset for what that board's firmware would refuse."""
    if path is None:
        return {}
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadPreset(f"Cannot read {path}: {error.strerror}.") from None
    found = os.pathsep.join([str(places.ROOT / "tools"), str(places.ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "twig.board.judge", board],
        input=raw,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": found, "PYTHONIOENCODING": "utf-8"},
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        raise BadPreset(f"{path}: {reason} docs/device.md lists the settings.")
    return {CONFIG: done.stdout}
