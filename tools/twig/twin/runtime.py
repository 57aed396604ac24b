"""Builds the twins when they are missing: `python -m twig.twin.runtime` prints the path of the ESP8266's."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twig.hardware.chips import ESP8266, FAMILIES
from twig.release.places import BUILD, shown
from twig.twin import source, toolchain
from twig.twin.errors import TwinUnavailable

__all__ = ["Runtime", "TwinUnavailable", "runtime"]

VARIANT = Path(__file__).with_name("variant")
CACHE = BUILD / "cache"
TWIN = BUILD / "twin"
# Part of what a build depends on beside the files of the variant: the name of a build holds a hash of both.
RECIPE = "1"
# Two cores that have other things to do.
BUILD_SECONDS = 900
# 15 April 2025, the release's day: a build does not depend on today's.
ENVIRONMENT = {"MICROPY_GIT_TAG": "v1.25.0", "MICROPY_GIT_HASH": "ds", "SOURCE_DATE_EPOCH": "1744675200"}


@dataclass(frozen=True)
class Runtime:
    """Paths of a built twin: its VM, its compiler and the folder of asyncio's sources."""

    micropython: Path
    mpy_cross: Path
    asyncio: Path

    def command(self, heap_bytes: int | None = None) -> list[str]:
        """argv that boots a virtual chip; TWIG_TWIN_DIR must name its folder. None: the heap of the chip."""
        return [str(self.micropython), *(("--heap", str(heap_bytes)) if heap_bytes else ())]

    def script(self, path: Path | str, heap_bytes: int | None = None, *arguments: str) -> list[str]:
        """argv that runs a script of this computer on the twin's VM."""
        return [*self.command(heap_bytes), str(path), *arguments]


def _inputs() -> Iterator[Path]:
    return (path for path in sorted(VARIANT.rglob("*")) if path.is_file())


def key(family: str) -> str:
    """Names a build by everything that goes into it."""
    digest = hashlib.sha256(
        "\n".join([family, RECIPE, source.SHA256, toolchain.SUITE, *toolchain.LIBRARIES]).encode()
    )
    for path in _inputs():
        digest.update(path.relative_to(VARIANT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time, across processes."""
    TWIN.mkdir(parents=True, exist_ok=True)
    with (TWIN / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _at(folder: Path) -> Runtime:
    return Runtime(folder / "twin", folder / "mpy-cross", TWIN / "source" / "extmod" / "asyncio")


def runtime(family: str = ESP8266) -> Runtime:
    """The built twin of a family of chips, building it first where needed; TwinUnavailable says why it
    cannot be."""
    folder = TWIN / key(family)
    if not folder.exists():
        with _alone():
            if not folder.exists():
                _build(folder, family)
    return _at(folder)


def _build(folder: Path, family: str) -> None:
    tools = toolchain.toolchain(CACHE, TWIN)
    tree = source.unpack(source.archive(CACHE), TWIN / "source")
    objects = TWIN / "objects"
    compiler = objects / "mpy-cross" / "mpy-cross"
    flags = [f"CFLAGS_EXTRA={tools.cflags}", f"LDFLAGS_EXTRA={tools.ldflags}"]
    _make(tools, tree / "mpy-cross", f"BUILD={compiler.parent}", *flags)
    program = objects / family / "twin"
    flags = [f"TWIN_CFLAGS={tools.cflags}", f"TWIN_LDFLAGS={tools.ldflags}"]
    places = [f"CHIP={family}", f"TOP={tree}", f"BUILD={program.parent}", f"MICROPY_MPYCROSS={compiler}"]
    _make(tools, VARIANT, *places, *flags)
    _install(folder, compiler, program)


def _install(folder: Path, *programs: Path) -> None:
    scratch = folder.with_suffix(".new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for program in programs:
        shutil.copy2(program, scratch)
    scratch.replace(folder)


def _environment(tools: toolchain.Toolchain) -> dict[str, str]:
    environment = {**os.environ, **ENVIRONMENT}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "CFLAGS", "LDFLAGS"):  # of a make that called us
        environment.pop(name, None)
    if tools.programs:
        environment["PATH"] = f"{tools.programs}{os.pathsep}{environment['PATH']}"
    return environment


def _make(tools: toolchain.Toolchain, folder: Path, *arguments: str) -> None:
    command = ["make", f"-j{os.cpu_count() or 1}", f"PYTHON={sys.executable}", *arguments]
    log = TWIN / "build.log"
    with log.open("a") as file:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(tools),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            timeout=BUILD_SECONDS,
            check=False,
        )
    if done.returncode:
        raise TwinUnavailable(f"the twin could not be compiled: see {shown(log)}")


def main() -> int:
    """Build those of all chips and print the path."""
    try:
        for family in FAMILIES:
            runtime(family)
        print(runtime().micropython)
    except TwinUnavailable as error:
        print(f"twig: {error.text}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
