"""The private key that signs releases: makes one, reads one. It stays out of every repository."""

import subprocess
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from twig import files
from twig.release.errors import BadKey
from twig.release.signers import BITS, EXPONENT, PRIVATE, read

SUFFIX = ".pub"
SEALED = b"ENCRYPTED"
LEAST_PASSPHRASE = 12  # characters; PEM makes each guess cheap
GIT_S = 10.0  # git answers in milliseconds; past this it hangs


def make(path: Path, passphrase: str | None) -> RSAPrivateKey:
    """A new key in a new file for its owner only, sealed by the passphrase, and the public one beside it.

    BadKey; there is no private key then. Without a passphrase the file alone can sign: for demonstrations.
    """
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        raise BadKey(f"A passphrase has at least {LEAST_PASSPHRASE} characters: take some words.")
    check_free(path)
    other = public(path)
    key = generate_private_key(EXPONENT, BITS)
    seal = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    try:
        files.create(other, public_pem(key))
        files.create(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, seal), files.OWNER)
    except OSError as error:
        raise BadKey(f"Cannot write {path} and {other}: {error.strerror}.") from None
    return key


def public(path: Path) -> Path:
    """Where the public key of that private one is put."""
    return path.with_suffix(SUFFIX) if path.suffix != SUFFIX else path.with_name(path.name + SUFFIX)


def public_pem(key: RSAPrivateKey) -> bytes:
    """What may be shown, and what `twig flash --trust` takes."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def check_free(path: Path) -> None:
    """BadKey where a key is already, or where the next `git add` would take one into a repository."""
    for each in (path, public(path)):
        if each.exists():
            raise BadKey(f"{each} is there already; choose another name: a lost key cannot be made again.")
    folder = path.absolute().parent.resolve()
    if not folder.is_dir():
        raise BadKey(f"There is no folder {folder}; make it first.")
    repository = any((each / ".git").exists() for each in (folder, *folder.parents))
    if repository and not _ignored(folder / path.name):
        raise BadKey(
            f"{path} would lie in a git repository, which a private key must never enter. "
            "Choose a place outside, or one that its .gitignore names."
        )


def _ignored(path: Path) -> bool:
    """Whether git says that it leaves the file alone; not so when git cannot be asked."""
    command = ["git", "-C", str(path.parent), "check-ignore", "--quiet", str(path)]
    try:
        return subprocess.run(command, capture_output=True, timeout=GIT_S).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def is_private(path: Path) -> bool:
    """Whether a file holds a private key. BadKey for one that cannot be read."""
    return PRIVATE in read(path)


def is_sealed(path: Path) -> bool:
    """Whether a passphrase is needed. BadKey for a file that cannot be read."""
    return SEALED in read(path)


def load(path: Path, passphrase: str | None) -> RSAPrivateKey:
    """The key in a file; BadKey says what is wrong with it. The passphrase counts where it is sealed."""
    content = read(path)
    if PRIVATE not in content:
        raise BadKey(f"{path} holds no private key in PEM; name the file that 'twig release key new' made.")
    sealed = passphrase.encode() if passphrase is not None and SEALED in content else None
    try:
        key = load_pem_private_key(content, sealed)
    except TypeError:
        raise BadKey(f"{path} needs its passphrase.") from None
    except (ValueError, UnsupportedAlgorithm):
        why = "the passphrase is wrong, or the file is damaged" if sealed else "it is damaged"
        raise BadKey(f"{path} cannot be opened: {why}.") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size != BITS or _exponent(key) != EXPONENT:
        raise BadKey(f"{path} holds no RSA key of {BITS:,} bits, which alone plugs take.")
    return key


def modulus(key: RSAPrivateKey) -> int:
    """The number that plugs know the key by."""
    return key.public_key().public_numbers().n


def _exponent(key: RSAPrivateKey) -> int:
    return key.public_key().public_numbers().e
