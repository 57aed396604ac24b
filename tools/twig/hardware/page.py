"""The generated part of docs/boards.md; `python -m twig.hardware.page` writes it anew."""

from collections.abc import Iterator

from twig.hardware import check
from twig.hardware.check import NO_GPIO
from twig.hardware.chips import ESP8266
from twig.hardware.description import Board, Pin
from twig.release import sources
from twig.release.places import ROOT

PAGE = ROOT / "docs" / "boards.md"
BEGIN, END = "<!-- boards: begin -->\n", "<!-- boards: end -->\n"
LEVELS = ("low", "high")
HEAD = (
    "board",
    "what it is",
    "chip, flash",
    "relays: on",
    "button: pressed",
    "LED: lit",
    "wall switch",
    "free",
)


def table() -> str:
    """All boards, those with an ESP8266 first, and what to know of each."""
    boards = sorted(map(check.board, sources.boards()), key=lambda each: each.chip.family != ESP8266)
    rows = [HEAD, ("---",) * len(HEAD), *(_row(each) for each in boards)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", *(line for each in boards for line in _notes(each))]) + "\n"


def renewed(text: str) -> str:
    """The page with the present table between its two marks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return before + BEGIN + table() + END + after


def _row(board: Board) -> tuple[str, ...]:
    return (
        f"`{board.name}`",
        board.title,
        f"{board.chip_name}, {board.flash_mb} MB",
        _relays(board),
        _pin(board.button),
        _pin(board.led),
        _gpios(board.inputs),
        _gpios(board.free),
    )


def _relays(board: Board) -> str:
    if board.baud:
        count = ", ".join(str(number - NO_GPIO) for number, _ in board.relays)
        return f"controller's {count}, UART0 at {board.baud}"
    levels = {level for _, level in board.relays}
    if len(levels) == 1:
        return f"{_gpios(tuple(gpio for gpio, _ in board.relays))}: {LEVELS[levels.pop()]}"
    return ", ".join(map(_pin, board.relays))


def _pin(pin: Pin | None) -> str:
    return f"{pin[0]}: {LEVELS[pin[1]]}" if pin else "none"


def _gpios(gpios: tuple[int, ...]) -> str:
    return ", ".join(map(str, gpios)) or "-"


def _notes(board: Board) -> Iterator[str]:
    yield f"* `{board.name}`: {' '.join(board.about.split())}"
    for gpio in board.straps:
        yield f"  GPIO{gpio} is a strap when power comes, {board.chip.straps[gpio]}."
    for group in board.groups:
        yield f"  At most one of its relays {', '.join(map(str, group))} is on."


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
