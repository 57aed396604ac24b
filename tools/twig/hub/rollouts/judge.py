"""Whether a wave has proved the release, or the rollout has to stop."""

from twig.hub.rollouts.plan import Gates
from twig.hub.rollouts.tally import Tally

SHOWN = 3  # names in a reason


def fault(gates: Gates, tally: Tally) -> str | None:
    """What must not happen in any wave, in words; None where it has not."""
    count = len(tally.rolled_back)
    if count > gates.most_rolled_back:
        names = ", ".join(tally.rolled_back[:SHOWN]) + (", …" if count > SHOWN else "")
        verb = "device has" if count == 1 else "devices have"
        return f"{count} {verb} rolled back, {gates.most_rolled_back or 'none'} may: {names}"
    if gates.most_errors is not None and tally.errors > gates.most_errors:
        return f"its devices have crashed {tally.errors} times, {gates.most_errors} may be"
    if gates.least_heap is not None and tally.least_heap is not None and tally.least_heap < gates.least_heap:
        return f"a device has {tally.least_heap:,} bytes of memory free, {gates.least_heap:,} is the least"
    return None


def shortfall(gates: Gates, tally: Tally) -> str | None:
    """That too few of a wave confirm, as soon as that is certain; None where they may, or do."""
    failed = tally.ended - tally.confirmed
    if tally.under_way == 0:
        best, total = tally.confirmed, tally.ended
    else:
        best, total = tally.total - failed, tally.total
    if best >= gates.least_confirmed * total:
        return None
    return f"{failed} of {tally.total} devices have not confirmed, {gates.least_confirmed:.0%} is the least"


def has_passed(gates: Gates, tally: Tally, is_first: bool) -> bool:
    """Whether the next wave may begin. Nobody waits for what is offline, but the first wave must prove it."""
    proved = tally.ended > 0 or not is_first
    return tally.under_way == 0 and proved and shortfall(gates, tally) is None
