"""The releases that a hub has: files by their SHA-256, and an index of what they are."""

import asyncio
import hashlib
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from twig import files
from twig.hub.clock import now_ms
from twig.hub.errors import BadReleaseKey, KeyUnknown, StartError, StoreError, TooManyKeys
from twig.hub.log import Log
from twig.hub.releases import index, judge
from twig.hub.releases.index import Index, Key, Release
from twig.release import signature, signers
from twig.release.errors import BadKey
from twig.release.package import Package

FOLDER = "releases"  # in the data directory
FILES = "files"
KEPT = 16  # releases of each board, those with the highest sequences
MOST_RELEASES = 512
MOST_KEYS = 8  # plugs trust two; a hub may serve plugs of several owners
log = Log("releases")


class Releases:
    """Releases and the keys by which they are taken. What changes them returns once it is on the disk."""

    def __init__(self, data: Path) -> None:
        """Nothing is made before something is published; StartError for a damaged index."""
        self._folder = data / FOLDER
        self._index = index.load(self._folder)
        self._changing = asyncio.Lock()

    def check(self) -> None:
        """At a start: leave out releases whose files were changed, remove files of none. StartError."""
        known = self._index.files  # those of a damaged release stay: reading it may work again
        whole = []
        for each in self._index.releases:
            if self._is_whole(each):
                whole.append(each)
            else:
                log.error("release is damaged: publish it again", version=each.version, boards=each.boards)
        self._index = replace(self._index, releases=tuple(whole))
        try:
            self._tidy(known)
        except OSError as error:
            raise StartError(f"{self._folder} cannot be used: {error.strerror}.") from None

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that are trusted, in the order in which they came."""
        return self._index.keys

    def all(self) -> list[Release]:
        """Every release, the newest of a board before older ones."""
        return sorted(self._index.releases, key=lambda each: (each.boards, -each.sequence))

    def newest(self, board: str) -> Release | None:
        """The release of a board with the highest sequence."""
        found = [each for each in self._index.releases if board in each.boards]
        return max(found, key=lambda each: each.sequence, default=None)

    def get(self, manifest: str) -> Release | None:
        """The release of that manifest."""
        return next((each for each in self._index.releases if each.manifest == manifest), None)

    def size(self, sha256: str) -> int | None:
        """Bytes of a file of a release; None when no release has it."""
        return self._index.files.get(sha256)

    def read(self, sha256: str, offset: int, count: int) -> bytes:
        """A part of such a file; nothing of others. OSError when it is gone."""
        if self.size(sha256) is None:
            return b""
        with self._path(sha256).open("rb") as file:
            file.seek(offset)
            return file.read(count)

    async def publish(self, content: bytes, older: bool = False) -> Release:
        """Take the content of a .twig file; once more changes nothing but signatures. Any HubError."""
        async with self._changing:
            found, good = await asyncio.to_thread(_judged, content, self.keys)
            judge.check_sequence(found, self._index.releases, older)
            same = next((each for each in self._index.releases if each.manifest == found.digest), None)
            signatures = judge.joined(same.signatures if same else {}, good)
            made = replace(same, signatures=signatures) if same else _release(found, signatures)
            others = [each for each in self._index.releases if each != same]
            await self._write(lambda: self._put(found))
            await self._change(replace(self._index, releases=(*_kept(others), made)))
        log.info("release published", version=made.version, sequence=made.sequence, boards=made.boards)
        return made

    async def trust(self, pem: str) -> Key:
        """Take releases that are signed by that public key from now on. BadReleaseKey, TooManyKeys."""
        try:
            modulus = signers.modulus("What was sent", pem.encode())
        except BadKey as error:
            raise BadReleaseKey(error.text) from None
        made = Key(signature.name(modulus).hex(), f"{modulus:x}", now_ms())
        async with self._changing:
            known = next((each for each in self.keys if each.fingerprint == made.fingerprint), None)
            if known:
                return known
            if len(self.keys) == MOST_KEYS:
                raise TooManyKeys(MOST_KEYS)
            await self._change(replace(self._index, keys=(*self.keys, made)))
        log.info("key for releases trusted", fingerprint=made.fingerprint)
        return made

    async def drop(self, fingerprint: str) -> None:
        """Trust a key no longer; its signatures go, and releases that have no other. KeyUnknown."""
        async with self._changing:
            keys = tuple(each for each in self.keys if each.fingerprint != fingerprint)
            if len(keys) == len(self.keys):
                raise KeyUnknown(fingerprint)
            left = [_without(each, fingerprint) for each in self._index.releases]
            await self._change(Index(keys, tuple(each for each in left if each.signatures)))
        log.warning("key for releases dropped", fingerprint=fingerprint)

    async def _change(self, new: Index) -> None:
        """Make the index another one, then remove files that nothing needs."""
        gone = self._index.files.keys() - new.files.keys()
        await self._write(lambda: self._save(new))
        self._index = new
        await self._write(lambda: self._remove(gone))

    async def _write(self, action: Callable[[], object]) -> None:
        """Do something to the disk in another thread; StoreError."""
        try:
            await asyncio.to_thread(action)
        except OSError as error:
            raise StoreError(f"Releases cannot be stored: {error.strerror}; is the disk full?") from error

    def _save(self, new: Index) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        index.save(self._folder, new)

    def _put(self, found: Package) -> None:
        (self._folder / FILES).mkdir(mode=0o700, parents=True, exist_ok=True)
        files.replace(self._path(found.digest), found.raw)
        files.replace(self._path(found.manifest.sha256), found.image)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / FILES / sha256

    def _tidy(self, known: Container[str]) -> None:
        """Remove what a power cut has left of a release that was being published."""
        for path in self._folder.glob(f"{FILES}/*"):
            if path.name not in known and path.is_file():
                path.unlink()

    def _is_whole(self, release: Release) -> bool:
        try:
            return all(_digest(self._path(name)) == name for name in release.files())
        except OSError:
            return False


def _judged(content: bytes, keys: Sequence[Key]) -> tuple[Package, dict[str, str]]:
    """A release and its good signatures; it takes milliseconds, on a small computer tens of them."""
    found = judge.parse(content)
    return found, judge.signatures(found, keys)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _release(found: Package, good: dict[str, str]) -> Release:
    said = found.manifest
    return Release(
        manifest=found.digest,
        image=said.sha256,
        version=said.version,
        sequence=said.sequence,
        boards=said.boards,
        min_micropython=said.min_micropython,
        manifest_size=len(found.raw),
        size=said.size,
        signatures=good,
        published_ms=now_ms(),
    )


def _kept(releases: list[Release]) -> tuple[Release, ...]:
    """What stays beside a new release: the KEPT newest of each board, of all MOST_RELEASES - 1 at most."""
    boards = {board for each in releases for board in each.boards}
    kept = {name for board in boards for name in _newest(releases, board)}
    return tuple(each for each in releases if each.manifest in kept)[1 - MOST_RELEASES :]


def _newest(releases: list[Release], board: str) -> list[str]:
    found = sorted((each for each in releases if board in each.boards), key=lambda each: -each.sequence)
    return [each.manifest for each in found[:KEPT]]


def _without(release: Release, fingerprint: str) -> Release:
    left = {name: raw for name, raw in release.signatures.items() if name != fingerprint}
    return replace(release, signatures=left)
