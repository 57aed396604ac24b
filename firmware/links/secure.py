"""Puts TLS on a link's connection, step by step: all of it at once would not fit. Loaded and forgotten."""

from asyncio import sleep_ms

from firmware import lazy
from firmware.network.key_schedule import MASTER
from firmware.network.records import HEAD

HANDSHAKE_MS = 5000  # two messages each way, and no long sums
SCHEDULE = "firmware.network.key_schedule"


async def run(link, identity, key):
    """Return when both sides have proved that they have the 32 bytes of key; `identity`: ASCII.

    OSError, mostly a TlsError, when not: the next attempt tries the next proof.
    """
    link.expect(HANDSHAKE_MS)
    records = lazy.make("firmware.network.records", "Records", link.sock, link.places)
    lazy.spent(type(records))
    try:  # all in one function: deeper calls take the C stack that a failure needs to find its words
        hello, early = lazy.call("firmware.network.client_hello", "of", identity, key)
        records.put(hello)
        said = [memoryview(hello)[HEAD:]]
        said.append(await lazy.run("firmware.network.server_hello", records))
        secrets = lazy.call(SCHEDULE, "of_handshake", early, said)
        await sleep_ms(0)  # the stack still holds what that has loaded, and others have their turn
        await lazy.run("firmware.network.finish", records, said, secrets)
        secrets = lazy.call(SCHEDULE, "of_data", secrets[MASTER:], said)
        lazy.call("firmware.network.protect", "data", records, secrets)
    except BaseException as error:
        records.drop()
        if isinstance(error, OSError):
            link.turn += 1
        raise
    link.key = key
    link.sock = records
