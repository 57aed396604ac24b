"""Whether a password for the page of run mode is looked at now. Loaded for one request and forgotten."""

from time import ticks_diff, ticks_ms

from firmware.portal.statuses import SLOW

FREE_TRIES = 3  # wrong passwords before the next one has to wait
FIRST_WAIT_S = 5  # doubling with each further one, to
LONGEST_WAIT_S = 60  # since a stranger's tries make the owner wait too


async def run(door, _, content):
    """A step: the next compares it with the one that is configured, or answers POST /login with a wait."""
    wait = _wait_s(door)
    if wait:
        return "firmware.portal.device_answer", SLOW, {"code": "slow", "wait": wait}
    # Counted before it is checked, so that a try which is broken off counts too.
    door.wrong += 1
    door.wrong_at = ticks_ms()
    sealed = door.session.settings().get("page_password", "")
    return "firmware.portal.compare", content.get("password"), sealed


def _wait_s(door):
    """Seconds until the next try is looked at."""
    if door.wrong < FREE_TRIES:
        return 0
    wait = min(FIRST_WAIT_S << min(door.wrong - FREE_TRIES, 8), LONGEST_WAIT_S)
    passed = ticks_diff(ticks_ms(), door.wrong_at) // 1000
    return wait - passed if 0 <= passed < wait else 0  # negative: days ago
