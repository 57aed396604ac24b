"""A process beside the bench that obeys lines and says when it has done so."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests_host.bench.place import BenchError

LINE_S = 60.0  # a thousand handshakes on two busy cores


class Helper:
    """Runs a module of this folder."""

    def __init__(self, process: Process, name: str) -> None:
        self._process, self._name = process, name

    async def tell(self, line: str) -> None:
        """Have it obey; BenchError when it ends instead, or takes too long."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line.encode() + b"\n")
        try:
            async with asyncio.timeout(LINE_S):
                if await self._process.stdout.readline():
                    return
        except TimeoutError:
            raise BenchError(f"{self._name} does not do {line!r} in {LINE_S:.0f} s") from None
        raise BenchError(f"{self._name} has ended")


@asynccontextmanager
async def helper(name: str) -> AsyncIterator[Helper]:
    """`tests_host.bench.<name>`, until the end of the context."""
    command = [sys.executable, "-m", f"tests_host.bench.{name}"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        yield Helper(process, name)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
