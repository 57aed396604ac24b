"""What TLS costs the hub: connections a second on one core, and memory, beside those without it."""

import asyncio
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process

from tests_host.bench.callers import PEER
from tests_host.bench.place import BenchError, Place
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
CALLS_S = 60.0
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
MEMORY_HOW = f"growth of this process's resident memory with {KEPT} connections that have had their answer"


def measure(place: Place) -> list[Result]:
    """By turns with and without TLS, then many that stay."""
    tls, plain, kept = asyncio.run(_measure(place))
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


async def _measure(place: Place) -> tuple[list[float], list[float], dict[str, float]]:
    command = [sys.executable, "-m", "tests_host.bench.callers"]
    async with running(place.new("hub")) as hub:
        know(hub, PEER)
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        callers = Callers(hub, process)
        try:
            async with asyncio.timeout(CALLS_S):
                await callers.first()
                kept = {kind: await callers.kept(kind) for kind in KINDS}
                await callers.close()
                took = [[await callers.round(kind) for kind in KINDS] for _ in range(ROUNDS)]
        finally:
            await callers.end()
    tls, plain = zip(*took, strict=True)
    return list(tls), list(plain), kept


class Callers:
    """The other process, and what its connections cost this one."""

    def __init__(self, hub: Hub, process: Process) -> None:
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
        await self._tell("close")
        await until(lambda: not len(self._hub._server))

    async def end(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()

    async def _call(self, kind: str, count: int) -> None:
        await self._tell(f"{self._hub.ports[KINDS[kind]]} {kind} {count}")

    async def _tell(self, line: str) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line.encode() + b"\n")
        if not await self._process.stdout.readline():
            raise BenchError("the calling process has ended")
