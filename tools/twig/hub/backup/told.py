"""What a person must know after a restore: above all who is let in."""

import datetime
from pathlib import Path

from twig import choose, text
from twig.hub.backup import keep
from twig.hub.backup.about import Restored
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
    if done.why is None:
        print("Keys, tokens and password stay as they were here: what was revoked since the backup stays so.")
    else:
        _warn(done)
    print("Never run it and the original at the same time.")


def _warn(done: Restored) -> None:
    made = datetime.datetime.fromtimestamp(done.about.made_ms / 1000, datetime.UTC)
    print(
        f"Keys, tokens and password are those of the backup of {made:%Y-%m-%d %H:%M} UTC, since {done.why}."
    )
    print(f"Devices that it lets in: {_names(done.devices)}.")
    print(f"Tokens that it lets in: {_names(done.tokens)}.")
    print("What was revoked since is good again. Before you start it, do this once more with --force and")
    print("--revoke DEVICE or --revoke-token NAME for each; and run 'twig password' if that was changed.")


def _names(names: list[str]) -> str:
    return text.plain(choose.listed(names)) or "none"
