"""Signatures: OpenSSL's command line takes ours, we take its, and nothing else."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests_host import signed
from twig.release import private_key, signature
from twig.release.errors import BadSignature

MANIFEST = b'{"version":"0.1.0"}'
OPENSSL_S = 20


def openssl(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """OpenSSL's command line in a folder."""
    return subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=OPENSSL_S
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The manifest, its signature, and the key's halves."""
    (tmp_path / "manifest").write_bytes(MANIFEST)
    (tmp_path / "signature").write_bytes(signature.sign(signed.key(), MANIFEST))
    (tmp_path / "key.pub").write_text(signed.pem())
    private_key.make(tmp_path / "made.key", "four words of nonsense")
    return tmp_path


VERIFY = ("dgst", "-sha256", "-verify", "key.pub", "-signature", "signature", "manifest")


def test_openssl_takes_our_signature(folder: Path) -> None:
    done = openssl(*VERIFY, folder=folder)
    assert (done.returncode, done.stdout) == (0, "Verified OK\n")
    (folder / "manifest").write_bytes(MANIFEST + b" ")
    assert openssl(*VERIFY, folder=folder).returncode != 0


def test_we_take_that_of_openssl_with_a_key_that_we_made(folder: Path) -> None:
    opened = ("-sign", "made.key", "-passin", "pass:four words of nonsense")
    done = openssl("dgst", "-sha256", *opened, "-out", "by-it", "manifest", folder=folder)
    assert done.returncode == 0, done.stderr
    key = private_key.load(folder / "made.key", "four words of nonsense")
    made = (folder / "by-it").read_bytes()
    assert made == signature.sign(key, MANIFEST)
    signature.check(private_key.modulus(key), MANIFEST, made)


def test_openssl_takes_the_parts_of_a_file(folder: Path) -> None:
    """At the places that docs/protocol.md names."""
    made = signed.release(3)
    raw = made.encode()
    (folder / "signature").write_bytes(raw[50 : 50 + 384])
    (folder / "manifest").write_bytes(raw[434 : 434 + len(made.raw)])
    assert openssl(*VERIFY, folder=folder).stdout == "Verified OK\n"


def test_another_manifest_is_told_from_another_signature() -> None:
    good = signature.sign(signed.key(), MANIFEST)
    with pytest.raises(BadSignature, match="The manifest was changed after it was signed"):
        signature.check(signed.modulus(), MANIFEST + b" ", good)
    for wrong in (good[:-1] + bytes([good[-1] ^ 1]), good[:-1], good + b"\0", b"", bytes(384), b"\xff" * 384):
        with pytest.raises(BadSignature, match="The signature is damaged"):
            signature.check(signed.modulus(), MANIFEST, wrong)
    with pytest.raises(BadSignature, match="not by the key that it names"):
        signature.check(signed.modulus(1), MANIFEST, good)


def test_no_other_scheme() -> None:
    key = signed.key()
    for other in (
        key.sign(MANIFEST, padding.PKCS1v15(), hashes.SHA512()),
        key.sign(MANIFEST, padding.PKCS1v15(), hashes.SHA224()),
        key.sign(MANIFEST, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
    ):
        with pytest.raises(BadSignature):
            signature.check(signed.modulus(), MANIFEST, other)


def test_the_name_is_the_fingerprint() -> None:
    assert signature.name(signed.modulus()).hex() == signed.fingerprint()
