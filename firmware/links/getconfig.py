"""Answers the hub's GetConfig (PROTOCOL section 3). Loaded for that and forgotten."""

import json

from firmware import lazy
from firmware.protocol import fields, layouts
from firmware.protocol.commands import CONFIG_REPORT
from firmware.storage.config import SCHEMA
from firmware.storage.mask import masked


def report(link, request):
    """Send the configuration, secrets as "***"."""
    settings = masked(dict(lazy.call("firmware.storage.config", "load"), schema=SCHEMA))
    link.send(CONFIG_REPORT, fields.pack(layouts.CONFIG, (request, json.dumps(settings))))
