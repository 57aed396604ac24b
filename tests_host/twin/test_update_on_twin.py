"""Staging on the chip's littlefs: the power fails at any flash operation; then it goes on and ends right."""

import hashlib
import random
from pathlib import Path

import pytest

from firmware.update import files
from tests_host import releases
from tests_host.twin import suite
from tests_host.twin.chip import BLOCK, Chip
from twig.release import flash, trust
from twig.release.compile import compile_source
from twig.release.places import FIRMWARE
from twig.release.sources import parse
from twig.twin.runtime import Runtime
from twig.twin.state import EXIT_POWER_CUT, EXIT_RESET

MODULES = [FIRMWARE / f"{name}.py" for name in ("slotfs", "lazy", "storage/atomic")]
MODULES += (FIRMWARE / "update").glob("*.py")
FEW = 12  # cuts in every run of the tests
TWICE = 60  # cuts of a run that goes on after one
OLD = releases.image(releases.members(30))
NEW = releases.image(releases.members(30, version=1))
MANIFEST = releases.manifest(NEW)
LINK = releases.link(0, releases.modulus(1), 1)
START = {
    "slot_a": OLD,
    "slot_b": releases.image(releases.members(30, version=2)),
    "slot": b"a",
    "new": NEW,
    "listed": MANIFEST,
    "config.json": b'{"name": "kitchen"}' + b" " * 300,
    "trust": trust.encode(trust.Trust((int.from_bytes(releases.modulus(0)),))),
    "link": LINK,
    "signed": releases.sign(LINK),
}
# The other side is two files of the same flash: reading them is no operation that is counted.
BEGIN = """
import asyncio, machine
from firmware.update import choose, errors, files, new_key, stage
fetched = 0

async def fetch(digest, offset, count):
    global fetched
    fetched += count
    with open('listed' if digest == {digest!r} else 'new', 'rb') as file:
        file.seek(offset)
        return file.read(count)

async def update():
    offer = ({version!r}, {sequence}, {size}, {digest!r})
    print(await stage.run(offer, {board!r}, 'a', fetch, lambda percent: None), 'fetched', fetched)
"""
UPDATE = "asyncio.run(update())\nmachine.reset()\n"
TRY = """
try:
    asyncio.run(update())
except errors.UpdateError as error:
    print(type(error).__name__, error)
machine.reset()
"""
NO_CHECK = "files.check_room = lambda slot, image: None\n"
CHOOSE = "choose.choose('a')\nmachine.reset()\n"
TAKE = """
with open('link', 'rb') as link, open('signed', 'rb') as signed:
    print('taken', asyncio.run(new_key.take(link.read(), signed.read())))
machine.reset()
"""

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, twin_runtime: Runtime) -> dict[str, bytes]:
    """The modules as .mpy by their paths."""
    folder: Path = tmp_path_factory.mktemp("update")
    suite.install(folder, MODULES, [], twin_runtime.mpy_cross)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.mpy")}
    found["slotfs.mpy"] = found.pop("firmware/slotfs.mpy")  # which lies outside the slots
    for part in ("__init__", "core"):
        source = parse(f"asyncio.{part}", twin_runtime.asyncio / f"{part}.py", part == "__init__")
        found[f"asyncio/{part}.mpy"] = compile_source(source, twin_runtime.mpy_cross)
    return found


class Board:
    """A chip with those files, and its flash before and after."""

    def __init__(self, chip: Chip, code: dict[str, bytes], main: str, **more: bytes) -> None:
        self.chip = chip
        self.code = code
        chip.state.erase_ms = 0
        offer = {"size": len(MANIFEST), "digest": hashlib.sha256(MANIFEST).digest()}
        about = {"version": releases.VERSION, "sequence": releases.SEQUENCE, "board": releases.BOARD}
        chip.install(BEGIN.format(**offer, **about) + main, **code, **{**START, **more})
        self.path = chip.folder / "flash.bin"
        self.fresh = self.path.read_bytes()

    def boot(self, cut: int = 0) -> int:
        """Until its end, the power cut at that flash operation: the process's exit code."""
        self.chip.state.cut_at = self.chip.state.flash_ops + cut if cut else 0
        self.chip.start()
        return self.chip.end()

    def whole(self) -> int:
        """A boot without a cut: how many operations it took."""
        before = self.chip.state.flash_ops
        assert self.boot() == EXIT_RESET, self.chip.output()
        return int(self.chip.state.flash_ops) - before

    def again(self) -> None:
        """The flash as it was at first."""
        self.path.write_bytes(self.fresh)

    def files(self) -> dict[str, bytes]:
        """Without the code."""
        found = flash.read_files(self.path)
        return {name: data for name, data in found.items() if name not in self.code and name != "main.py"}


