"""The master key, and what is sealed under it."""

import base64
import os
import stat
from pathlib import Path

import pytest

from twig.hub.errors import StartError
from twig.hub.keys import master
from twig.hub.keys.vault import Vault

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()
PLACE = ("device_keys.present", "11111111-2222-4333-8444-555555555555")


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        first = master.load(tmp_path, needed=False, environment={})
    finally:
        os.umask(mask)
    path = tmp_path / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first) == 32
    assert master.load(tmp_path, needed=True, environment={}) == first
    assert [each.name for each in tmp_path.iterdir()] == ["master.key"]


def test_a_start_that_was_cut_short_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "master.key.new").write_bytes(b"half")
    (tmp_path / "master.key.new").chmod(0o666)
    master.load(tmp_path, needed=False, environment={})
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_the_environment_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(TEXT + "\n")
    assert master.load(tmp_path, needed=True, environment={"TWIG_MASTER_KEY": f" {TEXT}\n"}) == KEY
    assert master.load(tmp_path, needed=True, environment={"TWIG_MASTER_KEY_FILE": str(file)}) == KEY
    assert not (tmp_path / "master.key").exists()


def test_a_missing_one_is_not_made_anew_where_keys_need_it(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Put back the file from its backup"):
        master.load(tmp_path, needed=True, environment={})
    with pytest.raises(StartError, match="nowhere that TWIG_MASTER_KEY_FILE names"):
        master.load(tmp_path, needed=False, environment={"TWIG_MASTER_KEY_FILE": "nowhere"})
    assert list(tmp_path.iterdir()) == []


SHORT = base64.b64encode(KEY[:31]).decode()


@pytest.mark.parametrize("text", ["", "hush", TEXT[:-4], TEXT + TEXT, "é" * 44, SHORT])
def test_what_is_none_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(StartError) as caught:
        master.load(tmp_path, needed=False, environment={"TWIG_MASTER_KEY": text})
    assert "The variable TWIG_MASTER_KEY is no master key" in caught.value.text
    assert not text or text not in caught.value.text
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(StartError, match=r"master\.key"):
        master.load(tmp_path, needed=False, environment={})


def test_a_directory_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be written"):
        master.load(tmp_path / "absent", needed=False, environment={})


def test_a_secret_comes_back_from_its_place_only() -> None:
    vault = Vault(KEY)
    sealed = vault.seal(b"secret", *PLACE)
    assert sealed != vault.seal(b"secret", *PLACE)
    assert b"secret" not in sealed
    assert vault.open(sealed, *PLACE) == b"secret"
    strangers = [(Vault(bytes(32)), sealed, PLACE), (vault, sealed, ("device_keys.next", PLACE[1]))]
    strangers += [(vault, sealed, (PLACE[0], "another")), (vault, sealed[:-1], PLACE), (vault, b"", PLACE)]
    strangers += [(vault, sealed[:-1] + bytes([sealed[-1] ^ 1]), PLACE)]
    for other, content, place in strangers:
        with pytest.raises(StartError, match=r"put back the master\.key"):
            other.open(content, *place)
