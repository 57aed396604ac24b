"""Built parts are kept and found again; what is not whole counts as absent."""

import os

from twig.release import parts
from twig.release.explain import Names
from twig.release.parts import Parts

ONE = Parts(
    "s26", {"boot.py": b"\0\xff"}, {"a.mpy": b"M"}, Names({"e": "tick"}, {"n": {"r": "_one"}}, {"n": "fw_n"})
)


def test_kept(tmp_path):
    assert parts.load("k", tmp_path) is None
    parts.keep("k", ONE, tmp_path / "store")
    assert parts.load("k", tmp_path / "store") == ONE
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["k.json"]


def test_not_whole(tmp_path):
    parts.keep("k", ONE, tmp_path)
    path = tmp_path / "k.json"
    path.write_bytes(path.read_bytes()[:-5])
    assert parts.load("k", tmp_path) is None
    path.write_text('{"board": "s26"}')
    assert parts.load("k", tmp_path) is None


def test_only_the_newest(tmp_path):
    for i in range(parts.MOST_KEPT + 3):
        parts.keep(f"k{i}", ONE, tmp_path)
        os.utime(tmp_path / f"k{i}.json", (i, i))
    parts.keep("last", ONE, tmp_path)
    kept = {path.stem for path in tmp_path.iterdir()}
    assert len(kept) == parts.MOST_KEPT
    assert "last" in kept
    assert "k0" not in kept


def test_image_has_the_files():
    assert len(ONE.image()) == 98 * 4096
    assert len(ONE.full({"config.json": b"{}"})) == 1 << 20
