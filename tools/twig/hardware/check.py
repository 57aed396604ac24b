"""Whether a board can be what its file says. The image build asks, and a test for all boards."""

from collections.abc import Iterator
from functools import cache

from twig.hardware.chips import BOOT_PIN, FLASH_PINS, UART0
from twig.hardware.description import Board, read
from twig.release import places, sources

# The record in RTC memory has so many places (firmware/record.py).
MOST_RELAYS = 8
# Relays of a controller on UART0 have numbers above: no GPIO (firmware/drivers/serial.py).
NO_GPIO = 64
Problem = tuple[str, str]


@cache
def board(name: str) -> Board:
    """The board of that name, without problems; SourceError for the first one. It must exist."""
    found = read(places.FIRMWARE / "board" / f"{name}.py")
    for where, text in problems(found):
        raise found.error(where, text)
    return found


def for_image(name: str) -> None:
    """SourceError when the board cannot be what its file says. One that does not exist is told later."""
    if name in sources.boards():
        board(name)


def problems(found: Board) -> Iterator[Problem]:
    """(name, what is wrong with its value), as they stand in the file."""
    if found.name != found.path.stem:
        yield "MODEL", f"{found.name!r} in a file named {found.path.name}"
    if len(found.relays) > MOST_RELAYS:
        yield "RELAYS", f"{len(found.relays)} relays; the record in RTC memory holds {MOST_RELAYS}"
    yield from _levels(found)
    yield from _gpios(found)
    yield from _twice(found)
    yield from _outputs(found)
    yield from _groups(found)


def _pins(found: Board) -> Iterator[tuple[str, int]]:
    """Each GPIO that something hangs on, and the name that says so."""
    if not found.baud:
        yield from (("RELAYS", gpio) for gpio, _ in found.relays)
    for name, pin in (("BUTTON", found.button), ("LED", found.led)):
        if pin:
            yield name, pin[0]
    yield from (("INPUTS", gpio) for gpio in found.inputs)


def _levels(found: Board) -> Iterator[Problem]:
    every = [("RELAYS", pin) for pin in found.relays] + [("BUTTON", found.button), ("LED", found.led)]
    for name, pin in every:
        if pin and pin[1] not in (0, 1):
            yield name, f"{pin[1]} is no level: 0 or 1"


def _gpios(found: Board) -> Iterator[Problem]:
    named = [("FREE", gpio) for gpio in found.free] + [("STRAPS", gpio) for gpio in found.straps]
    for name, gpio in [*_pins(found), *named]:
        if gpio in FLASH_PINS:
            yield name, f"GPIO{gpio} belongs to the flash"
        elif gpio not in found.chip.gpios:
            yield name, f"the {found.chip_name} has no GPIO{gpio}"
    for gpio in found.straps:
        if gpio not in found.chip.straps:
            yield "STRAPS", f"GPIO{gpio} is no strap of the {found.chip_name}"
    yield from _contacts(found)


def _contacts(found: Board) -> Iterator[Problem]:
    """What leads to ground when closed has an interrupt; an input's wire hangs on the chip's own pull-up."""
    for name, gpio in _pins(found):
        if name in ("BUTTON", "INPUTS") and gpio in found.chip.no_interrupt:
            yield name, f"GPIO{gpio} has no interrupt"
    for gpio in found.inputs:
        if gpio in found.chip.input_only:
            yield "INPUTS", f"GPIO{gpio} has no pull-up"


def _twice(found: Board) -> Iterator[Problem]:
    seen = dict.fromkeys(UART0, "BAUD") if found.baud else {}
    for name, gpio in _pins(found):
        if gpio in seen:
            yield name, f"GPIO{gpio} is in {seen[gpio]} already"
        seen[gpio] = name
    for gpio in found.free:
        if gpio in seen and seen[gpio] != "INPUTS":
            yield "FREE", f"GPIO{gpio} is in {seen[gpio]} already"


def _outputs(found: Board) -> Iterator[Problem]:
    if found.baud:
        yield from _controller(found)
    for name, gpio in _pins(found):
        if name in ("BUTTON", "INPUTS"):
            continue
        if gpio in found.chip.input_only:
            yield name, f"GPIO{gpio} is an input only"
        elif gpio == BOOT_PIN:
            yield name, f"GPIO{gpio} is read at each reset: it can hold no output"
        elif gpio in found.chip.straps and gpio not in found.straps:
            meaning = found.chip.straps[gpio]
            yield name, f"GPIO{gpio} is a strap ({meaning}); name it in STRAPS if that is known to work"


def _controller(found: Board) -> Iterator[Problem]:
    for number, level in found.relays:
        if not NO_GPIO < number <= NO_GPIO + MOST_RELAYS or level != 1:
            yield "RELAYS", f"({number}, {level}): with BAUD the controller's relay 1 is (65, 1), and so on"
    numbers = [number for number, _ in found.relays]
    if len(set(numbers)) < len(numbers):
        yield "RELAYS", "a relay of the controller is there twice"


def _groups(found: Board) -> Iterator[Problem]:
    for group in found.groups:
        if len(set(group)) < 2 or len(set(group)) < len(group):
            yield "GROUPS", f"{group} must name two relays or more, each once"
        for number in group:
            if not 1 <= number <= len(found.relays):
                yield "GROUPS", f"there is no relay {number}; they count from 1 to {len(found.relays)}"
