"""The demo's key is made once and lies where git does not look."""

import stat
from pathlib import Path

from twig.demo.signer import signer
from twig.release import places, private_key, signers


def test_it_is_made_once(tmp_path: Path) -> None:
    path = signer(tmp_path / "demo")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = signers.load([private_key.public(path)])[0]
    assert private_key.modulus(private_key.load(path, None)) == found.modulus
    content = path.read_bytes()
    assert signer(tmp_path / "demo").read_bytes() == content


def test_a_run_that_was_killed_half_way(tmp_path: Path) -> None:
    (tmp_path / "release.pub").write_text("of a key that is not there")
    assert signers.load([private_key.public(signer(tmp_path))])


def test_git_does_not_look_there() -> None:
    private_key.check_free(places.BUILD / "no-such.key")
