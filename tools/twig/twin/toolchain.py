"""A 32-bit toolchain, nothing installed: Debian's i386 headers and libraries, and gcc if there is none."""

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
LIBRARIES = tuple(
    f"{name}:i386" for name in ("libc6-dev", "linux-libc-dev", f"libgcc-{GCC}-dev", "libmbedtls-dev")
)
# Only downloaded where the machine has no gcc of its own.
COMPILER = tuple(
    f"{name}:amd64"
    for name in (
        *(f"gcc-{GCC}", f"cpp-{GCC}", f"libgcc-{GCC}-dev"),
        *(
            "binutils",
            "binutils-common",
            "binutils-x86-64-linux-gnu",
            "libbinutils",
            "libctf0",
            "libctf-nobfd0",
        ),
        *("libgprofng0", "libjansson4", "libisl23", "libmpc3", "libmpfr6", "libgmp10", "zlib1g", "libzstd1"),
    )
)
WRAPPED = {"gcc": f"gcc-{GCC}", "strip": "strip"}
WRAPPER = """#!/bin/sh
LD_LIBRARY_PATH="{usr}/lib/x86_64-linux-gnu" PATH="{usr}/bin:$PATH" exec "{usr}/bin/{name}" "$@"
"""
PROCESSORS = ("x86_64", "i686", "i386")


@dataclass(frozen=True)
class Toolchain:
    """Flags for gcc, which link statically; `programs` goes in front of PATH where gcc is our own."""

    cflags: str
    ldflags: str
    programs: Path | None


def check() -> None:
    """TwinUnavailable with what to install, or why it cannot be."""
    if platform.machine() not in PROCESSORS:
        raise TwinUnavailable(f"the twin is a 32-bit x86 program; this processor is {platform.machine()}")
    missing = [name for name in ("make", "dpkg-deb") if shutil.which(name) is None]
    if missing:
        raise TwinUnavailable(f"building the twin needs {' and '.join(missing)}: install them")


def toolchain(cache: Path, folder: Path) -> Toolchain:
    """Unpacks what is needed under the folder, once; downloads go to the cache."""
    check()
    usr = _unpacked(LIBRARIES, cache / "i386", folder / "i386") / "usr"
    programs = None if shutil.which("gcc") else _compiler(cache / "gcc", folder / "gcc")
    paths = [usr / "lib/gcc/i686-linux-gnu" / GCC, usr / "lib/i386-linux-gnu"]
    includes = [usr / "include/i386-linux-gnu", usr / "include"]
    return Toolchain(
        " ".join(["-m32", *(f"-isystem {path}" for path in includes)]),
        " ".join(["-m32", "-static", "-no-pie", *(f"-B{path}/ -L{path}" for path in paths)]),
        programs,
    )


def _compiler(cache: Path, folder: Path) -> Path:
    usr = _unpacked(COMPILER, cache, folder) / "usr"
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name, real in WRAPPED.items():
        wrapper = programs / name
        wrapper.write_text(WRAPPER.format(usr=usr, name=real))
        wrapper.chmod(0o755)
    return programs


def _unpacked(names: tuple[str, ...], cache: Path, folder: Path) -> Path:
    if not folder.exists():
        scratch = folder.with_name(folder.name + ".new")
        shutil.rmtree(scratch, ignore_errors=True)
        for package in _downloaded(names, cache):
            _unpack(package, scratch)
        scratch.replace(folder)
    return folder


def _unpack(package: Path, folder: Path) -> None:
    done = subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], capture_output=True, check=False)
    if done.returncode:
        raise TwinUnavailable(f"{package} is damaged: delete it and try again")


def _downloaded(names: tuple[str, ...], cache: Path) -> list[Path]:
    found = _found(names, cache)
    if len(found) < len(names):
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        Apt(cache / "apt", SUITE, ("amd64", "i386"), sources=False).packages(names, cache)
        shutil.rmtree(cache / "apt")
        found = _found(names, cache)
    return found


def _found(names: tuple[str, ...], cache: Path) -> list[Path]:
    return [path for name in names for path in cache.glob("{0[0]}_*_{0[1]}.deb".format(name.split(":")))]
