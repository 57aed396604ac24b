"""What the hub uses of OpenSSL beyond pyOpenSSL's public face; the import checks that all of it is there."""

from collections.abc import Callable
from typing import Any

import cryptography
import OpenSSL
from cryptography.hazmat.bindings.openssl.binding import Binding
from OpenSSL import SSL

from twig.hub.errors import TlsMissing

# From which version on, and below which one: the bindings are no public face, and the tests ran with these.
TESTED = {"pyOpenSSL": ((26, 4), (26, 5)), "cryptography": ((50,), (51,))}
NAMES = (
    "Cryptography_SSL_SESSION_new", "SSL_CIPHER_find", "SSL_CTX_set1_curves_list",
    "SSL_CTX_set_psk_find_session_callback", "SSL_MODE_RELEASE_BUFFERS", "SSL_SESSION_set1_master_key",
    "SSL_SESSION_set_cipher", "SSL_SESSION_set_protocol_version", "TLS1_3_VERSION",
)  # fmt: skip
# openssl/ssl.h: take psk_ke. There is no option that refuses psk_dhe_ke.
ALLOW_NO_DHE_KEX = 1 << 10
# A group that TLS 1.3 does not know: with it alone, a client that wants a key exchange finds none.
NO_GROUP = b"brainpoolP256r1"
SUITE, SUITE_ID = b"TLS_AES_128_CCM_SHA256", b"\x13\x04"
FOUND = {"pyOpenSSL": OpenSSL.__version__, "cryptography": cryptography.__version__}

_binding = Binding()
ffi, lib = _binding.ffi, _binding.lib


def check(versions: dict[str, str], bound: Any) -> None:
    """TlsMissing unless these versions were tested and `bound` has every name."""
    tested = all(_within(version, *TESTED[name]) for name, version in versions.items())
    if not tested or not all(hasattr(bound, name) for name in NAMES):
        raise _missing(versions)


def _within(version: str, low: tuple[int, ...], high: tuple[int, ...]) -> bool:
    numbers = tuple(int(part) for part in version.split(".")[:2])
    return low <= numbers < high


def _missing(versions: dict[str, str]) -> TlsMissing:
    wanted = [f"{name}>={_text(low)},<{_text(high)}" for name, (low, high) in TESTED.items()]
    return TlsMissing(versions, wanted)


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def shared_key_alone(context: SSL.Context) -> None:
    """Let a context take psk_ke with one suite, and nothing else."""
    context.set_tls13_ciphersuites(SUITE)
    context.set_options(ALLOW_NO_DHE_KEX)
    if lib.SSL_CTX_set1_curves_list(context._context, NO_GROUP) != 1:
        raise _missing(FOUND)


def save_memory(context: SSL.Context) -> None:
    """Keep no buffers for connections that are silent."""
    context.set_mode(lib.SSL_MODE_RELEASE_BUFFERS)


def ask(context: SSL.Context, key: Callable[[bytes], bytes]) -> object:
    """Have `key` give the 32 bytes for an identity. The result must live as long as the context."""

    def find(ssl: Any, identity: Any, size: int, found: Any) -> int:
        found[0] = session(ssl, key(bytes(ffi.buffer(identity, size))))
        return 1

    kept: object = ffi.callback("int(SSL *, const unsigned char *, size_t, SSL_SESSION **)", find)
    lib.SSL_CTX_set_psk_find_session_callback(context._context, kept)
    return kept


def session(ssl: Any, key: bytes) -> Any:
    """The form in which OpenSSL takes a shared key; OpenSSL frees it."""
    made = lib.Cryptography_SSL_SESSION_new()
    lib.SSL_SESSION_set1_master_key(made, key, len(key))
    lib.SSL_SESSION_set_cipher(made, lib.SSL_CIPHER_find(ssl, SUITE_ID))
    lib.SSL_SESSION_set_protocol_version(made, lib.TLS1_3_VERSION)
    return made


check(FOUND, lib)
