"""A serial line to a virtual chip: a pseudo-terminal, whose port a program opens like that of an adapter."""

import os
import select
import tty
from contextlib import suppress

# Whoever listens takes bytes sooner; what nobody takes is lost, as on a wire.
TAKEN_S = 0.2


class Line:
    """`port`: what a program opens; `chip`: the file descriptor that is the chip's side."""

    def __init__(self) -> None:
        self.chip, self._open = os.openpty()  # without a program at the port the chip's side would end
        tty.setraw(self._open)
        os.set_blocking(self.chip, False)
        self.port = os.ttyname(self._open)

    def send(self, data: bytes) -> None:
        """What the chip prints."""
        with suppress(BlockingIOError):
            while data and select.select([], [self.chip], [], TAKEN_S)[1]:
                data = data[os.write(self.chip, data) :]

    def close(self) -> None:
        """Take the adapter away."""
        os.close(self.chip)
        os.close(self._open)
