"""What a hand can tell the plug by its button; all times of it. Loaded for a press and forgotten.

Every press toggles the relay in the button's interrupt. What else it means shows at its release, in
`Panel.gesture`.
"""

from time import ticks_add, ticks_diff, ticks_ms

from firmware.drivers import led

NONE = 0
IDENTIFY = 1  # two short presses
REPORT = 2  # from here on by how long it was held
SETUP = 3
RESET = 4
RESCUE = 5
NOTHING = 6  # held for too long

SHORT_MS = 700  # a press that is one of two was shorter
PAUSE_MS = 600  # and the second began not later after the first
REPORT_MS = 2000  # the Flukso's gesture; shorter presses are plain ones
SETUP_MS = 5000
RESET_MS = 10000
RESCUE_MS = 15000
NOTHING_MS = 20000  # a button that is stuck or leant on
SHOWN_MS = 5000  # the LED shows an identification or a failure so long
HOLDS = (0, 0, led.HOLD_REPORT, led.HOLD_SETUP, led.HOLD_RESET, led.HOLD_RESCUE, led.OFF)


def zone(held):
    """What one press of so many ms means; NONE: nothing more than the toggle."""
    if held < REPORT_MS:
        return NONE
    if held < SETUP_MS:
        return REPORT
    if held < RESET_MS:
        return SETUP
    if held < RESCUE_MS:
        return RESET
    return RESCUE if held < NOTHING_MS else NOTHING


def watch(panel, pattern=0):
    """Follow the button from a press on: yields each 50 ms what the LED is to show, 0: what it would anyway.

    A `pattern` comes first, until a press. Ends when no gesture can go on."""
    button = panel.button
    paired = False  # a short press was just before
    presses = button.presses
    if pattern:
        yield from _wait(button, pattern, SHOWN_MS)
        if button.presses == presses:
            return
    while True:
        presses = button.presses
        zones = NONE
        while button.down and button.presses == presses:
            zones = max(zones, zone(ticks_diff(ticks_ms(), button.at)))  # after days ticks wrap
            yield HOLDS[zones]
        short = button.held < SHORT_MS
        if short and paired:
            panel.gesture = IDENTIFY
            panel.count += 1
            yield from _wait(button, led.IDENTIFY, SHOWN_MS)
            paired = False
        elif short:
            released = button.at
            yield from _wait(button, NONE, PAUSE_MS)
            paired = ticks_diff(_began(button), released) <= PAUSE_MS
        else:
            zones = max(zones, zone(button.held))
            if NONE < zones < NOTHING:
                panel.gesture = zones
            paired = False
        if button.presses == presses:
            return


def _wait(button, pattern, milliseconds):
    presses = button.presses
    start = ticks_ms()
    while button.presses == presses and ticks_diff(ticks_ms(), start) <= milliseconds:
        yield pattern


def _began(button):
    """Ticks at the beginning of the press that goes on or has ended last."""
    return button.at if button.down else ticks_add(button.at, -button.held)
