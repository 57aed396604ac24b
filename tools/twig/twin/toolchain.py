"""What a 32-bit static build needs beside the machine's gcc: Debian's i386 headers and libraries, unpacked."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from twig.twin.apt import Apt
from twig.twin.errors import TwinUnavailable

# One suite for every machine: static libraries run on any later kernel, and gcc 12 and newer link them.
SUITE = "bookworm"
GCC = "12"
ARCHITECTURE = "i386"
NAMES = ("libc6-dev", "linux-libc-dev", f"libgcc-{GCC}-dev", "libmbedtls-dev")
PROGRAMS = ("gcc", "make", "dpkg-deb")
PROCESSORS = ("x86_64", "i686", "i386")


@dataclass(frozen=True)
class Toolchain:
    """Flags for gcc; both programs of the runtime are linked statically with them."""

    cflags: str
    ldflags: str


def check() -> None:
    """TwinUnavailable with what to install, or why it cannot be."""
    if platform.machine() not in PROCESSORS:
        raise TwinUnavailable(f"the twin is a 32-bit x86 program; this processor is {platform.machine()}")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise TwinUnavailable(f"the twin needs {', '.join(missing)}: apt install gcc make")


def toolchain(cache: Path, folder: Path) -> Toolchain:
    """Unpacks the libraries under the folder, once; downloads go to the cache."""
    check()
    if not folder.exists():
        scratch = folder.with_name(folder.name + ".new")
        shutil.rmtree(scratch, ignore_errors=True)
        for package in _downloads(cache / ARCHITECTURE):
            subprocess.run(["dpkg-deb", "-x", str(package), str(scratch)], check=True)
        scratch.replace(folder)
    return _flags(folder / "usr")


def _downloads(cache: Path) -> list[Path]:
    found = _found(cache)
    if len(found) < len(NAMES):
        shutil.rmtree(cache, ignore_errors=True)
        names = tuple(f"{name}:{ARCHITECTURE}" for name in NAMES)
        Apt(cache / "apt", SUITE, (ARCHITECTURE, "amd64"), sources=False).packages(names, cache)
        shutil.rmtree(cache / "apt")
        found = _found(cache)
    return found


def _found(cache: Path) -> list[Path]:
    return [path for name in NAMES for path in cache.glob(f"{name}_*_{ARCHITECTURE}.deb")]


def _flags(usr: Path) -> Toolchain:
    libraries = [usr / "lib/gcc/i686-linux-gnu" / GCC, usr / "lib/i386-linux-gnu"]
    includes = [usr / "include/i386-linux-gnu", usr / "include"]
    return Toolchain(
        " ".join(["-m32", *(f"-isystem {path}" for path in includes)]),
        " ".join(["-m32", "-static", "-no-pie", *(f"-B{path}/ -L{path}" for path in libraries)]),
    )
