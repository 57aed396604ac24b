"""A hub with many plugs that take offers, and its time in the test's hands."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests_host import hubs, signed
from tests_host.updatable import Gauge, Plug
from twig.hub.hub import Hub
from twig.hub.rollouts.plan import Gates, Plan, Wave
from twig.hub.views import RolloutView

TIMING = replace(hubs.PATIENT, updates=0.02, answer=2.0)
NEW = signed.release(7, version="0.2.0")
OTHER = signed.release(7, board="basic", version="0.2.0")
AT_A_TIME = 50  # devices that connect at one time


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[Hub]:
    """A hub that has version 0.2.0 for two boards, s26 and basic."""
    async with hubs.running(data, timing=TIMING) as hub:
        await hub.releases.trust(signed.pem())
        for each in (NEW, OTHER):
            await hub.releases.publish(each.encode())
        yield hub


def fleet(count: int, board: str = "s26", **settings: Any) -> list[Plug]:
    """So many plugs with one gauge."""
    gauge = Gauge()
    return [Plug(name=f"{board} {number}", board=board, gauge=gauge, **settings) for number in range(count)]


async def come(hub: Hub, plugs: Iterable[Plug]) -> None:
    """All of them join."""
    every = list(plugs)
    for start in range(0, len(every), AT_A_TIME):
        some = every[start : start + AT_A_TIME]
        await asyncio.gather(*(plug.come(hub.ports["device"]) for plug in some))


async def go(plugs: Iterable[Plug]) -> None:
    """All of them lose power."""
    await asyncio.gather(*(plug.go() for plug in plugs))


@asynccontextmanager
async def here(hub: Hub, plugs: list[Plug]) -> AsyncIterator[list[Plug]]:
    """Plugs that have joined."""
    await come(hub, plugs)
    try:
        yield plugs
    finally:
        await go(plugs)


def plan(*shares: float, pause_s: float = 0.0, at_once: int = 50, **gates: Any) -> Plan:
    """Waves by share, without pauses."""
    waves = tuple(Wave(share=share) for share in shares or (1.0,))
    return Plan(waves, Gates(**gates), pause_s, at_once)


async def reaches(hub: Hub, rollout: RolloutView, state: str, seconds: float = 20.0) -> RolloutView:
    """Wait until a rollout is so far."""
    await hubs.until(lambda: hub.rollout(rollout.id).state == state, seconds)
    return hub.rollout(rollout.id)


def offered(plugs: Iterable[Plug]) -> int:
    """Offers that have reached these plugs."""
    return sum(len(plug.offers) for plug in plugs)


def states(rollout: RolloutView) -> dict[str, int]:
    """How many devices are how far."""
    found: dict[str, int] = {}
    for _, _, state in rollout.devices or []:
        found[state] = found.get(state, 0) + 1
    return found
