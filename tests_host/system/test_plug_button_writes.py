"""The first promise while files are written: erases hold interrupts back, and no press may go unseen."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests_host.system import hooks, rig
from twig.twin.plug import Plug
from twig.twin.state import EDGE_OUTPUT

PRESSES = 20
# Of the chip's time: just longer than an erase of 50 ms and the debouncing, as a quick finger's.
SHORT_S = 0.07
# Between them, so that they meet different parts of a write.
APART_S = 0.2
# The longest time between two of the block device's calls is an erase; a busy computer adds to it.
SOON_S = 2.0
# A board, its relay's pin, and how much its heap has room for besides.
BOARDS = [("s26", 12, 4200), ("esp32_relay_x1", 16, 12000)]

# A file of several blocks, again and again in calls of the event loop: many erases in each write.
WRITE = """
content = bytes({size})
def act(level):
    if level:
        with open("big", "wb") as file:
            file.write(content)
        print("written")
"""

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize(("model", "pin", "size"), BOARDS)
def test_no_press_is_lost_while_files_are_written(
    model: str, pin: int, size: int, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    plug = rig.plug(tmp_path / "plug", free_port(), model=model)
    rig.flash_first(plug, main_py=hooks.in_loop(WRITE.format(size=size)))
    with plug:
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        hooks.trigger(plug, hooks.CRASH_PIN)
        rig.until(lambda: "written" in rig.console(plug), "a file")
        switched = [pressed(plug, pin) for _ in range(PRESSES)]
        print(f"{model}: presses that switched while files were written: {sum(switched)} of {PRESSES}")
        hooks.trigger(plug, hooks.CRASH_PIN, 0)
        assert all(switched)
        rig.untroubled(plug)


def pressed(plug: Plug, pin: int) -> bool:
    """Whether a short press changed the relay, once."""
    seen, level = plug.state.edge_count, plug.state.pin(pin).level
    plug.press(SHORT_S)
    end = time.monotonic() + SOON_S
    while plug.state.pin(pin).level == level and time.monotonic() < end:
        time.sleep(rig.POLL_S)
    time.sleep(APART_S)
    return len(list(edges(plug, pin, seen))) == 1


def edges(plug: Plug, pin: int, since: int) -> Iterator[object]:
    """What happened at that pin."""
    return (edge for edge in plug.state.edges(since) if edge.pin == pin and edge.kind == EDGE_OUTPUT)
