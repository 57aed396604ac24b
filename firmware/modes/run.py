"""Run mode: relay and button first, then Wi-Fi, discovery and one link. Only a reset ends it."""

from firmware import lazy
from firmware.drivers.button import Button
from firmware.drivers.led import Led
from firmware.drivers.panel import Panel
from firmware.drivers.relay import Relay


def main():
    """Enter the mode; what the network needs is loaded when relay and button work already."""
    panel = Panel(lazy.call("firmware.storage.config", "load").get("power_on", "off"))
    Panel._initial = None  # type: ignore[method-assign]
    lazy.spent(Panel, Relay, Button, Led)
    from firmware.modes import serve

    serve.main(panel)
