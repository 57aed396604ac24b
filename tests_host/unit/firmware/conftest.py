"""A fresh chip for every test: a flash that is an empty folder, RTC memory, pins and a clock of its own."""

import importlib.util
import sys
from pathlib import Path

import pytest

if "chip_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("chip_fakes", Path(__file__).with_name("chip.py"))
    assert _spec
    assert _spec.loader
    sys.modules["chip_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["chip_fakes"])

import chip_fakes


@pytest.fixture(autouse=True)
def flash(tmp_path, monkeypatch):
    """The folder that is the chip's flash, and the present folder."""
    monkeypatch.chdir(tmp_path)
    chip_fakes.clock.reset()
    chip_fakes.machine.clear()
    chip_fakes.station.clear()
    chip_fakes.names.clear()
    from firmware import record

    record.raw[:] = bytes(record.SIZE)
    record.restore()
    return tmp_path


@pytest.fixture
def clock():
    """The clock that the test steps."""
    return chip_fakes.clock


@pytest.fixture
def station():
    """The fake WLAN."""
    return chip_fakes.station


@pytest.fixture
def machine():
    """The fake `machine`."""
    return chip_fakes.machine


@pytest.fixture
def pins():
    """GPIO -> level."""
    return chip_fakes.Pin.levels
