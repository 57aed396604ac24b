"""MicroPython's prompt on a board, by mpremote's transport: its command line tells no errors apart."""

import io
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from twig.board import trouble
from twig.board.errors import BoardError, LineLost, NoAnswer
from twig.text import plain

BAUD = 115200
READ_S = 0.5
# Ctrl-C ends Twig within a turn of its loop, unless that reads or erases flash just then.
TRIES, ANSWER_S = 3, 3.0
INTERRUPT = b"\r\x03\x02"  # and Ctrl-B: an earlier run may have left the board in its raw mode
READY = b">>> "
CHUNK = 4096
KEPT = 1 << 16
HOW = 'docs/contributing.md says how to set "development": true.'


class Prompt:
    """A board that waits for commands; its flash and its relay are as Twig has left them."""

    def __init__(self, port: str, transport: SerialTransport) -> None:
        self.port = port
        self._transport = transport

    def run(self, code: str) -> str:
        """What the code prints there; BoardError with the last line of its traceback."""
        with self._troubles():
            return str(self._transport.exec(code).decode())

    def write(self, name: str, data: bytes, progress: Callable[[int], None]) -> None:
        """Write a file; `progress` is told bytes."""
        with self._troubles():
            self._transport.fs_writefile(name, data, progress_callback=lambda done, _: progress(done))

    def restart(self, code: str, line: bytes, patience: float) -> bytes:
        """Run code that ends in a reset; what comes up to that line, or until the time is over."""
        with self._troubles():
            self._transport.exec_raw_no_follow(code)
            return self._until(line, patience)

    def interrupt(self) -> None:
        """End what runs there; NoAnswer where it does not let itself be ended."""
        said = b""
        with self._troubles():
            for _ in range(TRIES):
                self._transport.serial.write(INTERRUPT)
                said += self._until(READY, ANSWER_S)
                if READY in said:
                    self._transport.enter_raw_repl(soft_reset=False)
                    return
        raise NoAnswer(_silent(self.port, bool(said.strip(b"\0\xff"))))

    def _until(self, wanted: bytes, patience: float) -> bytes:
        said, end = b"", time.monotonic() + patience
        while wanted not in said and time.monotonic() < end:
            said = (said + self._transport.serial.read(self._transport.serial.in_waiting or 1))[-KEPT:]
        return said

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            with redirect_stdout(io.StringIO()):  # mpremote prints what it did not expect
                yield
        except TransportExecError as error:
            last = plain(error.error_output.strip().rpartition("\n")[2])
            raise BoardError(
                f"The board says: {last}. Take its power away and give it back, then try again."
            ) from None
        except (TransportError, OSError, struct.error):
            raise LineLost(
                f"The connection to {self.port} broke off. Check wires and supply, then try again."
            ) from None


@contextmanager
def opened(port: str) -> Iterator[Prompt]:
    """The prompt of the board at that port, once what ran there has ended."""
    _try(port)
    try:
        transport = SerialTransport(port, BAUD, timeout=READ_S)
    except TransportError:
        raise trouble.meaning(port, f"Could not open {port}") from None
    prompt = Prompt(port, transport)
    try:
        prompt.interrupt()
        yield prompt
    finally:
        transport.serial.close()


def _try(port: str) -> None:
    """mpremote does not tell why a port cannot be opened."""
    try:
        serial.serial_for_url(port, BAUD, exclusive=True).close()
    except (OSError, ValueError) as error:
        raise trouble.meaning(port, f"Could not open {port}: {error}") from None


def _silent(port: str, talks: bool) -> str:
    if talks:
        return (
            f"The board at {port} runs, and nothing ends what it runs: it is not in development mode. {HOW}"
        )
    return (
        f"Nothing answers at {port}. Has the board power, do TX and RX cross? A plug that is not in "
        f"development mode does not answer either: {HOW}"
    )
