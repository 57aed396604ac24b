"""Relay and button first, then the network: serve a hub, and open the access point when there is a reason.

Serving and setup change over without a reset, which would let go of the relay. Only one of them is loaded.
"""

from firmware import lazy
from firmware.board import this
from firmware.drivers import switch
from firmware.drivers.button import Button
from firmware.drivers.led import Led
from firmware.drivers.panel import Panel
from firmware.drivers.relay import Relay
from firmware.modes.reasons import BUTTON


def main():
    """Run for ever; what the network needs is loaded when relay and button work already."""
    panel = Panel(lazy.call("firmware.storage.config", "load").get("power_on", "off"))
    Panel._initial = None  # type: ignore[method-assign]
    if this.INPUTS:
        switch.join(panel)
        switch.choose(panel, lazy.call("firmware.storage.config", "load").get("switch"))
        lazy.spent(switch.Switch)
    lazy.spent(Panel, Relay, Button, Led)
    from firmware.modes import loop  # noqa: F401  stays when the others are forgotten

    reason = lazy.call("firmware.modes.why", "at_boot")
    while True:
        if reason:
            lazy.call("firmware.modes.setup", "main", panel, reason)
        reason = lazy.call("firmware.modes.serve", "main", panel)
        if reason == BUTTON:
            lazy.call("firmware.modes.why", "by_reset")
