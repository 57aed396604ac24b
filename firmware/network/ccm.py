"""AES-128-CCM with tags of 16 bytes and nonces of 12 (RFC 3610), as records of TLS 1.3 are protected.

Counter blocks go through ECB and the tag through CBC, which are C, and chunks are XORed as long integers: a
loop over bytes takes twenty times as long.
"""

try:
    from cryptolib import aes
except ImportError:
    from firmware.network.aes_cpython import aes  # type: ignore[assignment]

ECB = 1
CBC = 2
BLOCK = 16
TAG = 16
CHUNK = 128  # more than that in one piece may not be left of the heap
COUNTER = b"\x02"  # flags of a counter block: a length of 3 bytes
FIRST = b"\x7a"  # flags of the tag's first block: associated data, a tag of 16 bytes, a length of 3


def crypt(key, nonce, view):
    """Encrypt or decrypt a writable view in place; it has at most 254 blocks."""
    ecb = aes(key, ECB)
    for at in range(0, len(view), CHUNK):
        piece = view[at : at + CHUNK]
        first = at // BLOCK + 1
        last = first + (len(piece) + BLOCK - 1) // BLOCK
        counters = b"".join([COUNTER + nonce + bytes((0, 0, number)) for number in range(first, last)])
        piece[:] = _xor(piece, ecb.encrypt(counters)[: len(piece)])


def tag(key, nonce, head, view):
    """The 16 bytes that authenticate the clear text of a view, and with it a record's 5 bytes of head."""
    cbc = aes(key, CBC, bytes(BLOCK))
    start = FIRST + nonce + len(view).to_bytes(3, "big") + b"\0\5" + head
    mac = cbc.encrypt(start + bytes(-len(start) % BLOCK))
    for at in range(0, len(view), CHUNK):
        piece = bytes(view[at : at + CHUNK])
        mac = cbc.encrypt(piece + bytes(-len(piece) % BLOCK))
    return _xor(mac[-BLOCK:], aes(key, ECB).encrypt(COUNTER + nonce + bytes(3)))


def _xor(one, other):
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
