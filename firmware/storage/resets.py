"""The reset log for people: what `history` has kept, in words."""

from firmware.board import this
from firmware.storage import history

# By machine.reset_cause(); a crash of the program ends with an orderly reset.
if this.CHIP == "ESP32":
    CAUSES = {1: "power on", 2: "crash", 3: "watchdog", 4: "deep sleep"}
else:
    CAUSES = {
        0: "power on",
        1: "watchdog",
        2: "exception",
        3: "watchdog",
        4: "crash",
        5: "deep sleep",
        6: "reset pin",
    }


def load():
    """[{"cause": str, "text": str, "boot": int}, …], newest first; `boot`: which start since power came."""
    return [_reset(*line.decode().split(" ", 2)) for line in history.lines()]


def _reset(boot, cause, text):
    return {"cause": CAUSES.get(int(cause), cause), "text": text, "boot": int(boot)}
