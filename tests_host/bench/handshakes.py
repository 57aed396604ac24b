"""What TLS costs the hub: connections a second on one core, and memory, beside those without it."""

import asyncio
import multiprocessing
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests_host.bench.callers import PEER
from tests_host.bench.helper import Helper, helper
from tests_host.bench.place import Place
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import ratio
from tests_host.hubs import running, until
from tests_host.known import Peers, know
from tests_host.leaks import resident
from tests_host.psk import Client, outgoing, shake
from twig.hub.hub import Hub
from twig.hub.tls.context import Context
from twig.hub.tls.engine import Engine

ROUNDS = 10
COUNT = 200  # connections in a round
FEW = 10
KEPT = 1_000  # of each kind; the hub takes 2,048 of one address before they register
KINDS = {"tls": "tls", "plain": "device"}  # and their ports
RATE = Row("hub_handshakes", "hub: connections with TLS a second, on one core", "1/s", more=True)
RATIO = Row("hub_handshake_cost", "  CPU time of one, of that without TLS", "x")
ALONE = Row("hub_handshakes_alone", "  handshakes alone, in memory, on one core", "1/s", more=True)
MEMORY = Row("hub_tls_memory", "  memory of one that waits", "B")
PLAIN_MEMORY = Row("hub_plain_memory", "  memory of one without TLS", "B")
ROWS = (RATE, RATIO, ALONE, MEMORY, PLAIN_MEMORY)
HOW = (
    "CPU time of a hub in this process for each connection, from accept on through the handshake and the "
    "answer to RequestGUID to its end; scripted clients in another process, on loopback, by turns with "
    "and without TLS"
)
ALONE_HOW = "CPU time of the hub's end of a handshake; the client is in the same process and not counted"
MEMORY_HOW = (
    f"growth of resident memory of a process that has nothing but a hub, with {KEPT} connections that have "
    "had their answer"
)


def measure(place: Place) -> list[Result]:
    """By turns with and without TLS, then many that stay."""
    tls, plain = asyncio.run(_measure(place))
    kept = {kind: _alone_in_a_process(place, kind) for kind in KINDS}
    alone = _alone()
    middle, low, high = ratio(tls, plain, statistics.median)
    return [
        RATE.result(1e6 / statistics.median(tls), HOW, tls, unit_of_samples="us"),
        RATIO.result(middle, HOW, interval=[low, high]),
        ALONE.result(1e6 / statistics.median(alone), ALONE_HOW, alone, unit_of_samples="us"),
        MEMORY.result(kept["tls"], MEMORY_HOW),
        PLAIN_MEMORY.result(kept["plain"], MEMORY_HOW),
    ]


def _alone() -> list[float]:
    """CPU time of the hub's end of each handshake, in us."""
    keys, client = Peers(PEER), Client(PEER)
    context = Context(keys.find)
    found = []
    for _ in range(ROUNDS * COUNT):
        tls = client.connection()
        took, engine = 0.0, Engine(context)
        while not engine.proof:
            flight, begin = outgoing(tls), time.process_time()
            engine.receive(flight)
            answer = engine.outgoing()
            took += time.process_time() - begin
            if answer:
                tls.bio_write(answer)
                shake(tls)
        found.append(took * 1e6)
    return found


async def _measure(place: Place) -> tuple[list[float], list[float]]:
    async with running(place.new("hub")) as hub, helper("callers") as process:
        know(hub, PEER)
        callers = Callers(hub, process)
        await callers.first()
        took = [[await callers.round(kind) for kind in KINDS] for _ in range(ROUNDS)]
    tls, plain = zip(*took, strict=True)
    return list(tls), list(plain)


def _alone_in_a_process(place: Place, kind: str) -> float:
    """See `kept`: what measured before has left this process memory that would be used again."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(kept, place.new("hub"), kind).result()


def kept(folder: Path, kind: str) -> float:
    """Bytes that a connection takes of a hub that has had few before."""
    return asyncio.run(_kept(folder, kind))


async def _kept(folder: Path, kind: str) -> float:
    async with running(folder) as hub, helper("callers") as process:
        know(hub, PEER)
        callers = Callers(hub, process)
        await callers.first()
        found = await callers.kept(kind)
        await callers.close()
    return found


class Callers:
    """The other process, and what its connections cost this one."""

    def __init__(self, hub: Hub, process: Helper) -> None:
        self._hub, self._process = hub, process

    async def first(self) -> None:
        """A few of each kind: what is made once only."""
        for kind in KINDS:
            await self._call(kind, FEW)
        await self.close()

    async def round(self, kind: str) -> float:
        """CPU time of one connection from its begin to its end, in us."""
        begin = time.process_time()
        await self._call(kind, COUNT)
        await self.close()
        return (time.process_time() - begin) * 1e6 / COUNT

    async def kept(self, kind: str) -> float:
        """Bytes of one connection, which stays."""
        before = resident()
        await self._call(kind, KEPT)
        return (resident() - before) / KEPT

    async def close(self) -> None:
        """End all connections."""
        await self._process.tell("close")
        await until(lambda: not len(self._hub._server))

    async def _call(self, kind: str, count: int) -> None:
        await self._process.tell(f"{self._hub.ports[KINDS[kind]]} {kind} {count}")
