"""Which serial port is taken, and what is said when it is not clear."""

import sys
from types import SimpleNamespace

import pytest
import typer
from serial.tools import list_ports

from twig.board import ports
from twig.board.errors import PortError


class Port(SimpleNamespace):
    """Sorted by name, as pyserial's are."""

    def __lt__(self, other: "Port") -> bool:
        return bool(self.device < other.device)


def plugged(monkeypatch: pytest.MonkeyPatch, *names: str, terminal: bool = False) -> None:
    found = [Port(device=name, description="USB \x1b[31mSerial", vid=0x1A86) for name in names]
    board = Port(device="/dev/ttyS0", description="n/a", vid=None)
    monkeypatch.setattr(list_ports, "comports", lambda: [*found, board])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: terminal))


def test_a_given_port_is_taken_as_it_is() -> None:
    assert ports.choose("socket://127.0.0.1:1") == "socket://127.0.0.1:1"


def test_the_only_adapter_is_taken(monkeypatch):
    plugged(monkeypatch, "/dev/ttyUSB0")
    assert ports.choose(None) == "/dev/ttyUSB0"


def test_none_is_one_clear_line(monkeypatch):
    plugged(monkeypatch)
    with pytest.raises(PortError, match=r"No serial port found\. Plug the USB-serial adapter in"):
        ports.choose(None)


def test_several_are_listed_without_a_terminal(monkeypatch):
    plugged(monkeypatch, "/dev/ttyUSB1", "/dev/ttyUSB0")
    with pytest.raises(PortError) as caught:
        ports.choose(None)
    assert caught.value.text.startswith("2 serial ports: /dev/ttyUSB0 (USB")
    assert "--port" in caught.value.text
    assert "\x1b" not in caught.value.text


def test_several_are_asked_about_at_a_terminal(monkeypatch, capsys):
    plugged(monkeypatch, "/dev/ttyUSB1", "/dev/ttyUSB0", terminal=True)
    answers = iter([0, 7, 2])
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: next(answers))
    assert ports.choose(None) == "/dev/ttyUSB1"
    assert "  1  /dev/ttyUSB0" in capsys.readouterr().out
