"""The finger at a virtual plug's button, and at the wall switches of a board that has inputs for some."""

import time

from twig.twin import model
from twig.twin.directory import PlugError
from twig.twin.state import MODE_RUNNING, State

# A finger's tap: longer than the firmware's debouncing.
TAP_S = 0.1
# For the computer to let the chip run; one that does not by then has more trouble than a lost press.
SEEN_S = 20.0
SEEN_POLL_S = 0.002


def press(chip: State, name: str, seconds: float) -> None:
    """Hold the button of a chip of that model for so long of its time; PlugError when it has none."""
    board = model.model(name)
    if not board.button:
        raise PlugError(f"a plug of model {name} has no button")
    gpio, pressed = board.button
    try:
        _put(chip, gpio, pressed)
        time.sleep(seconds)
    finally:
        _put(chip, gpio, 1 - pressed)


def turn(chip: State, name: str, number: int, closed: bool) -> None:
    """Put the wall switch at that input, from 1 on, where it stays; PlugError when there is none."""
    inputs = model.model(name).inputs
    if not 1 <= number <= len(inputs):
        raise PlugError(f"a plug of model {name} has no input {number} for a wall switch")
    _put(chip, inputs[number - 1], int(not closed))  # it closes to ground


def _put(chip: State, gpio: int, level: int) -> None:
    """Until a chip that runs has seen the edge: time stands still for one that the computer holds up, and a
    press that came and went meanwhile would be none to it."""
    chip.set_input(gpio, level)
    end = time.monotonic() + SEEN_S
    while _runs(chip) and chip.pin(gpio).level != level and time.monotonic() < end:
        time.sleep(SEEN_POLL_S)
        chip.interrupt()


def _runs(chip: State) -> bool:
    return chip.pid > 0 and chip.mode == MODE_RUNNING
