"""The console: what it shows of a board that speaks, with the names of the sources."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests_host.board.line import Line
from tests_host.system.rig import environment
from twig.board import console
from twig.board.errors import BadImage, PortError
from twig.release.explain import Names

TABLE = Names({"re": "read_frame"}, {}, {"n": "fw_serve"})
TRACE = 'Traceback (most recent call last):\n  File "n", line 12, in re\nValueError: x\n'
REAL = 'Traceback (most recent call last):\n  File "fw_serve", line 12, in read_frame\nValueError: x\n'


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_names_are_translated_however_the_text_comes(size: int) -> None:
    out = io.StringIO()
    shown = console.Shown(out, TABLE)
    for at in range(0, len(TRACE), size):
        shown.feed(TRACE[at : at + size])
    shown.feed(">>> ")
    shown.close()
    assert out.getvalue() == REAL + ">>> "


def test_without_names_every_piece_is_shown_at_once() -> None:
    out = io.StringIO()
    console.Shown(out, None).feed(">>")
    assert out.getvalue() == ">>"


class Board(Line):
    """Prints a traceback and hears what is typed."""

    heard = b""

    def talk(self) -> None:
        assert self._connection
        time.sleep(0.3)
        self.send_raw(TRACE.encode())
        while b"\n" not in self.heard:
            data = self._connection.recv(100)
            if not data:
                break
            self.heard += data
        raise EOFError


def test_a_board_is_shown_and_typed_to(tmp_path: Path) -> None:
    names = tmp_path / "s26.littlefs.names.json"
    names.write_text(json.dumps(TABLE.raw()), "utf-8")
    with Board() as board:
        done = subprocess.run(
            [sys.executable, "-m", "twig.cli", "console", "--port", board.port, "--names", str(names)],
            input=b"help()\n",
            capture_output=True,
            env=environment(),
            timeout=30,
        )
    assert board.heard == b"help()\n"
    assert done.stdout.decode().replace("\r", "") == REAL
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"Plug the adapter in and try again." in done.stderr


def test_at_a_terminal_ctrl_c_goes_to_the_board_and_ctrl_bracket_ends() -> None:
    ours, theirs = os.openpty()
    with Board() as board, open(ours, "r+b", buffering=0) as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "twig.cli", "console", "--port", board.port],
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        seen = b""
        while b"ValueError" not in seen:
            seen += terminal.read(100)
        terminal.write(b"\x03\x1d")
        assert process.wait(10) == 0, process.communicate()
        os.close(theirs)
        assert process.stderr
        assert process.stderr.read() == b""
        process.stderr.close()
    assert board.heard == b"\x03"


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="/dev/ttyNone cannot be opened"):
        console.run("/dev/ttyNone", None)
    with pytest.raises(BadImage, match="'twig image build' writes it"):
        console.run("/dev/ttyNone", tmp_path / "none.json")
