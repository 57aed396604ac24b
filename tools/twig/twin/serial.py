"""The controller on UART0 that some boards have: what it would make of the bytes that a chip has sent."""

from twig.hardware.check import NO_GPIO
from twig.twin.state import State

FRAME = 4
HEAD = 0xA0


def frames(sent: bytes) -> list[tuple[int, bool]]:
    """(relay, on) of each frame A0, relay, on, sum; what lies between frames is nothing."""
    found, at = [], 0
    while at + FRAME <= len(sent):
        head, relay, on, total = sent[at : at + FRAME]
        whole = head == HEAD and on < 2 and total == (head + relay + on) & 0xFF
        if whole:
            found.append((relay, bool(on)))
        at += FRAME if whole else 1
    return found


def on(chip: State, number: int) -> bool:
    """Whether the controller's relay of that number (65 is its relay 1) is on."""
    return dict(frames(chip.uart())).get(number - NO_GPIO, False)
