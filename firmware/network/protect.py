"""The end of a handshake: from now on with the keys for data. Loaded for that and forgotten."""

import gc

from firmware.network.key_schedule import IV, OURS, SECRET


def data(records, secrets):
    """`secrets`: of `key_schedule.of_data`."""
    key, other = secrets[:IV], secrets[OURS : OURS + IV]
    records.writes = None
    records.places.pop()
    gc.collect()  # nothing is allocated between this and the ciphers, which take the places
    cipher, ours = records.cipher(key), records.cipher(other)
    iv, secret = secrets[OURS + IV : OURS + SECRET], secrets[OURS + SECRET :]
    records.writes = records.keys(ours, iv, secret)
    records.reads = records.keys(cipher, secrets[IV:SECRET], secrets[SECRET:OURS])
