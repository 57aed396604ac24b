"""Fetches the device libraries that lib/packages.json pins, each into lib/NAME/ (`make lib`)."""

import hashlib
import io
import json
import shutil
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from twig.release import index, places
from twig.release.errors import ReleaseError

STAMP = ".sha256"


class LibraryError(ReleaseError):
    """A device library cannot be had as it is pinned."""


@dataclass(frozen=True)
class Pin:
    """One entry of packages.json."""

    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """The sdist's name at an index."""
        return f"{self.name}-{self.version}.tar.gz"


def pins(folder: Path = places.LIBRARIES) -> list[Pin]:
    """What packages.json asks for."""
    try:
        entries = json.loads((folder / "packages.json").read_text())
        return [Pin(name, entry["version"], entry["sha256"]) for name, entry in entries.items()]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise LibraryError(f"{places.shown(folder)}/packages.json cannot be read: {error!r}") from error


def present(pin: Pin, folder: Path = places.LIBRARIES) -> bool:
    """Whether exactly this file has been unpacked."""
    stamp = folder / pin.name / STAMP
    return stamp.is_file() and stamp.read_text() == pin.sha256


def modules(name: str, folder: Path = places.LIBRARIES) -> dict[str, Path]:
    """Dotted module name -> source, of a library that has been fetched."""
    root = folder / name
    found = {_dotted(path.relative_to(root)): path for path in sorted(root.rglob("*.py"))}
    if not found:
        raise LibraryError(f"the library {name} is not there; fetch it with `make lib`")
    return found


def fetch(pin: Pin, indexes: list[str], folder: Path = places.LIBRARIES) -> None:
    """Find the sdist at the indexes, check it, and put its modules into folder/NAME."""
    content = download(pin, indexes)
    digest = hashlib.sha256(content).hexdigest()
    if digest != pin.sha256:
        raise LibraryError(
            f"{pin.file} has the SHA-256 {digest}, but {pin.sha256} is pinned; "
            "the index gives another file than the one that was checked: do not use it"
        )
    new = folder / f".{pin.name}.new"
    shutil.rmtree(new, ignore_errors=True)
    for path, code in unpack(pin, content):
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(code)
    (new / STAMP).write_text(pin.sha256)
    shutil.rmtree(folder / pin.name, ignore_errors=True)
    new.rename(folder / pin.name)


def download(pin: Pin, indexes: list[str]) -> bytes:
    """The file from the first index that lists it."""
    versions: set[str] = set()
    for each in indexes:
        files = index.links(each, pin.name)
        if pin.file in files:
            return index.fetch(files[pin.file])
        versions.update(files)
    listed = f"; it has {', '.join(sorted(versions))}" if versions else ""
    raise LibraryError(f"no index that pip is set up with has {pin.file}{listed}")


def unpack(pin: Pin, content: bytes) -> list[tuple[PurePosixPath, bytes]]:
    """Path inside the library -> code, of all .py modules in an sdist."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            found = list(_members(pin, archive))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise LibraryError(f"{pin.file} is not a readable archive: {error}") from error
    if not found:
        raise LibraryError(f"{pin.file} contains no Python module")
    return found


def _members(pin: Pin, archive: tarfile.TarFile) -> Iterator[tuple[PurePosixPath, bytes]]:
    for member in archive:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts:
            raise LibraryError(f"{pin.file} would write outside of its folder: {member.name}")
        if path.suffix != ".py" or path.parts[1:] == ("setup.py",):
            continue
        source = archive.extractfile(member) if member.isreg() else None
        if source is None or path.parts[0] != f"{pin.name}-{pin.version}":
            raise LibraryError(f"{pin.file} contains {member.name}, which is no plain file of the package")
        yield path.relative_to(path.parts[0]), source.read(index.LARGEST)


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> int:
    """Fetch what is missing; one line for each, and one line when it cannot be done."""
    try:
        missing = [pin for pin in pins() if not present(pin)]
        indexes = index.configured() if missing else []
        for pin in missing:
            fetch(pin, indexes)
            print(f"lib: fetched {pin.name} {pin.version}")
    except ReleaseError as error:
        print(f"lib: {error.text}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
