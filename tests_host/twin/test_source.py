"""The source and the toolchain are found, or one line says what is missing."""

import hashlib
import platform
import shutil
import tarfile
from pathlib import Path

import pytest

from twig.twin import apt, source, toolchain
from twig.twin.errors import TwinUnavailable


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Bytes that stand for the archive: its pinned hash is theirs."""
    made = b"an archive"
    monkeypatch.setattr(source, "SHA256", hashlib.sha256(made).hexdigest())
    return made


def broken(path: Path) -> None:
    raise TwinUnavailable("no network")


def test_the_cache_comes_first(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_by_apt", broken)
    (tmp_path / source.FILE).write_bytes(content)
    assert source.archive(tmp_path) == tmp_path / source.FILE


def test_a_named_file_is_checked(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.tar.xz"
    mine.write_bytes(content)
    monkeypatch.setenv(source.VARIABLE, str(mine))
    assert source.archive(tmp_path / "cache") == mine
    mine.write_bytes(b"another")
    for _ in range(2):
        with pytest.raises(TwinUnavailable) as raised:
            source.archive(tmp_path / "cache")
        for part in (source.VARIABLE, source.FILE, source.SHA256):
            assert part in raised.value.text
        mine.unlink(missing_ok=True)


def test_a_damaged_download_is_not_kept(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_by_apt", lambda target: target.write_bytes(b"half"))
    monkeypatch.setattr(source, "_by_snapshot", lambda target: target.write_bytes(content))
    assert source.archive(tmp_path).read_bytes() == content


def test_no_way_at_all_is_one_clear_line(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_by_apt", broken)
    monkeypatch.setattr(source, "_by_snapshot", broken)
    with pytest.raises(TwinUnavailable) as raised:
        source.archive(tmp_path)
    for part in (source.VARIABLE, source.FILE, source.SHA256, "no network"):
        assert part in raised.value.text
    assert "\n" not in raised.value.text


@pytest.mark.parametrize("filters", [True, False])
def test_a_python_without_tar_filters_unpacks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filters: bool
) -> None:
    """Debian 12's 3.11.2 has none."""
    if not filters:
        for name in ("data_filter", "tar_filter", "fully_trusted_filter"):
            monkeypatch.delattr(tarfile, name, raising=False)
        monkeypatch.setattr(tarfile.TarFile, "extractall", extractall)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "py.c").write_text("x")
    with tarfile.open(tmp_path / "a.tar.xz", "w:xz") as tar:
        tar.add(tmp_path / "in", "micropython-1")
    assert (source.unpack(tmp_path / "a.tar.xz", tmp_path / "out") / "py.c").read_text() == "x"


def extractall(self: tarfile.TarFile, path: Path) -> None:
    """As in 3.11.2: no word of filters."""
    for member in self:
        content = self.extractfile(member)
        if content:
            (path / member.name).parent.mkdir(parents=True, exist_ok=True)
            (path / member.name).write_bytes(content.read())


def test_another_processor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(TwinUnavailable, match="aarch64"):
        toolchain.check()


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(TwinUnavailable, match="make and dpkg-deb"):
        toolchain.check()


def test_apt_keeps_the_machines_proxies_but_not_its_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    dump = ['Acquire::http::Proxy "http://proxy:1/";', 'APT::Update::Post-Invoke:: "rm x";', 'Dir "/";']
    monkeypatch.setattr(apt, "_output", lambda *command: dump)
    assert apt.machine_options() == dump[:1]


def test_the_mirror_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "'http://security.example/debian-security/dists/bookworm-security/InRelease' name 0 ",
        "'http://mirror.example/debian/dists/bookworm/InRelease' name 0 ",
    ]
    monkeypatch.setattr(apt, "_output", lambda *command: lines)
    assert apt.mirror() == "http://mirror.example/debian"
    monkeypatch.setattr(apt, "_output", lambda *command: [])
    with pytest.raises(TwinUnavailable, match="no Debian mirror"):
        apt.mirror()
