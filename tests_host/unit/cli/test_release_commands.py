"""`twig release`: from a key to what a hub has."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host import signed
from tests_host.unit.cli.conftest import Server, one_line
from twig.release import package, passphrase, private_key, releases, signature, trust
from twig.release.package import Package

Run = Callable[..., tuple[int, str, str]]
WORDS = "four words of nonsense"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of every key here, by the environment; nobody types anything."""
    monkeypatch.setenv(passphrase.VARIABLE, WORDS)
    monkeypatch.setattr("sys.stdin", io.StringIO())


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private key's file, the public one beside it."""
    return made_key(tmp_path, monkeypatch)


def made_key(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int = 0) -> Path:
    """The same of the key of that number."""
    monkeypatch.setattr(private_key, "generate_private_key", lambda exponent, bits: signed.key(number))
    private_key.make(folder / f"{number}.key", WORDS)
    return folder / f"{number}.key"


def written(folder: Path, made: Package) -> str:
    """The path of a release in a file."""
    path = folder / releases.name(made)
    releases.write(path, made)
    return str(path)


def test_a_key_is_made_and_shown(tmp_path: Path, twig: Run) -> None:
    path = tmp_path / "r.key"
    code, out, err = twig("release", "key", "new", str(path))
    assert (code, err) == (0, "")
    modulus = private_key.modulus(private_key.load(path, WORDS))
    assert out.splitlines()[-1] == f"Fingerprint  {trust.fingerprint(modulus)}"
    for file in (path, path.with_suffix(".pub")):
        assert twig("release", "key", "show", str(file)) == (0, f"{trust.fingerprint(modulus)}\n", "")
    code, out, err = twig("release", "key", "new", str(path))
    assert (code, out) == (1, "")
    assert "is there already" in one_line(err)


