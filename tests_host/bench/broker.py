"""mosquitto on loopback, and paho's client that switches a plug through it."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import aiomqtt
import paho.mqtt.client as paho

from tests_host.bench.place import LOOPBACK, STOP_S, BenchError, wait
from twig.twin.plug import Plug

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
    """Sets the relay of one plug and waits for the state that it publishes.

    Without paho's thread: publish() then writes at once, and nothing is handed from thread to thread."""

    plug: Plug

    def __init__(self, port: int, name: str) -> None:
        self._set, self._state = f"twig/{name}/relay/set", f"twig/{name}/relay"
        self.states: list[bytes] = []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=f"bench-{name}")
        self._client.on_message = lambda client, data, message: self.states.append(message.payload)
        self._client.on_socket_open = _nodelay
        self._client.connect(LOOPBACK, port)
        self._client.subscribe(self._state)
        self._run(lambda: self._client.is_connected(), "the broker")

    def ready(self) -> None:
        """Wait until the plug has said anything."""
        self._run(lambda: bool(self.states), "the plug on MQTT", READY_S)

    async def set(self, on: bool) -> None:
        """Switch and wait for the state; BenchError when another one, or none, comes. Blocks the loop."""
        self.states.clear()
        self._client.publish(self._set, PAYLOADS[on])
        self._run(lambda: bool(self.states), "the state")
        _check(self.states[-1], on)

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()

    def _run(self, condition: Callable[[], bool], what: str, seconds: float = ANSWER_S) -> None:
        end = time.monotonic() + seconds
        while not condition():
            self._client.loop(LOOP_S)
            if time.monotonic() > end:
                raise BenchError(f"{what}: not within {seconds:.0f} s")


class LoopSwitch:
    """The same inside an event loop, by aiomqtt, as a hub would do it."""

    def __init__(self, client: aiomqtt.Client, name: str, plug: Plug) -> None:
        self._client, self._set, self.plug = client, f"twig/{name}/relay/set", plug
        self._messages = aiter(client.messages)

    async def next(self, seconds: float = ANSWER_S) -> bytes:
        """The next state."""
        async with asyncio.timeout(seconds):
            return bytes((await anext(self._messages)).payload)  # type: ignore[arg-type]

    async def set(self, on: bool) -> None:
        """Switch and wait for the state; BenchError when another one comes."""
        await self._client.publish(self._set, PAYLOADS[on])
        _check(await self.next(), on)


def _check(state: bytes, on: bool) -> None:
    if state != PAYLOADS[on]:
        raise BenchError(f"the plug on MQTT says {state!r} after {PAYLOADS[on]!r}")


def _nodelay(client: paho.Client, data: object, connection: socket.socket) -> None:
    connection.setsockopt(*NODELAY)


@contextmanager
def switch(port: int, name: str, plug: Callable[[], AbstractContextManager[Plug]]) -> Iterator[Switch]:
    """A plug on MQTT that runs within the context, and who switches it."""
    client = Switch(port, name)
    try:
        with plug() as client.plug:
            client.ready()
            yield client
    finally:
        client.close()


@asynccontextmanager
async def loop_switch(
    port: int, name: str, plug: Callable[[], AbstractContextManager[Plug]]
) -> AsyncIterator[LoopSwitch]:
    """The same with aiomqtt."""
    async with aiomqtt.Client(LOOPBACK, port, identifier=f"bench-{name}", socket_options=[NODELAY]) as client:
        await client.subscribe(f"twig/{name}/relay")
        with plug() as running_plug:
            made = LoopSwitch(client, name, running_plug)
            await made.next(READY_S)
            yield made
