"""Random secrets of 32 bytes. Whoever reads the database finds their hashes, which open nothing."""

import hashlib
import hmac
import secrets

BYTES = 32  # beyond all guessing, so that a plain hash without salt is enough
PREFIX = "twig_"  # tells a person, and a scanner of leaked secrets, what it is


def new_session() -> str:
    """What a browser's cookie holds."""
    return secrets.token_urlsafe(BYTES)


def new_token() -> str:
    """What a program sends."""
    return PREFIX + secrets.token_urlsafe(BYTES)


def key_of(secret: str) -> bytes:
    """What is kept of a secret, 32 bytes; it is found by that, so that no comparison tells by its time."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def csrf_of(session: str) -> str:
    """The token in a session's forms: only who has the cookie can make it, and it does not tell that."""
    return hmac.digest(session.encode("utf-8", "replace"), b"csrf", "sha256").hex()


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))
