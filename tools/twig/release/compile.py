"""Compiles prepared sources to .mpy with mpy-cross -O3, with a cache by content."""

import ast
import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from twig.release import places
from twig.release.errors import ReleaseError
from twig.release.sources import Source

CACHE = places.BUILD / "mpy"
# No asserts and no line numbers: both cost heap on the chip.
OPTIONS = ("-O3",)
# mpy-cross takes milliseconds; past this it hangs.
TIMEOUT_S = 60.0


def compile_source(source: Source, mpy_cross: Path) -> bytes:
    """The .mpy of a prepared module; the name in tracebacks is the module's last part."""
    return compile_text(source.name.rsplit(".", 1)[-1], ast.unparse(source.tree), mpy_cross)


def compile_text(name: str, text: str, mpy_cross: Path, folder: Path | None = None) -> bytes:
    """The .mpy of a source text, from the cache in `folder` when it was compiled before."""
    folder = folder or CACHE
    key = hashlib.sha256("\0".join([name, text, *OPTIONS, _identity(mpy_cross)]).encode()).hexdigest()
    cached = folder / f"{key}.mpy"
    if not cached.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(name, text, mpy_cross, cached)
    return cached.read_bytes()


@cache
def _identity(mpy_cross: Path) -> str:
    return hashlib.sha256(mpy_cross.read_bytes()).hexdigest()


def _run(name: str, text: str, mpy_cross: Path, result: Path) -> None:
    with tempfile.TemporaryDirectory(dir=result.parent) as scratch:
        written = Path(scratch, "in.py")
        compiled = Path(scratch, "out.mpy")
        written.write_text(text, "utf-8")
        command = [str(mpy_cross), *OPTIONS, "-s", name, "-o", str(compiled), str(written)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
            raise ReleaseError(f"mpy-cross refuses {name}: {lines[-1]}")
        os.replace(compiled, result)
