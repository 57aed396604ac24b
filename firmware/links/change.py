"""Makes a change of the configuration: a step of `links.setconfig` and of the page. Loaded and forgotten."""

from firmware import lazy


async def run(session, patch):
    """The next step checks what becomes of it by a merge patch. ValueError when it cannot be so."""
    typed = patch.get("page_password") if isinstance(patch, dict) else None
    if typed and typed != "***":
        patch = dict(patch, page_password=await lazy.run("firmware.storage.seal", typed))
    if session.trying:
        lazy.call("firmware.storage.busy", "refuse")
    return "firmware.links.checking", lazy.call(
        "firmware.storage.merging", "merged", session.settings(), patch
    )
