"""A crowd of scripted devices as a process of its own: `python -m tests_host.bench.crowd PORT COUNT`.

Prints the seconds that all took to join, then obeys until its input ends."""

import asyncio
import sys
import time

from tests_host.device import Device, connect

AT_ONCE = 100  # connections that join at the same time


async def main(port: int, count: int) -> None:
    """Join, say so, obey."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> object:
        async with gate:
            wire = await connect(port, Device(name=f"Scripted {number}"))
            await wire.device.join()
            return wire

    begin = time.perf_counter()
    wires = await asyncio.gather(*(one(number) for number in range(count)))
    print(time.perf_counter() - begin, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.gather(*(wire.close() for wire in wires))  # type: ignore[attr-defined]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
