"""RejectDevice (PROTOCOL section 3). Loaded for that and forgotten."""

from firmware.network.backoff import jitter
from firmware.protocol import fields, layouts
from firmware.protocol.commands import REJECT_TRY_LATER

REJECTED_MS = 60000
TRY_LATER_MS = 5000
TEXT_MAX = 80  # of another's text on our console, which is slow and stalls the loop


async def run(link, data):
    """How long to stay away, then OSError."""
    reason, text = fields.unpack(layouts.REJECT_DEVICE, data)
    link.pause = REJECTED_MS if reason != REJECT_TRY_LATER else TRY_LATER_MS + jitter(TRY_LATER_MS)
    raise OSError("rejected by the hub: " + text[:TEXT_MAX])
