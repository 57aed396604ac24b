"""What comes from outside in an update: the chip's VM says of good and of hostile bytes what CPython says."""

import hashlib
import json
import random
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host import releases
from tests_host.twin import suite
from twig.release.places import FIRMWARE, ROOT
from twig.twin.runtime import Runtime

MUTATED = 150  # of each kind
HEAP = 256 * 1024
TIMEOUT_S = 120
IMAGE = releases.image(releases.members(9))
BITS = (2048, 2050, 2056, 3070, 3072)
# Runs on both. argv: folder of the modules, file of the cases, that of asyncio; prints a verdict a line.
SCRIPT = """
import io, json, struct, sys
sys.path[:0] = sys.argv[3:] + [sys.argv[1]]
import asyncio
if not hasattr(asyncio, "sleep_ms"):
    asyncio.sleep_ms = None  # CPython; nothing waits here
from firmware.update import key_link, limbs, manifest, rsa_block, rsa_power, rsa_start, segments
from firmware.update.errors import Refused

def listed(data):
    out = io.BytesIO()
    list(manifest.check(io.BytesIO(data), out, {version!r}, {sequence}, {board!r}))
    return [len(out.getvalue()), list(out.getvalue()[:40])]

def linked(data):
    index, key, serial = key_link.fields(data)
    return [index, list(key[-9:]), serial]

def signed(data):
    begun = rsa_start.start(limbs.of(data[:384]), data[416:])
    if not begun:
        return False
    *_, power = rsa_power.steps(begun, data[416:])
    return rsa_block.signs(power, len(data) - 416, data[384:416])

def cut(data):
    return list(segments.ends(io.BytesIO(data)))

def verdict(kind, data):
    try:
        return [listed, linked, signed, cut][kind](data)
    except Refused as error:
        return str(error)

with open(sys.argv[2], "rb") as file:
    head = file.read(5)
    while head:
        kind, size = struct.unpack("<BI", head)
        print(json.dumps(verdict(kind, file.read(size))))
        head = file.read(5)
"""
LISTED, LINKED, SIGNED, CUT = range(4)


def mutated(rng: random.Random, raw: bytes) -> bytes:
    """The same with some bytes changed, put in or left out."""
    data = bytearray(raw)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data))
        data[at : at + rng.randint(0, 3)] = rng.choice((b"", b"0", b'"', b",", b"\xff", rng.randbytes(2)))
    return bytes(data)


def cases() -> Iterator[tuple[int, bytes]]:
    """Kind and data."""
    rng = random.Random(1)
    good = {
        LISTED: releases.manifest(IMAGE),
        LINKED: releases.link(1, releases.modulus(0), 12345),
        CUT: IMAGE,
    }
    for kind, raw in good.items():
        yield kind, raw
        yield from ((kind, mutated(rng, raw)) for _ in range(MUTATED))
        yield from ((kind, raw[: rng.randrange(len(raw))]) for _ in range(20))
    for least in ("1", "1.25", "1.25.0", "01.25", "1.25.", "1_0", "0.9", "9999"):
        yield LISTED, releases.manifest(IMAGE, min_micropython=least)
    yield LISTED, releases.manifest(IMAGE, sequence=2**32)
    yield from signatures(rng)


def signatures(rng: random.Random) -> Iterator[tuple[int, bytes]]:
    """Good ones of keys of several lengths, and each with a bit changed."""
    for bits in BITS:
        key = releases.modulus(0, bits)
        for number in range(4):
            data = b"%d" % number
            signed = releases.sign(data, bits=bits)
            digest = hashlib.sha256(data).digest()
            at = rng.randrange(len(signed))
            wrong = signed[:at] + bytes([signed[at] ^ 1 << rng.randrange(8)]) + signed[at + 1 :]
            for each in (signed, wrong, signed[1:], signed + b"\0", key.lstrip(b"\0"), bytes(len(signed))):
                yield SIGNED, key + digest + each


def verdicts(*command: str) -> list[object]:
    """What a VM says of them all."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.timeout(TIMEOUT_S)
def test_both_say_the_same(tmp_path: Path, twin_runtime: Runtime) -> None:
    code, script, data = tmp_path / "code", tmp_path / "script.py", tmp_path / "cases"
    update = (FIRMWARE / "update").glob("*.py")
    suite.install(code, [FIRMWARE / "storage" / "atomic.py", *update], [], twin_runtime.mpy_cross)
    asyncio = twin_runtime.asyncio.parent  # its sources will do
    about = {"version": releases.VERSION, "sequence": releases.SEQUENCE, "board": releases.BOARD}
    script.write_text(SCRIPT.format(**about))
    made = list(cases())
    data.write_bytes(b"".join(struct.pack("<BI", kind, len(raw)) + raw for kind, raw in made))
    there = verdicts(*twin_runtime.script(script, HEAP, str(code), str(data), str(asyncio)))
    here = verdicts(sys.executable, str(script), str(ROOT), str(data))
    assert len(there) == len(here) == len(made)
    for case, said, expected in zip(made, there, here, strict=True):
        assert said == expected, case
    refused = sum(isinstance(each, str) for each in there)
    print(
        len(made),
        "cases:",
        refused,
        "refused, signatures good and bad:",
        there.count(True),
        there.count(False),
    )
    assert there.count(True) == 4 * len(BITS)
