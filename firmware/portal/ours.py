"""Whether a request for the page of run mode means this device. Loaded for one request and forgotten."""

import network

from firmware.network.address import is_address
from firmware.portal.statuses import MISDIRECTED

# What routers put behind a name; whoever owns another domain could let it lead here.
DOMAINS = "local lan home internal localdomain home.arpa fritz.box"


async def run(_, __, host, *request):
    """A step: the next looks at what is wanted, or says why not. `request`: all but the host."""
    if _ours(host):
        return ("firmware.portal.allowed",) + request
    # A name of somebody else's that leads here: its page must not get in.
    return "firmware.portal.device_answer", MISDIRECTED, b"not this device"


def _ours(host):
    name = network.hostname().lower()
    if not host or host == name or is_address(host):
        return True
    return host.startswith(name + ".") and host[len(name) + 1 :] in DOMAINS.split(" ")
