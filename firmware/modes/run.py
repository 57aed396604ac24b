"""Run mode: relay and button first, then Wi-Fi, discovery and one link. Only a reset ends it."""

import gc

from firmware import lazy
from firmware.drivers.panel import Panel


def main():
    """Enter the mode; what the network needs is loaded when relay and button work already."""
    panel = Panel(lazy.call("firmware.storage.config", "load").get("power_on", "off"))
    gc.collect()
    from firmware.modes import serve

    serve.main(panel)