def cuts(count: int, few: int) -> list[int]:
    """Numbers of operations, some or all."""
    return list(range(1, count + 1, max(count // few, 1) if few else 1))


ALL = pytest.param(0, id="all", marks=pytest.mark.proof)


@pytest.mark.parametrize("few", [FEW, ALL])
def test_power_cut_at_every_operation_of_staging(chip: Chip, compiled: dict[str, bytes], few: int) -> None:
    board = Board(chip, compiled, UPDATE)
    count = board.whole()
    ended(board)
    for at in cuts(count, few):
        board.again()
        assert board.boot(at) == EXIT_POWER_CUT
        kept(board, f"cut at {at} of {count}")
        wanted = lacked(board.files())
        board.whole()
        ended(board)
        assert int(chip.output().split()[-1]) == wanted, f"fetched after a cut at {at} of {count}"
    print(f"{count} operations, {len(cuts(count, few))} cuts")


@pytest.mark.proof
def test_two_cuts(chip: Chip, compiled: dict[str, bytes]) -> None:
    board = Board(chip, compiled, UPDATE)
    count = board.whole()
    rng = random.Random(1)
    for _ in range(TWICE):
        board.again()
        for at in (rng.randint(1, count), rng.randint(1, count)):
            if board.boot(at) == EXIT_POWER_CUT:
                kept(board, f"one of two cuts at {at}")
        board.whole()
        ended(board)


def kept(board: Board, when: str) -> None:
    """The active slot and the settings are as they were; the other slot has what it had, nothing, or all."""
    found = board.files()
    for name in ("slot_a", "slot", "config.json", "trust"):
        assert found[name] == START[name], f"{name} after a {when}"
    assert found.get("slot_b") in (START["slot_b"], None, NEW), when


def lacked(found: dict[str, bytes]) -> int:
    """Bytes that have to be fetched yet: no more than the flash lacks."""
    whole = 0 if "manifest" in found else len(MANIFEST)
    if found.get("slot_b") == NEW:
        return whole
    there, end, own = len(found.get("stage", b"")) if not whole else 0, 0, releases.cut(OLD)
    for part in releases.cut(NEW):
        end += len(part)
        whole += min(len(part), max(0, end - there)) if part not in own else 0
    return whole


def ended(board: Board) -> None:
    """The image is in the other slot, not chosen, and nothing else is left."""
    assert board.files() == {**START, "slot_b": NEW}


REPLACED = {
    "slot": (CHOOSE, b"a", b"b"),
    "trust": (TAKE, START["trust"], trust.encode(trust.Trust((int.from_bytes(releases.modulus(1)),), 1))),
}


@pytest.mark.parametrize("name", REPLACED)
def test_power_cut_at_every_operation_of_what_is_replaced(
    chip: Chip, compiled: dict[str, bytes], name: str
) -> None:
    main, old, new = REPLACED[name]
    board = Board(chip, compiled, main)
    count = board.whole()
    assert board.files()[name] == new
    seen = []
    for at in range(1, count + 1):
        board.again()
        assert board.boot(at) == EXIT_POWER_CUT
        found = board.files()[name]
        assert found in (old, new)
        seen.append(found == new)
    print(f"{name}: {count} operations, {seen.count(True)} with the new one")
    assert seen == sorted(seen)


def spoiled(length: int, *wrong: int) -> bytes:
    """So many bytes of the new image, some of them wrong, some behind its end."""
    data = bytearray((NEW + b"?" * 600)[:length])
    for at in wrong:
        data[at] ^= 0xFF
    return bytes(data)


STAGED = {
    "a short one": spoiled(100),
    "a short wrong one": spoiled(100, 0),
    "cut off": spoiled(9000),
    "whole": spoiled(len(NEW)),
    "wrong at the end": spoiled(len(NEW), len(NEW) - 1),
    "wrong near the end": spoiled(len(NEW), len(NEW) - 4000),
    "wrong where it was cut off": spoiled(20000, 19990),
    "wrong at the beginning": spoiled(len(NEW), 3),
    "wrong everywhere": spoiled(len(NEW), *range(0, len(NEW), 100)),
    "too long": spoiled(len(NEW) + 600),
}


@pytest.mark.parametrize("staged", STAGED.values(), ids=STAGED)
def test_whatever_the_stage_holds(chip: Chip, compiled: dict[str, bytes], staged: bytes) -> None:
    board = Board(chip, compiled, UPDATE, stage=staged, manifest=releases.listed(NEW))
    board.whole()
    ended(board)


def filler(board: Board, free: int) -> bytes:
    """A file that leaves so many blocks free, or one less."""
    layout = board.chip.layout
    used = flash.used_blocks(board.fresh[layout.start : layout.end])
    return bytes((layout.blocks - used - free) * (BLOCK - 8))


def test_without_room_nothing_is_lost(chip: Chip, compiled: dict[str, bytes]) -> None:
    full = filler(Board(chip, compiled, TRY), files.LEAST_FREE - 1)
    board = Board(chip, compiled, TRY, filler=full)
    board.whole()
    assert "FlashFull flash full: " in chip.output()
    assert board.files() == {**START, "filler": full, "manifest": releases.listed(NEW)}


def test_a_flash_that_is_full_in_the_middle(chip: Chip, compiled: dict[str, bytes]) -> None:
    full = filler(Board(chip, compiled, TRY), 1)
    board = Board(chip, compiled, NO_CHECK + TRY, filler=full, **{"slot_b": b"small"})
    board.whole()
    assert chip.output().splitlines()[-1] == "FlashFull flash full"
    left = {name: data for name, data in START.items() if name != "slot_b"}
    assert board.files() == {**left, "filler": full}
