"""Fixtures of the twin's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.twin.chip import Chip
from twig.hardware.chips import ESP32, ESP32_4MB
from twig.twin.runtime import Runtime, runtime


@pytest.fixture(scope="session")
def twin_runtime() -> Runtime:
    """The built twin; a failure says what is missing."""
    return runtime()


@pytest.fixture
def chip(twin_runtime: Runtime, tmp_path: Path) -> Iterator[Chip]:
    """A chip that is off, and is off again afterwards."""
    made = Chip(tmp_path / "chip", twin_runtime)
    yield made
    made.off()
    made.state.close()


@pytest.fixture
def esp32(tmp_path: Path) -> Iterator[Chip]:
    """The same of the other family."""
    made = Chip(tmp_path / "chip", runtime(ESP32), ESP32_4MB)
    yield made
    made.off()
    made.state.close()
