"""What tests of updates and rollouts share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests_host import fleet
from tests_host.clocks import Clock
from twig.hub.hub import Hub


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The hub's time."""
    return Clock(monkeypatch)


@pytest.fixture
async def offering(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub with version 0.2.0 for two boards."""
    async with fleet.running(tmp_path) as found:
        yield found
