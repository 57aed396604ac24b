"""The public keys for `twig flash --trust`: what is taken, and one line for each that is not."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests_host.keys import MODULI, public
from twig.release import signers
from twig.release.errors import BadKey

SPKI = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
LINE = "-----BEGIN PUBLIC KEY-----\n"
Keep = Callable[[bytes], Path]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Writes a key's file."""

    def write(content: bytes) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pub"
        path.write_bytes(content)
        return path

    return write


def complaint(*paths: Path) -> str:
    """The one line that says what is wrong."""
    with pytest.raises(BadKey) as caught:
        signers.load(paths)
    assert "\n" not in caught.value.text
    return caught.value.text


def test_one_two_or_no_keys_in_their_order(keep):
    first, second = keep(public(0)), keep(b"a note\n" + public(1).replace(b"\n", b"\r\n"))
    assert signers.load([]) == ()
    assert [each.modulus for each in signers.load([second, first])] == [MODULI[1], MODULI[0]]
    assert len({each.fingerprint for each in signers.load([first, second])}) == 2


def test_three_keys(keep):
    assert "at most two keys, and 3 are given" in complaint(*(keep(public(0)) for _ in range(3)))


def test_the_same_key_twice(keep):
    assert "hold the same key" in complaint(keep(public(0)), keep(b"\n" + public(0)))


@pytest.mark.parametrize("bits", [1024, 2048, 3071, 3080, 4096])
def test_another_size(keep, bits):
    key = RSAPublicNumbers(65537, (1 << bits - 1) + 1).public_key()
    said = complaint(keep(key.public_bytes(*SPKI)))
    assert f"a key of {bits:,} bits, not 3,072" in said
    assert "docs/flashing.md" in said


def test_another_exponent(keep):
    key = RSAPublicNumbers(3, MODULI[0]).public_key()
    assert "has the exponent 3, not 65537" in complaint(keep(key.public_bytes(*SPKI)))


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate]
)
def test_another_kind_of_key(keep, make):
    assert "holds no RSA key" in complaint(keep(make().public_key().public_bytes(*SPKI)))


@pytest.mark.parametrize(
    ("form", "sealed"),
    [
        (PrivateFormat.PKCS8, NoEncryption()),
        (PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
        (PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        (PrivateFormat.OpenSSH, NoEncryption()),
    ],
)
def test_a_private_key_is_refused_and_not_shown(keep, form, sealed):
    raw = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, form, sealed)
    said = complaint(keep(raw))
    assert "holds a private key" in said
    assert "-pubout -out KEY.pub" in said
    assert raw.splitlines()[2].decode() not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no public key in PEM"),
        (b"ssh-rsa AAAAB3NzaC1yc2E= me@here\n", "no public key in PEM"),
        (b"-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n", "no public key in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no public key in PEM"),
        (bytes(range(256)) * 1000, "no public key in PEM"),
        (public(0) + public(1), "more than one key"),
        (LINE.encode(), "is damaged"),
        (LINE.encode() + b"AAAA\n-----END PUBLIC KEY-----\n", "is damaged"),
        (public(0)[:400], "is damaged"),
        (public(0).replace(b"MII", b"MIJ", 1), "is damaged"),
        (public(0).replace(b"=", b"!"), "is damaged"),
    ],
)
def test_what_is_no_key(keep, content, words):
    path = keep(content)
    said = complaint(path)
    assert words in said
    assert str(path) in said


def test_what_cannot_be_read(tmp_path):
    assert "Cannot read" in complaint(tmp_path / "none.pub")
    assert "Cannot read" in complaint(tmp_path)


def test_the_fingerprint_is_what_the_page_has_openssl_print(keep):
    if not shutil.which("openssl"):
        pytest.skip("no openssl here")
    path = keep(public(0))
    command = ["openssl", "rsa", "-pubin", "-in", str(path), "-noout", "-modulus"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    shown = hashlib.sha256(bytes.fromhex(said.partition("=")[2])).hexdigest()
    assert signers.load([path])[0].fingerprint.replace(" ", "") == shown


def test_a_generated_key(keep):
    key = rsa.generate_private_key(65537, 3072).public_key()
    assert signers.load([keep(key.public_bytes(*SPKI))])[0].modulus == key.public_numbers().n
