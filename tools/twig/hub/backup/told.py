"""What a person must know after a restore: above all who is let in."""

import datetime
from pathlib import Path

from twig import choose, text
from twig.hub.backup import keep
from twig.hub.backup.about import Past, Restored
from twig.hub.keys import master


def tell(done: Restored, data: Path) -> None:
    """Print it."""
    about = done.about
    print(f"Restored hub {about.guid} (devices: {about.devices}, keys: {len(done.devices)}).")
    if done.devices and not done.opens:
        state = "is missing" if not (data / master.NAME).exists() else "is not the one that is there"
        print(f"Its master key {state}: put the hub's {master.NAME} into {data} before you start it.")
    if done.kept:
        print(f"What was here before is kept in {data / keep.FOLDER}: {', '.join(done.kept)}.")
    print("Everybody is logged out.")
    _say_whose_keys(done)
    print("Never run it and the original at the same time.")


def _say_whose_keys(done: Restored) -> None:
    if done.why is None and done.past is None:
        print("Keys, tokens and password stay as they were here: what was revoked since the backup stays so.")
        return
    if done.why is None and done.past is not None:
        _say_what_is_not_known(done.past)
    else:
        made = _time(done.about.made_ms)
        print(f"Keys, tokens and password are those of the backup of {made}, since {done.why}.")
        print("What was revoked since is good again.")
    print(f"Devices that it lets in: {_names(done.devices)}.")
    print(f"Tokens that it lets in: {_names(done.tokens)}.")
    print("Before you start it, do this once more with --force and --revoke DEVICE or --revoke-token NAME")
    print("for each that it must not let in; and run 'twig password' if that was changed.")


def _say_what_is_not_known(past: Past) -> None:
    made, restored = _time(past.made_ms), _time(past.restored_ms)
    print(f"Keys, tokens and password stay as they were here; a restore on {restored} brought them")
    print(f"from the backup of {made}. What was revoked after that restore stays so;")
    print("what was revoked before it and after that backup is good again, unless it was revoked once more.")


def _time(ms: int) -> str:
    return f"{datetime.datetime.fromtimestamp(ms / 1000, datetime.UTC):%Y-%m-%d %H:%M} UTC"


def _names(names: list[str]) -> str:
    return text.plain(choose.listed(names)) or "none"
