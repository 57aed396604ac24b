"""Both sides of a handshake prove what they have (RFC 8446, section 4.4.4). Loaded for that and forgotten."""

import gc

from firmware.network.alerts import OTHER_KEY
from firmware.network.flight import EXTENSIONS, HEAD, message
from firmware.network.key_schedule import IV, MASTER, OURS, PROOF
from firmware.network.records import HANDSHAKE
from firmware.protocol import hmac

FINISHED = 20
HASH = 32
DECRYPT = 51  # an alert


async def run(records, said, secrets):
    """Return when the server has proved that it has the key, and we have; `said` has its Finished then.

    `secrets`: of `key_schedule`.
    """
    key, iv = secrets[:IV], secrets[IV:PROOF]
    records.places.pop()
    gc.collect()  # nothing is allocated between this and the cipher, which takes the place
    records.reads = records.keys(records.cipher(key), iv)
    said.append(await message(records, EXTENSIONS))
    proof = _proof(secrets[PROOF:OURS], said)
    finished = await message(records, FINISHED)
    if finished[HEAD:] != proof:
        records.fail(DECRYPT, OTHER_KEY)
    said.append(finished)
    proof = bytes((FINISHED, 0, 0, HASH)) + _proof(secrets[OURS + PROOF : MASTER], said)
    key, iv = secrets[OURS : OURS + IV], secrets[OURS + IV : OURS + PROOF]
    records.reads = None
    gc.collect()
    records.writes = records.keys(records.cipher(key), iv)
    records.write(HANDSHAKE, proof)


def _proof(key, said):
    inner, outer = hmac.pads(key)
    return hmac.digest(inner, outer, hmac.hashed(said))
