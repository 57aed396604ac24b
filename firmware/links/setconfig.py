"""SetConfig (PROTOCOL section 3), step by step. Loaded for that and forgotten.

A step is a module of `links` with a coroutine `run`, its arguments behind the session; it returns the next
one, or None. Each is loaded when the one before is forgotten: together they do not fit beside TLS.
"""

from firmware import lazy
from firmware.links.values import acknowledge
from firmware.protocol.commands import DONE, TOO_LARGE
from firmware.protocol.errors import ProtocolError


async def run(link, request, text):
    """Do it and answer."""
    step = "firmware.links.patch", text
    code, said = DONE, b""
    try:
        while step:
            step = await lazy.run(step[0], link.session, *step[1:])
    except MemoryError:
        code, said = TOO_LARGE, b"no memory for that now"
    except (ValueError, OSError, ProtocolError) as error:
        code, said = lazy.call("firmware.links.objection", "to", error)
    if link.sock:
        acknowledge(link, request, code, said)
