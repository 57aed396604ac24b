"""Chooses what to prove this device by to a hub. Loaded for that and forgotten."""

from firmware import lazy


async def run(link, hub):
    """(identity, key), others after those that a hub did not take; `hub`: its GUID or None. OSError: none."""
    session = link.session
    code = session.settings().get("join_code")
    if not code:
        session.code = None, None
    elif session.code[0] != code:
        session.code = code, await lazy.run("firmware.network.code_key", code)
    proofs = lazy.call("firmware.network.proofs", "of", link.guid, hub, link.hub, session.code[1])
    if not proofs:
        raise OSError("no key for this hub, and no join code")
    link.prover, identity, key = proofs[link.turn % len(proofs)]
    return identity, key
