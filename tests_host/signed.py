"""Small releases and the keys that sign them; a key takes half a second to make, so each is made once."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from twig.release import manifest, package, private_key, signature, slot, trust
from twig.release.package import Package, Signature

FILES = {"a.mpy": b"a" * 100, "b.mpy": b"b" * 5000, "c.html": bytes(range(256)) * 8}


def key(number: int = 0) -> RSAPrivateKey:
    """The key of that number, of 3,072 bits."""
    return _made(number)


@cache
def _made(number: int) -> RSAPrivateKey:
    return generate_private_key(65537, 3072)


def modulus(number: int = 0) -> int:
    """What a plug knows of it."""
    return private_key.modulus(key(number))


def fingerprint(number: int = 0) -> str:
    """What people know it by, without spaces."""
    return trust.fingerprint(modulus(number)).replace(" ", "")


def pem(number: int = 0) -> str:
    """Its public half."""
    return private_key.public_pem(key(number)).decode()


def release(
    sequence: int = 1,
    *,
    board: str = "s26",
    files: dict[str, bytes] | None = None,
    keys: tuple[int, ...] = (0,),
    version: str = "0.1.0",
) -> Package:
    """A release of some small files, signed by the keys of these numbers."""
    image = slot.pack(files or FILES)
    made = package.make(image, manifest.describe(image, version, sequence, [board]))
    for number in keys:
        raw = signature.sign(key(number), made.raw)
        made = made.signed(Signature(signature.name(modulus(number)), raw))
    return made
