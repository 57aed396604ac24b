"""Finds the serial port that the adapter is at."""

import sys

import typer
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from twig.board.errors import PortError
from twig.text import plain

NONE = "No serial port found. Plug the USB-serial adapter in; where it has no USB, name its port with --port."


def choose(given: str | None) -> str:
    """The port: the one that was given, else the only one there is, else the one that is picked."""
    if given:
        return given
    # Ports of the mainboard have no hardware behind them on most computers: only what USB has brought counts.
    found = [port for port in sorted(list_ports.comports()) if port.vid is not None]
    if not found:
        raise PortError(NONE)
    return str(found[0].device if len(found) == 1 else _pick(found).device)


def _pick(found: list[ListPortInfo]) -> ListPortInfo:
    if not sys.stdin.isatty():
        names = ", ".join(f"{port.device} ({plain(port.description)})" for port in found)
        raise PortError(f"{len(found)} serial ports: {names}. Say which with --port.")
    for number, port in enumerate(found, 1):
        typer.echo(f"  {number}  {port.device}  {plain(port.description)}")
    return found[_number(len(found)) - 1]


def _number(most: int) -> int:
    while True:
        number: int = typer.prompt(f"Number of the adapter's port (1 to {most})", type=int)
        if 1 <= number <= most:
            return number
