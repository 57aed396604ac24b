"""MicroPython's source: Debian's package of 1.25.0, pinned by version and hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from twig.twin.apt import Apt
from twig.twin.errors import TwinUnavailable

PACKAGE, VERSION, SUITE = "micropython", "1.25.0+ds-1", "trixie"
FILE = "micropython_1.25.0+ds.orig.tar.xz"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
# Debian's archive of everything that it ever published, by SHA-1.
SNAPSHOT = "https://snapshot.debian.org/file/bd37cbe7cf223e8ffce06183a119dcce2c537a95"
SNAPSHOT_SECONDS = 60
VARIABLE = "TWIG_MICROPYTHON_SRC"


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archive(cache: Path) -> Path:
    """The source archive, from the first of cache, variable, apt and snapshot that has it."""
    target = cache / FILE
    if target.exists() and digest(target) == SHA256:
        return target
    named = os.environ.get(VARIABLE)
    if named:
        return _named(Path(named))
    cache.mkdir(parents=True, exist_ok=True)
    reasons = []
    for way in (_by_apt, _by_snapshot):
        reason = _try(way, target)
        if reason is None:
            return target
        reasons.append(reason)
    raise TwinUnavailable(
        f"MicroPython's source is not to be had ({'; '.join(reasons)}): get {FILE} with SHA-256 {SHA256} "
        f"and set {VARIABLE} to its path"
    )


def _named(path: Path) -> Path:
    if not path.is_file():
        raise TwinUnavailable(
            f"{VARIABLE} names {path}, which is no file: it must be {FILE}, SHA-256 {SHA256}"
        )
    if digest(path) != SHA256:
        raise TwinUnavailable(f"{VARIABLE} names {path}, whose SHA-256 is not that of {FILE}: {SHA256}")
    return path


def _try(way: Callable[[Path], None], target: Path) -> str | None:
    try:
        way(target)
    except (TwinUnavailable, OSError) as error:
        return str(error)
    if digest(target) != SHA256:
        target.unlink()
        return f"{way.__name__[1:].replace('_', ' ')} gave another file"
    return None


def _by_apt(target: Path) -> None:
    folder = target.parent / "apt-source"
    Apt(folder / "apt", SUITE, ("amd64",), sources=True).source(PACKAGE, VERSION, folder)
    (folder / FILE).replace(target)
    shutil.rmtree(folder)


def _by_snapshot(target: Path) -> None:
    part = target.with_suffix(".part")
    try:
        with urllib.request.urlopen(SNAPSHOT, timeout=SNAPSHOT_SECONDS) as answer, part.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except urllib.error.URLError as error:
        raise TwinUnavailable(f"Debian's snapshot archive: {error.reason}") from None
    part.replace(target)


def unpack(archive: Path, target: Path) -> Path:
    """The source tree, unpacked once; its folder."""
    if not target.exists():
        scratch = target.with_name(target.name + ".new")
        shutil.rmtree(scratch, ignore_errors=True)
        with tarfile.open(archive) as tar:
            # Debian 12's Python is older than the filters; the archive's hash was checked.
            tar.extraction_filter = getattr(tarfile, "tar_filter", None)
            tar.extractall(scratch)  # noqa: S202
        next(scratch.iterdir()).replace(target)
        scratch.rmdir()
    return target
