"""What a request for the page of run mode may want. Loaded for one request and forgotten."""

from time import ticks_diff, ticks_ms

from firmware.portal.statuses import NOT_ALLOWED, NOT_FOUND, UNAUTHORISED

SHOWN = "/ /state /about"
CHANGES = "/login /relay /save /restart"
FREE = "/ /login"  # without a login
SESSION_MS = 600000  # without a request; the page then asks for the password again


async def run(door, _, method, path, kind, token, raw):
    """A step: the next does what is wanted, or answers why not; that of a change first reads its content."""
    why = _refusal(door, method, path, token)
    if why:
        return ("firmware.portal.device_answer",) + why
    if method == "POST":
        return "firmware.portal.content", path, kind, raw
    if path == "/":
        return "firmware.portal.device_page", method == "GET"
    return ("firmware.portal.device_about",) if path == "/about" else ("firmware.portal.device_state",)


def _refusal(door, method, path, token):
    """(HTTP status, text) why not, or None."""
    if method not in ("GET", "HEAD", "POST"):
        return NOT_ALLOWED, b"GET or POST"
    if path not in (CHANGES if method == "POST" else SHOWN).split(" "):
        return NOT_FOUND, b"There is nothing here."
    if path not in FREE.split(" ") and not _known(door, token):
        return UNAUTHORISED, '{"code": "login"}'
    return None


def _known(door, token):
    """Whether it comes from who has logged in; the header keeps other sites' forms out too."""
    fresh = 0 <= ticks_diff(ticks_ms(), door.used) < SESSION_MS
    if not door.token or token != door.token or not fresh:
        return False
    door.used = ticks_ms()
    return True
