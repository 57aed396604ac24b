"""Run mode: relay and button first, then Wi-Fi, discovery and one link. Only a reset ends it."""

import gc

from firmware import lazy
from firmware.drivers.panel import Panel


def main():
    """Enter the mode; what the network needs is loaded when relay and button work already."""
    settings = lazy.call("firmware.storage.config", "load")
    panel = Panel(settings.get("power_on", "off"))
    gc.collect()
    from firmware.modes import serve

    serve.main(panel, settings)
