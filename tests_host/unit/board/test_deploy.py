"""What `twig deploy` sends: the files that differ, the running slot last; and what it says of failures."""

import io
from contextlib import chdir, redirect_stdout
from pathlib import Path

import pytest

from twig.board import deploy
from twig.board.errors import BoardError

BUILT = {"slot_a": b"slot" * 1000, "boot.py": b"boot", "record.mpy": b"record"}


class Board:
    """Runs what it is sent here, in a folder."""

    def __init__(self, folder: Path, loses: bytes = b"") -> None:
        self.folder, self.loses = folder, loses
        self.written: list[str] = []

    def run(self, code: str) -> str:
        with chdir(self.folder), redirect_stdout(io.StringIO()) as said:
            exec(code, {})  # noqa: S102
        return said.getvalue()

    def write(self, name, data, progress):
        self.written.append(name)
        (self.folder / name).write_bytes(data.replace(self.loses, b"") if self.loses else data)
        progress(len(data))


def deployed(board: Board, files: dict[str, bytes]) -> None:
    """Compare and write."""
    changed = {name: files[name] for name in deploy._different(board, files)}
    if changed:
        deploy._write(board, changed)


@pytest.mark.parametrize(("active", "slot"), [("a", "slot_a"), ("b", "slot_b"), ("", "slot_a")])
def test_the_slot_that_runs_is_replaced_and_last_of_all(active, slot):
    assert list(deploy._in_place(BUILT, active)) == ["boot.py", "record.mpy", slot]


def test_only_what_differs_is_written(tmp_path):
    board, files = Board(tmp_path), deploy._in_place(BUILT, "a")
    (tmp_path / "boot.py").write_bytes(b"boot")
    (tmp_path / "record.mpy").write_bytes(b"recorf")  # of the same size
    deployed(board, files)
    assert board.written == ["record.mpy.new", "slot_a.new"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    deployed(board, files)
    assert len(board.written) == 2


def test_what_has_not_arrived_replaces_nothing(tmp_path):
    board = Board(tmp_path, loses=b"slot")
    (tmp_path / "slot_a").write_bytes(b"old")
    with pytest.raises(BoardError, match="nothing was replaced"):
        deployed(board, deploy._in_place(BUILT, "a"))
    assert (tmp_path / "slot_a").read_bytes() == b"old"
    assert not (tmp_path / "boot.py").exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [(b"", "it says nothing"), (b"Traceback:\r\nNameError: name 'x'\r\n\r\n", "NameError: name 'x'")],
)
def test_a_program_that_does_not_start_is_told_with_its_last_words(said, words):
    with pytest.raises(BoardError, match=words) as caught:
        deploy._check_start(said)
    assert "\n" not in caught.value.text
    deploy._check_start(said + b"Twig 1.0.0 for development: Ctrl-C ends it\r\n")
