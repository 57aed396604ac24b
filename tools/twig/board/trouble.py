"""What esptool's last words mean for a person: which error, and what to do."""

import re

from twig.board.errors import BoardError, LineLost, NoAnswer, PortError, WrongChip

LOADER = (
    "take the 3.3 V wire off, hold the button, connect the wire again, let go after a second, and try again"
)
# In this order: the first that fits counts. `{0}` is the port, `{1}` what the expression found.
MEANINGS: tuple[tuple[str, type[BoardError], str], ...] = (
    (
        r"Permission denied|Errno 13",
        PortError,
        "No permission for {0}. Join its group ('sudo usermod -aG dialout $USER'), then log in anew.",
    ),
    (
        r"exclusively lock|Resource temporarily|Resource busy|Errno 16|Access is denied",
        PortError,
        "{0} is in use by another program. End that program (a serial console?), then try again.",
    ),
    (
        r"Could not open",
        PortError,
        "{0} cannot be opened. Is the adapter plugged in? Without --port its port is looked for.",
    ),
    (
        r"This chip is (\S+?), not (\S+?)\.",
        WrongChip,
        "The chip is an {1}, the image for an {2}. Nothing was written. Look at the board's label.",
    ),
    (
        r"Failed to autodetect chip type",
        WrongChip,
        "The chip is none that esptool knows. Nothing was written. Look at the board's label.",
    ),
    (
        r"Failed to connect",
        NoAnswer,
        f"Nothing answers at {{0}}. The chip has to be in its loader: {LOADER}. Check TX and RX; they cross.",
    ),
    (
        r"Verification failed|File verification|MD5 of file does not match",
        BoardError,
        f"What the flash holds is not what was written. Shorten the wires, try --baud 57600: {LOADER}.",
    ),
    (
        r"serial exception|No more data|stopped responding|Failed to|Invalid|Corrupt|Response|expected|^$",
        LineLost,
        f"The connection to {{0}} broke off. Check wires and supply, then begin again: {LOADER}.",
    ),
    (
        r"\A(?:ERROR: )?(?:A fatal error occurred: )?(.*)",
        BoardError,
        f"esptool gave up: {{1}} Begin again: {LOADER}.",
    ),
)


def meaning(port: str, said: str) -> BoardError:
    """The error for what esptool said when it gave up."""
    for pattern, kind, text in MEANINGS:
        if found := re.search(pattern, said):
            return kind(text.format(port, *found.groups()))
    raise AssertionError("the last expression fits everything")