def test_where_a_passphrase_comes_from(
    tmp_path: Path, key: Path, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(passphrase.VARIABLE)
    code, _, err = twig("release", "key", "show", str(key))
    assert code == 1
    assert "give --passphrase-file FILE or set TWIG_RELEASE_PASSPHRASE" in one_line(err)
    file = tmp_path / "words"
    file.write_text(f"{WORDS}\nanother line\n")
    assert twig("release", "key", "show", str(key), "--passphrase-file", str(file))[0] == 0
    for content, said in (
        (b"", "is empty"),
        (b"\xff\n", "no text in UTF-8"),
        (b"wrong words here\n", "is wrong"),
    ):
        file.write_bytes(content)
        code, _, err = twig("release", "key", "show", str(key), "--passphrase-file", str(file))
        assert (code, said in one_line(err)) == (1, True)
    monkeypatch.setattr(passphrase.sys.stdin, "isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr(passphrase.typer, "prompt", lambda text, **more: asked.append(more) or WORDS)
    assert twig("release", "key", "new", str(tmp_path / "asked.key"))[0] == 0
    assert twig("release", "key", "show", str(key))[0] == 0
    assert [each["confirmation_prompt"] for each in asked] == [True, False]
    assert all(each["hide_input"] for each in asked)


def test_it_is_signed_by_one_and_by_another(
    tmp_path: Path, key: Path, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, signed.release(keys=()))
    other = made_key(tmp_path, monkeypatch, 1)
    said = twig("release", "show", path)[1]
    assert "Signature    none yet" in said
    for each in (key, key, other):
        assert twig("release", "sign", path, "--key", str(each))[0] == 0
    assert package.read(Path(path)) == signed.release(keys=(0, 1))
    code, said, _ = twig("release", "show", path, "--trust", str(key.with_suffix(".pub")), "--json")
    states = [(each["fingerprint"], each["state"]) for each in json.loads(said)["signatures"]]
    assert states == [(signed.fingerprint(0), "good"), (signed.fingerprint(1), "unchecked")]
    third = made_key(tmp_path, monkeypatch, 2)
    code, _, err = twig("release", "sign", path, "--key", str(third))
    assert (code, "two signatures, which is the most" in one_line(err)) == (1, True)
    assert package.read(Path(path)) == signed.release(keys=(0, 1))


def test_what_is_wrong_is_named(tmp_path: Path, key: Path, twig: Run) -> None:
    made = signed.release()
    path = Path(written(tmp_path, made))
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + b"\0")
    code, _, err = twig("release", "show", str(path))
    assert (code, "The image is not that of its manifest" in one_line(err)) == (1, True)
    path.write_bytes(raw.replace(b'"version":"0.1.0"', b'"version":"0.1.1"'))
    for wrong, words in (
        (
            raw.replace(b'"version":"0.1.0"', b'"version":"0.1.1"'),
            "The manifest was changed after it was signed",
        ),
        (raw[:300] + bytes([raw[300] ^ 1]) + raw[301:], "The signature is damaged"),
    ):
        path.write_bytes(wrong)
        code, out, err = twig("release", "show", str(path), "--trust", str(key.with_suffix(".pub")))
        assert code == 1
        assert f"bad: {words}" in out
        assert "has a signature that is not good" in one_line(err)


def test_what_a_plug_has_to_fetch(tmp_path: Path, twig: Run) -> None:
    old = written(tmp_path, signed.release(1))
    new = written(tmp_path, signed.release(2, files={**signed.FILES, "b.mpy": b"B" * 5000}))
    out = twig("release", "show", new, "--against", old)[1]
    assert "5,012 bytes in 5 requests, from 0.1.0, sequence 1: 2 of 3 segments are shared" in out
    assert json.loads(twig("release", "show", new, "--json")[1])["update"]["shared"] == 0
    code, _, err = twig("release", "show", new, "--against", written(tmp_path, signed.release(board="basic")))
    assert (code, "is for another board" in one_line(err)) == (1, True)


def test_published_on_first_use(tmp_path: Path, key: Path, server: Server, twig: Run) -> None:
    made = signed.release(3)
    path, public = written(tmp_path, made), str(key.with_suffix(".pub"))
    code, out, err = twig("release", "publish", path)
    assert (code, out) == (1, "")
    assert "the hub trusts no key yet. Say --trust KEY.pub once." in one_line(err)
    assert server.hub.releases.keys == ()
    code, out, err = twig("release", "publish", path, "--trust", public, "--yes")
    assert (code, err) == (0, "")
    assert signed.fingerprint() in out.replace(" ", "")
    assert twig("release", "publish", path)[0] == 0
    fields = one_line(twig("release", "list")[1]).rstrip("\n").split("\t")
    assert fields[:4] == ["s26", "0.1.0", "3", str(len(made.image))]
    assert fields[5] == made.digest
    assert one_line(twig("release", "trust")[1]).replace(" ", "").strip() == signed.fingerprint()


def test_nothing_is_trusted_without_a_word(
    tmp_path: Path, key: Path, server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, public = written(tmp_path, signed.release()), str(key.with_suffix(".pub"))
    for command in (("publish", path, "--trust", public), ("trust", public)):
        assert twig("release", *command)[0] == 130  # nobody answers
        assert server.hub.releases.keys == ()


def test_another_key_than_the_hubs(tmp_path: Path, key: Path, server: Server, twig: Run) -> None:
    twig("release", "trust", str(key.with_suffix(".pub")), "--yes")
    path = written(tmp_path, signed.release(keys=(1,)))
    code, _, err = twig("release", "publish", path)
    assert code == 1
    assert signed.fingerprint(1) in one_line(err).replace(" ", "")
    assert "does not trust that key" in err
    assert server.hub.releases.all() == []


def test_an_unsigned_one_and_an_older_one(tmp_path: Path, key: Path, server: Server, twig: Run) -> None:
    twig("release", "trust", str(key.with_suffix(".pub")), "--yes")
    code, _, err = twig("release", "publish", written(tmp_path, signed.release(keys=())))
    assert (code, "'twig release sign' does that" in one_line(err)) == (1, True)
    assert twig("release", "publish", written(tmp_path, signed.release(5)))[0] == 0
    older = written(tmp_path, signed.release(4))
    code, _, err = twig("release", "publish", older)
    assert (code, "sequence 4, and 5 is published" in one_line(err)) == (1, True)
    assert twig("release", "publish", older, "--older")[0] == 0
    assert [each.sequence for each in server.hub.releases.all()] == [5, 4]


def test_a_key_is_dropped(tmp_path: Path, key: Path, server: Server, twig: Run) -> None:
    twig("release", "trust", str(key.with_suffix(".pub")), "--yes")
    twig("release", "publish", written(tmp_path, signed.release()))
    name = trust.grouped(signed.fingerprint()).upper()
    assert twig("release", "trust", "--drop", name)[0] == 130
    assert twig("release", "trust", "--drop", name, "--yes") == (0, "", "")
    assert server.hub.releases.all() == []
    code, _, err = twig("release", "trust", "--drop", name, "--yes")
    assert (code, "No key" in one_line(err)) == (1, True)


def test_the_next_sequence(
    tmp_path: Path, key: Path, server: Server, twig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, int]] = []

    def build(board: str, sequence: int) -> Package:
        built.append((board, sequence))
        return signed.release(sequence, board=board, keys=())

    monkeypatch.setattr(releases, "build", build)
    twig("release", "trust", str(key.with_suffix(".pub")), "--yes")
    twig("release", "publish", written(tmp_path, signed.release(41)))
    for board in ("s26", "basic"):
        assert twig("release", "build", "--board", board, "--out", str(tmp_path / "out"))[0] == 0
    assert built == [("s26", 42), ("basic", 1)]
    assert package.read(tmp_path / "out" / "s26-0.1.0-42.twig").manifest.sequence == 42
    code, _, err = twig("release", "build", "--board", "s26", "--hub", "http://127.0.0.1:1")
    assert (code, "Or say --sequence N." in one_line(err)) == (1, True)
    assert twig("release", "build", "--board", "s26", "--sequence", "7", "--out", str(tmp_path))[0] == 0
    assert built[-1] == ("s26", 7)


def test_a_board_that_is_none(tmp_path: Path, twig: Run) -> None:
    code, _, err = twig("release", "build", "--board", "s27", "--sequence", "1")
    assert (code, "There is no board 's27': --board is one of basic," in one_line(err)) == (1, True)


def test_what_was_signed_stays_signed(tmp_path: Path, key: Path, twig: Run) -> None:
    """Signing writes a whole file or none."""
    path = written(tmp_path, signed.release(keys=()))
    twig("release", "sign", path, "--key", str(key))
    found = package.read(Path(path))
    signature.check(signed.modulus(), found.raw, found.signatures[0].raw)
    assert not list(tmp_path.glob("*.new"))
