"""Switches relays through the API and takes the time, from the request to the answer."""

import time

from rich.console import Console
from rich.table import Table

from twig.client import IO, Client, Device
from twig.demo.errors import DemoError
from twig.text import plain

SWITCHES = 2  # on and off, so that all is as it was


def relays(device: Device) -> list[IO]:
    """The switches that can be set."""
    return [io for io in device["ios"] if io["kind"] == "switch" and io["writable"]]


def switch(client: Client, device: Device, relay: IO) -> list[float]:
    """Round trips in milliseconds; DemoError when the relay does not report what was asked for."""
    took = []
    value = bool(relay["value"])
    for _ in range(SWITCHES):
        value = not value
        begin = time.perf_counter()
        reported = client.set(device["guid"], relay["id"], value)["value"]
        took.append((time.perf_counter() - begin) * 1000)
        if reported is not value:
            raise DemoError(f"{plain(device['name'])} reports {reported} after {value} was set")
    return took


def measure(client: Client, devices: list[Device], console: Console) -> None:
    """Switch each relay and print a table; DemoError when a device has none."""
    table = Table("Device", "Relay", box=None, pad_edge=False)
    for number in range(1, SWITCHES + 1):
        table.add_column(f"Round trip {number}", justify="right")
    for device in devices:
        if not (found := relays(device)):
            raise DemoError(f"{plain(device['name'])} has no relay that can be switched")
        for relay in found:
            times = [f"{each:.1f} ms" for each in switch(client, device, relay)]
            table.add_row(plain(device["name"]), plain(relay["name"]), *times)
    console.print(table)
