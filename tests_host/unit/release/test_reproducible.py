"""The same sources give the same release, wherever they lie and in whatever order sets come."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests_host import signed
from twig.release import package, places, releases
from twig.release.signature import sign
from twig.twin.runtime import runtime

BUILD_S = 55
# What a build reads of a checkout; mpy-cross and asyncio's sources come from this one.
SOURCES = ("firmware", "tools", "boot.py", "main.py")
SCRIPT = """
import sys
from pathlib import Path
from twig.release import image, places, releases
from twig.twin.runtime import Runtime

chip, asyncio, target, root = map(Path, sys.argv[1:])
assert places.ROOT == root, places.ROOT
image.runtime = lambda: Runtime(chip.with_name("twin"), chip, asyncio)
releases.write(target, releases.build("s26", 7))
"""


def elsewhere(folder: Path, seed: int) -> bytes:
    """The release that a copy of the sources in that folder gives, built anew from the first module on."""
    folder.mkdir()
    for name in SOURCES:
        source, target = places.ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)
    chip, made = runtime(), folder / "made.twig"
    path = os.pathsep.join([str(folder / "tools"), str(folder)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": str(seed), "TZ": f"UTC{seed}"}
    command = [sys.executable, "-c", SCRIPT, *map(str, (chip.mpy_cross, chip.asyncio, made, folder))]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=BUILD_S
    )
    assert done.returncode == 0, done.stderr
    return made.read_bytes()


@pytest.mark.slow
def test_two_builds_in_two_folders_are_the_same(tmp_path: Path) -> None:
    here = releases.build("s26", 7).encode()
    assert elsewhere(tmp_path / "one", 1) == here
    assert elsewhere(tmp_path / "another place", 2) == here
    found = package.parse(here)
    assert sign(signed.key(), found.raw) == sign(signed.key(), found.raw)
    assert len(found.manifest.segments) > 40
