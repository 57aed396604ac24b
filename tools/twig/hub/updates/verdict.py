"""What a device's refusal means: that it has the release, that another attempt may help, or a no."""

from dataclasses import replace

from twig.hub.updates.update import CONFIRMED, REFUSED, WAITING, Update

# How devices begin their reasons (firmware/update/trusted.py and fetched.py).
BAD_SIGNATURE = "bad signature"
NOT_GREATER = "sequence not greater"
FETCH_FAILED = "fetch failed"


def judged(told: Update, firmware: str, signatures: int) -> Update:
    """`told`, or what it means for a device that runs `firmware`; `signatures` is how many the release has.

    A hub does not know which key a device trusts: where it calls a signature bad, the next one is tried.
    """
    if told.state != REFUSED:
        return told
    if told.reason.startswith(BAD_SIGNATURE) and told.signature + 1 < signatures:
        return replace(told, state=WAITING, signature=told.signature + 1, percent=0, reason="")
    if told.reason.startswith(NOT_GREATER) and firmware == told.version:
        return replace(told, state=CONFIRMED, percent=100, reason="")  # the report of that was lost
    if told.reason.startswith(FETCH_FAILED):
        return replace(told, state=WAITING)
    return told
