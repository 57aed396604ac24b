"""The TLS client on the chip's VM and heap, compiled as for a slot, against the OpenSSL command line."""

import re
from pathlib import Path

import pytest

from tests_host import openssl
from tests_host.openssl import ALONE, IDENTITY, KEY
from tests_host.twin import suite
from tests_host.twin.chip import UP, Chip
from twig.release.compile import compile_source
from twig.release.places import FIRMWARE
from twig.release.sources import parse
from twig.twin.runtime import Runtime
from twig.twin.state import Network

MODULES = (
    "slotfs",
    "lazy",
    "protocol/hmac",
    *(f"network/{name}" for name in ("wait", "ccm", "hkdf", "records", "rekey", "alerts")),
    *(f"network/{name}" for name in ("flight", "client_hello", "server_hello")),
    *(f"network/{name}" for name in ("key_schedule", "finish", "protect")),
    "links/secure",
)
SCRIPT = """
import asyncio, gc
from asyncio import core
from firmware import lazy
from firmware.network.wait import readable

def free():
    gc.collect()
    return gc.mem_free()

async def ask(link, text, size):
    rest = text + b'\\r\\n'
    while rest:
        rest = rest[link.send(rest):]
    found = 0
    while found < size:
        await readable(link.sock)
        found += len(link.recv(100) or b'')
    assert found == size, found

class Link:
    pass

async def talk(before):
    sock = socket.socket()
    sock.connect(('127.0.0.1', {port}))
    sock.setblocking(False)
    start = time.ticks_us()
    link = Link()
    link.sock, link.expect, link.turn, link.places = sock, lambda milliseconds: None, 0, []
    await secure.run(link, {identity!r}, {key!r})
    link = link.sock
    took = time.ticks_diff(time.ticks_us(), start)
    connected = free()
    await ask(link, b'GET /long ' + b'y' * 600, {size})
    await asyncio.sleep_ms(5)  # the stack still held what the last call had
    print('handshake', took, 'us; connection', before - connected, 'later', before - free())
    link.close()

empty = free()
from firmware.links import secure
from firmware.network import client_hello, finish, key_schedule, protect, records, server_hello
loaded = free()
print('modules', empty - loaded)
try:
    asyncio.run(talk(loaded))
    print('talked')
except OSError as error:
    print('failed:', error)
"""
LONG = 1000  # bytes of an answer in one record
CONNECTION_MOST = 3072  # bytes of heap


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, twin_runtime: Runtime) -> dict[str, bytes]:
    """The client's modules as .mpy by their paths."""
    folder: Path = tmp_path_factory.mktemp("psk")
    suite.install(folder, [FIRMWARE / f"{name}.py" for name in MODULES], [], twin_runtime.mpy_cross)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.mpy")}
    found["slotfs.mpy"] = found.pop("firmware/slotfs.mpy")  # which lies outside the slots
    for part in ("__init__", "core"):
        source = parse(f"asyncio.{part}", twin_runtime.asyncio / f"{part}.py", part == "__init__")
        found[f"asyncio/{part}.mpy"] = compile_source(source, twin_runtime.mpy_cross)
    return found


def talk(chip: Chip, files: dict[str, bytes], port: int, key: bytes = KEY) -> str:
    """What a chip with a network prints of a conversation with that port."""
    chip.state.erase_ms = 0
    chip.state.set_air([Network("home", "secret12")])
    chip.state.set_interface("127.0.4.1")
    return chip.run(UP + SCRIPT.format(port=port, identity=IDENTITY, key=key, size=LONG), **files)


def test_talks_within_its_memory(chip: Chip, compiled: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(bytes(LONG))
    with openssl.server(*ALONE, "-HTTP", folder=tmp_path) as server:
        said = talk(chip, compiled, server.port)
    print(said)
    assert said.splitlines()[-1] == "talked", said
    assert all(int(each) < CONNECTION_MOST for each in re.findall(r"(?:connection|later) (\d+)", said))


def test_refused_by_name(chip: Chip, compiled: dict[str, bytes]) -> None:
    with openssl.server(*ALONE) as server:
        said = talk(chip, compiled, server.port, bytes(32))
    assert said.splitlines()[-1] == (
        "failed: the other side ended it: illegal_parameter (it has another key for this device)"
    )
