"""Answers the hub's GetConfig (PROTOCOL section 3). Loaded for that and forgotten."""

import json

from firmware.protocol import fields, layouts
from firmware.protocol.commands import CONFIG_REPORT
from firmware.storage.mask import hide
from firmware.storage.store import SCHEMA


async def run(link, request):
    """Send the configuration, secrets as "***"."""
    settings = link.session.settings()
    settings["schema"] = SCHEMA
    hide(settings)
    link.send(CONFIG_REPORT, fields.pack(layouts.CONFIG, (request, json.dumps(settings))))
