"""The demo's own key for releases: made once, below build/, and of no use to anybody else's plugs."""

from pathlib import Path

from twig.release import places, private_key

NAME = "release.key"


def signer(folder: Path = places.BUILD / "demo") -> Path:
    """The file of the private key, without a passphrase; the public one is beside it. BadKey."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        private_key.public(path).unlink(missing_ok=True)  # of a run that was killed between the two
        private_key.make(path, None)
    return path
