"""AES-CCM against the library `cryptography`, the key schedule against the traces of RFC 8448."""

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from firmware.network import ccm, hkdf

MOST = 1025  # bytes of a record's clear text
ZERO = bytes(32)


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=12, max_size=12),
    st.binary(min_size=5, max_size=5),
    st.binary(min_size=1, max_size=MOST),
)
def test_as_a_library_has_it(key: bytes, nonce: bytes, head: bytes, clear: bytes) -> None:
    data = bytearray(clear)
    cipher = ccm.cipher(key)
    mac = ccm.tag(cipher, nonce, head, memoryview(data))
    ccm.crypt(cipher, nonce, memoryview(data))
    assert bytes(data) + mac == AESCCM(key, ccm.TAG).encrypt(nonce, clear, head)
    ccm.crypt(cipher, nonce, memoryview(data))
    assert bytes(data) == clear


def test_chunks_and_blocks_at_their_edges() -> None:
    cipher = ccm.cipher(bytes(16))
    for size in (1, 15, 16, 17, 255, 256, 257, 511, 512, 513, MOST):
        data = bytearray(size)
        mac = ccm.tag(cipher, bytes(12), bytes(5), memoryview(data))
        ccm.crypt(cipher, bytes(12), memoryview(data))
        assert bytes(data) + mac == AESCCM(bytes(16), ccm.TAG).encrypt(bytes(12), bytes(size), bytes(5))


def test_schedule_of_rfc_8448() -> None:
    early = hkdf.mac(ZERO, ZERO)
    assert early.hex() == "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a"
    derived = hkdf.derive(early, b"derived", ())
    assert derived.hex() == "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba"
    server = bytes.fromhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    keys = hkdf.keys(server)
    key, iv = keys[:16], keys[16:]
    assert (key.hex(), iv.hex()) == ("3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30")
