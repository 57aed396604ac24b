"""Picks one of the hubs that were heard (PROTOCOL section 1). Loaded while one is sought."""

from time import ticks_diff, ticks_ms

from firmware.network.backoff import jitter
from firmware.network.hubs import FRESH_MS, HEARD, RANK, SINCE

STANDARD_WAIT_MS = 500  # for better hubs to be heard after the first
BACKUP_WAIT_MS = 3000
AVOID_MS = 300000  # after a failed handshake


def choose(found, failed):
    """(GUID, address, port, whether a backup); None while there is none or a better one may come.

    `failed`: (GUID, address, port) -> ticks_ms of the failure.
    """
    usable = [hub for hub in found.hubs if found.fresh(hub)]
    usable = [hub for hub in usable if not _avoided(found, hub, failed)] or usable
    if not usable:
        found.first = None
        return None
    rank = min([found.hubs[hub][RANK] for hub in usable])
    usable = [hub for hub in usable if found.hubs[hub][RANK] == rank]
    if found.ears.hub in usable and rank == (0 if found.development else 2):
        return _target(found, found.ears.hub)
    if ticks_diff(ticks_ms(), found.first) < (BACKUP_WAIT_MS if rank & 1 else STANDARD_WAIT_MS):
        return None
    return _target(found, usable[jitter(len(usable))])


def steady(found, failed):
    """True when a standard hub has been heard for 15 s."""
    for hub, known in found.hubs.items():
        lasting = found.fresh(hub) and ticks_diff(known[HEARD], known[SINCE]) >= FRESH_MS
        if lasting and not known[RANK] & 1 and not _avoided(found, hub, failed):
            return True
    return False


def _target(found, hub):
    rank, address, port = found.hubs[hub][:HEARD]
    return hub, address, port, bool(rank & 1)


def _avoided(found, hub, failed):
    target = _target(found, hub)[:3]
    at = failed.get(target)
    if at is not None and not 0 <= ticks_diff(ticks_ms(), at) <= AVOID_MS:
        del failed[target]
    return target in failed
