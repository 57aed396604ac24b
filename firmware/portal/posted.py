"""What the page of setup mode sends: read, and made a change of the settings. Loaded for one request only."""

from time import ticks_ms

from firmware import lazy
from firmware.portal import body, wrong
from firmware.portal.http_error import HttpError
from firmware.portal.statuses import BAD_REQUEST, BUSY, FORBIDDEN, NOT_FOUND, OK
from firmware.storage.mask import MASK

NETWORKS_MAX = 4


async def run(portal, request, settings):
    """(HTTP status, JSON), or (0, (settings, patch, whether a network is in it)) for `applied`; HttpError."""
    content = body.parse(request.kind, request.body)
    if portal.locked:
        return FORBIDDEN, '{"code": "locked"}'
    if portal.busy or portal.done():
        return BUSY, '{"code": "busy"}'
    if request.path == "/save":
        return await _change(settings, content)
    if request.path == "/scan" and portal.can_scan:
        portal.scan_at = ticks_ms()
        return OK, '{"ok": true}'
    raise HttpError(NOT_FOUND, "nothing here")


async def _change(settings, content):
    try:
        return 0, (settings, await _patch(settings, content), bool(content.get("network")))
    except ValueError as error:  # of the one value that is changed before it is checked
        return wrong.answer(error)


async def _patch(settings, content):
    """The merge patch of the configuration that the page means."""
    for part in ("settings", "network"):
        if not isinstance(content.get(part) or {}, dict):
            raise HttpError(BAD_REQUEST, part + " must be an object")
    patch = dict(content.get("settings") or {})
    patch.pop("wifi", None)  # the network has a field of its own
    if patch.get("page_password") not in (None, "", MASK):
        patch["page_password"] = await lazy.run("firmware.storage.seal", patch["page_password"])
    networks = [known for known in settings.get("wifi", ()) if known["ssid"] != content.get("forget")]
    new = content.get("network")
    if new:
        others = [known for known in networks if known["ssid"] != new.get("ssid")]
        if "password" not in new:  # one that is known keeps its own
            new["password"] = MASK if len(others) < len(networks) else ""
        networks = ([new] + others)[:NETWORKS_MAX]
    patch["wifi"] = networks
    return patch
