"""What a person has to see before a wire is put on: the dangers, and where the wires go."""

from typing import NamedTuple

SAFETY = """\
MAINS CAN KILL. Before anything else:
  * Pull the plug out of the wall, and whatever is plugged into it out of the plug.
  * A board that is wired in: its circuit off at the fuse, found dead with a tester, its mains wires off.
    They go back on when all is done, with the circuit off.
  * Never connect the serial adapter and mains at the same time, not for a second. Such boards are
    not isolated (the S26 R2 for one): on mains each pad carries mains, and so would adapter and computer.
  * The adapter must give 3.3 V, on its signals too. 5 V destroys the chip.
  * Close the case before it gets mains again."""

LOADER = """\
Into the loader: no reset wire is needed.
  1. Take the 3.3 V wire off.
  2. Hold the button, firmly (the S26's is flimsy), or GPIO0 at GND where there is none,
     and put the 3.3 V wire on again.
  3. Let it go after a second. The LED, where there is one, stays dark: the chip waits in its loader."""

BUTTON = ("[O] button = GPIO0: hold it while", "    the 3.3 V comes, then let go")
WIDTH = 35
LEFT = (
    "  +--------------------------+             ",
    "  |                     3.3V |-------------",
    "  |                      GND |-------------",
    "  |                      TXD |------------>",
    "  |                      RXD |<------------",
    "  +--------------------------+             ",
    " " * 43,
    "        mains: pulled out                  ",
    " " * 43,
)


class Wiring(NamedTuple):
    """Where an adapter's 3.3 V, GND, TXD and RXD go on a board, what stands below them, and a last word."""

    title: str
    pads: tuple[str, str, str, str]
    below: tuple[str, ...] = ("", "", *BUTTON)
    note: str = "TX and RX cross."


S26 = Wiring(
    "Sonoff S26, opened",
    (
        "3V3   R1: J1     R2: pad V",
        "GND   R1: J2     R2: other side",
        "RX    R1: J10    R2: pad RX",
        "TX    R1: on the daughter board",
    ),
    ("               R2: pad TX", "", *BUTTON),
    'R2 says "S26R2" on its back. Its fourth pad is IO2: leave it alone. TX and RX cross.',
)
S20 = Wiring(
    "Sonoff S20, opened",
    ("3V3   pin 1, at the top", "GND   pin 4", "RX    pin 2", "TX    pin 3"),
    note="The header is read from the top down. TX and RX cross.",
)
BASIC = Wiring(
    "Sonoff Basic, opened",
    ("3V3   pin 1, the square one", "GND   pin 4", "RX    pin 2", "TX    pin 3"),
    note="Pin 1 is the one next to the button. A fifth pin (IO14 or IO2) stays free. TX and RX cross.",
)
ESP01 = Wiring(
    "ESP-01, off its relay board",
    ("VCC, and CH_PD (EN) too", "GND", "RX", "TX"),
    ("", "", "GPIO0: to GND while the 3.3 V", "comes, then open. No button here."),
    "Most modules have the names on their back. GPIO2 and RST stay free. TX and RX cross.",
)
ESP32_RELAY = Wiring(
    "ESP32_Relay board",
    ("3V3", "GND", "RX  (GPIO3)", "TX  (GPIO1)"),
    ("", "", "IO0 (button, or jumper to GND):", "hold it while the 3.3 V comes"),
    "3V3 must give 500 mA. Nothing else feeds the board, its USB socket neither. TX and RX cross.",
)
OTHER = Wiring(
    "board",
    ("3V3", "GND", "RX  (GPIO3)", "TX  (GPIO1)"),
    ("", "", "GPIO0 (often the button): to GND", "while the 3.3 V comes, then open"),
    "The pads' names stand beside them; where they do not, this page cannot tell. TX and RX cross.",
)
BOARDS = {
    "s26": S26,
    "s20": S20,
    "basic": BASIC,
    "basic_r2": BASIC,
    "esp01_relay": ESP01,
    "esp01_relay_fast": ESP01,
    **dict.fromkeys((f"esp32_relay_x{count}" for count in (1, 2, 4, 8)), ESP32_RELAY),
}


def drawing(model: str) -> str:
    """The wires of that model."""
    return drawn(BOARDS.get(model, OTHER))


def drawn(wiring: Wiring) -> str:
    """The adapter beside the board, and the last word below."""
    edge = f"+{'-' * WIDTH}+"
    inside = [f"| {text:{WIDTH - 1}}|" for text in (*wiring.pads, *wiring.below)]
    lines = [left + right for left, right in zip(LEFT, [edge, *inside], strict=True)]
    head = f"   {'USB-serial adapter (3.3 V)':41}{wiring.title}"
    return "\n".join([head, *lines, " " * 43 + edge, f"  {wiring.note}"])
