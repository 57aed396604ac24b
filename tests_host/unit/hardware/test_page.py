"""docs/boards.md shows the boards as they are."""

from twig.hardware import page
from twig.release import sources


def test_the_page_is_up_to_date() -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.renewed(text) == text, "run python -m twig.hardware.page"


def test_it_has_every_board() -> None:
    rows = [line.split("`")[1] for line in page.table().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sources.boards()


def test_a_line_tells_pins_levels_and_straps() -> None:
    text = page.table()
    assert "| `mini` | Sonoff Mini | ESP8285, 1 MB | 12: high | 0: low | 13: low | 4 | 1, 3 |" in text
    assert "| controller's 1, UART0 at 9600 | none | none | - | - |" in text
    assert "GPIO12 is a strap when power comes, high: 1.8 V for the flash, does not start." in text
