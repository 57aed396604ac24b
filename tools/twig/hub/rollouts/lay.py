"""Lays out who is in which wave."""

import math
from collections.abc import Iterable, Sequence
from itertools import cycle

from twig.hub.rollouts.plan import Wave

DIGITS = 9  # of a share times a number: what is beyond is an error of floats, no device


class Board:
    """The devices of one board: all of them, and those that no wave has yet."""

    def __init__(self, devices: list[str], named: set[str]) -> None:
        self.total = len(devices)
        self.placed = 0
        self._free = [guid for guid in devices if guid not in named][::-1]  # those wait for their own wave

    def has_more(self) -> bool:
        """Whether a device is left that no wave has and none names."""
        return bool(self._free)

    def take(self) -> list[str]:
        """The next one; none when all are in waves."""
        found = [self._free.pop()] if self._free else []
        self.placed += len(found)
        return found

    def share(self, share: float) -> list[str]:
        """So many that this share has a wave, rounded up, one at least."""
        wanted = max(1, math.ceil(round(share * self.total, DIGITS))) - self.placed
        return [guid for _ in range(wanted) for guid in self.take()]


def lay(targets: Sequence[tuple[str, str]], waves: Iterable[Wave]) -> list[list[str]]:
    """GUIDs by wave, of targets (GUID, board) in the order in which they shall come; no wave is empty.

    A share is taken of each board, and at least one device of it: a release that is bad for one board only
    shows it in the first wave.
    """
    every = list(waves)
    named = {guid for wave in every for guid in wave.devices}
    models: dict[str, list[str]] = {}
    for guid, board in targets:
        models.setdefault(board, []).append(guid)
    boards = {board: Board(devices, named) for board, devices in models.items()}
    left = {guid: boards[board] for guid, board in targets if guid in named}
    found = [_members(wave, boards, left) for wave in every]
    return [members for members in found if members]


def _members(wave: Wave, boards: dict[str, Board], left: dict[str, Board]) -> list[str]:
    if wave.devices:
        return [guid for guid in wave.devices if _place(guid, left)]
    if wave.count:
        return _counted(wave.count, list(boards.values()))
    return [guid for board in boards.values() for guid in board.share(wave.share)]


def _place(guid: str, left: dict[str, Board]) -> bool:
    """Whether a named device has got a wave: it is a target, and no wave has it yet."""
    board = left.pop(guid, None)
    if board is None:
        return False
    board.placed += 1
    return True


def _counted(count: int, boards: list[Board]) -> list[str]:
    """So many in all, of each board in turn."""
    found: list[str] = []
    for board in cycle(boards):
        if len(found) == count or not any(each.has_more() for each in boards):
            break
        found += board.take()
    return found
