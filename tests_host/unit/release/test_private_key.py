"""The key that signs: sealed, for its owner only, and never inside a repository."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests_host import signed
from twig import files
from twig.release import private_key, signers
from twig.release.errors import BadKey

WORDS = "four words of nonsense"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a key takes half a second; any of that size does here."""
    monkeypatch.setattr(private_key, "generate_private_key", lambda exponent, bits: signed.key())


def test_a_new_key_is_sealed_and_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "r.key"
    made = private_key.make(path, WORDS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["r.key", "r.pub"]
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert private_key.is_private(path) and private_key.is_sealed(path)
    assert not private_key.is_private(tmp_path / "r.pub")
    assert private_key.modulus(private_key.load(path, WORDS)) == private_key.modulus(made)
    assert signers.load([tmp_path / "r.pub"])[0].modulus == private_key.modulus(made)


def test_it_is_its_owners_from_the_first_byte_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes, opened = [], os.open

    def watch(path: str, flags: int, mode: int = 0o777) -> int:
        modes.append((flags & os.O_EXCL > 0, mode)) if "r.key" in str(path) else None
        return opened(path, flags, mode)

    monkeypatch.setattr(files.os, "open", watch)
    private_key.make(tmp_path / "r.key", WORDS)
    assert modes == [(True, 0o600)]


def test_a_key_of_that_size_is_really_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = private_key.make(tmp_path / "r.key", None)
    assert (made.key_size, made.public_key().public_numbers().e) == (3072, 65537)
    assert not private_key.is_sealed(tmp_path / "r.key")
    assert private_key.modulus(private_key.load(tmp_path / "r.key", None)) == private_key.modulus(made)


def test_nothing_is_replaced(tmp_path: Path) -> None:
    for name in ("r.key", "r.pub"):
        (tmp_path / name).write_text("precious")
        with pytest.raises(BadKey, match=rf"{name} is there already"):
            private_key.make(tmp_path / "r.key", WORDS)
        assert [each.read_text() for each in tmp_path.iterdir()] == ["precious"]
        (tmp_path / name).unlink()


def test_two_that_make_the_same_file_at_once(tmp_path: Path) -> None:
    files.create(tmp_path / "one", b"first")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "one", b"second")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("one", b"first")]


def test_a_stick_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", link)
    private_key.make(tmp_path / "r.key", WORDS)
    assert private_key.is_private(tmp_path / "r.key")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "r.key", b"second")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["r.key", "r.pub"]
    assert private_key.is_private(tmp_path / "r.key")


def git(folder: Path, *arguments: str) -> None:
    """Runs git."""
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, timeout=20)


def test_never_inside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    inner = tmp_path / "deep" / "er"
    inner.mkdir(parents=True)
    for path in (tmp_path / "r.key", inner / "r.key"):
        with pytest.raises(BadKey, match="would lie in a git repository"):
            private_key.make(path, WORDS)
    (tmp_path / "link").symlink_to(inner)
    monkeypatch.chdir(inner)
    for path in (Path("r.key"), tmp_path / "link" / "r.key", Path("..") / "r.key"):
        with pytest.raises(BadKey, match="would lie in a git repository"):
            private_key.make(path, WORDS)
    assert not list(tmp_path.rglob("r.*"))
    (tmp_path / ".gitignore").write_text("*.key\n")
    private_key.make(inner / "r.key", WORDS)
    assert private_key.is_private(inner / "r.key")


def test_a_worktree_is_a_repository_too(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    with pytest.raises(BadKey, match="would lie in a git repository"):
        private_key.make(tmp_path / "r.key", WORDS)


def test_where_git_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("*.key\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadKey, match="would lie in a git repository"):
        private_key.make(tmp_path / "r.key", WORDS)


@pytest.mark.parametrize("words", ["", "elevenchars"])
def test_a_short_passphrase(tmp_path: Path, words: str) -> None:
    with pytest.raises(BadKey, match="at least 12 characters"):
        private_key.make(tmp_path / "r.key", words)
    assert not list(tmp_path.iterdir())


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadKey, match="There is no folder"):
        private_key.make(tmp_path / "none" / "r.key", WORDS)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """A private key that nothing seals."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "passphrase", "words"),
    [
        (b"", None, "holds no private key"),
        (signed.pem().encode(), None, "holds no private key"),
        (pem(rsa.generate_private_key(65537, 2048)), None, "no RSA key of 3,072 bits"),
        (pem(ec.generate_private_key(ec.SECP256R1())), None, "no RSA key of 3,072 bits"),
        (pem(signed.key())[:-60], None, "it is damaged"),
    ],
)
def test_what_cannot_sign(tmp_path: Path, content: bytes, passphrase: str | None, words: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadKey, match=words):
        private_key.load(tmp_path / "x", passphrase)


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    private_key.make(tmp_path / "r.key", WORDS)
    with pytest.raises(BadKey, match="the passphrase is wrong"):
        private_key.load(tmp_path / "r.key", "four words of sense, all")
    with pytest.raises(BadKey, match="needs its passphrase"):
        private_key.load(tmp_path / "r.key", None)
    with pytest.raises(BadKey, match="Cannot read"):
        private_key.load(tmp_path / "none", None)


def test_names() -> None:
    assert private_key.public(Path("a/update.key")) == Path("a/update.pub")
    assert private_key.public(Path("a/update")) == Path("a/update.pub")
    assert private_key.public(Path("a/update.pub")) == Path("a/update.pub.pub")
