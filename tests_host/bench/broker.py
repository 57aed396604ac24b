"""mosquitto on loopback, and paho's client that switches plugs through it."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiomqtt
import paho.mqtt.client as paho

from tests_host.bench.place import LOOPBACK, STOP_S, BenchError, wait

ANSWER_S = 5.0  # as long as the hub gives a plug
LOOP_S = 1.0
PAYLOADS = (b"0", b"1")
READY_S = 30.0
NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
CONFIG = """listener {port} {host}
allow_anonymous true
set_tcp_nodelay true
persistence false
log_dest none
"""


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port of a broker that runs within the context."""
    program = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not program:
        raise BenchError("mosquitto is missing; make bench installs it as root, else: apt install mosquitto")
    with socket.create_server((LOOPBACK, 0)) as free:
        port = int(free.getsockname()[1])
    folder.mkdir(parents=True)
    config = folder / "mosquitto.conf"
    config.write_text(CONFIG.format(port=port, host=LOOPBACK))
    process = subprocess.Popen([program, "-c", str(config)], stdin=subprocess.DEVNULL)
    try:
        wait(lambda: _listens(port), "mosquitto's start")
        yield port
    finally:
        process.terminate()
        process.wait(STOP_S)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


class Switch:
    """Sets relays of plugs, by name, and waits for the state that each publishes.

    Without paho's thread: publish() then writes at once, and nothing is handed from thread to thread."""

    def __init__(self, port: int, names: list[str]) -> None:
        self.states: dict[str, bytes] = {}
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="bench-paho")
        self._client.on_message = self._take
        self._client.on_socket_open = _nodelay
        self._client.connect(LOOPBACK, port)
        self._run(lambda: self._client.is_connected(), "the broker")
        for name in names:
            self._client.subscribe(f"twig/{name}/relay")

    def ready(self, names: list[str]) -> None:
        """Wait until all plugs have said anything."""
        self._run(lambda: self.states.keys() >= set(names), "the plugs on MQTT", READY_S)

    async def set(self, name: str, on: bool) -> None:
        """Switch and wait for the state; BenchError when another one, or none, comes. Blocks the loop."""
        self.states.clear()
        self._client.publish(f"twig/{name}/relay/set", PAYLOADS[on])
        self._run(lambda: name in self.states, "the state")
        _check(self.states[name], on)

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()

    def _take(self, client: paho.Client, data: object, message: paho.MQTTMessage) -> None:
        self.states[message.topic.split("/")[1]] = message.payload

    def _run(self, condition: Callable[[], bool], what: str, seconds: float = ANSWER_S) -> None:
        end = time.monotonic() + seconds
        while not condition():
            self._client.loop(LOOP_S)
            if time.monotonic() > end:
                raise BenchError(f"{what}: not within {seconds:.0f} s")


class LoopSwitch:
    """The same inside an event loop, by aiomqtt, as a hub would do it."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._messages = aiter(client.messages)

    async def next(self, seconds: float = ANSWER_S) -> tuple[str, bytes]:
        """Name and payload of the next state."""
        async with asyncio.timeout(seconds):
            message = await anext(self._messages)
            return str(message.topic).split("/")[1], bytes(message.payload)  # type: ignore[arg-type]

    async def ready(self, names: list[str]) -> None:
        """Wait until all plugs have said anything."""
        seen: set[str] = set()
        while seen < set(names):
            seen.add((await self.next(READY_S))[0])

    async def set(self, name: str, on: bool) -> None:
        """Switch and wait for the state; BenchError when another one comes."""
        await self._client.publish(f"twig/{name}/relay/set", PAYLOADS[on])
        _check((await self.next())[1], on)


def _check(state: bytes, on: bool) -> None:
    if state != PAYLOADS[on]:
        raise BenchError(f"the plug on MQTT says {state!r} after {PAYLOADS[on]!r}")


def _nodelay(client: paho.Client, data: object, connection: socket.socket) -> None:
    connection.setsockopt(*NODELAY)


@contextmanager
def switch(port: int, names: list[str]) -> Iterator[Switch]:
    """paho's client, connected within the context."""
    client = Switch(port, names)
    try:
        yield client
    finally:
        client.close()


@asynccontextmanager
async def loop_switch(port: int, names: list[str]) -> AsyncIterator[LoopSwitch]:
    """The same with aiomqtt."""
    async with aiomqtt.Client(LOOPBACK, port, identifier="bench-loop", socket_options=[NODELAY]) as client:
        for name in names:
            await client.subscribe(f"twig/{name}/relay")
        yield LoopSwitch(client)
