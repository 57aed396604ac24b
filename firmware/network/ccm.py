"""AES-128-CCM with tags of 16 bytes and nonces of 12 (RFC 3610), as records of TLS 1.3 are protected.

Both halves go through one cipher in ECB, made once for a key: on a chip each takes 512 bytes in one piece, so
that none is made for a record. XOR is that of long integers: a loop over bytes takes twenty times as long.
"""

try:
    from cryptolib import aes
except ImportError:
    from firmware.network.aes_cpython import aes  # type: ignore[assignment]

ECB = 1
BLOCK = 16
TAG = 16
CIPHER = 508  # bytes of a cipher on a chip
CHUNK = 64  # more than that in one piece may not be left of the heap
COUNTER = b"\x02"  # flags of a counter block: a length of 3 bytes
FIRST = b"\x7a"  # flags of the tag's first block: associated data, a tag of 16 bytes, a length of 3


def cipher(key):
    """What `crypt` and `tag` take, of 16 bytes."""
    return aes(key, ECB)


def crypt(ecb, nonce, view):
    """Encrypt or decrypt a writable view in place; it has at most 254 blocks."""
    for at in range(0, len(view), CHUNK):
        piece = view[at : at + CHUNK]
        first = at // BLOCK + 1
        last = first + (len(piece) + BLOCK - 1) // BLOCK
        counters = b"".join([COUNTER + nonce + bytes((0, 0, number)) for number in range(first, last)])
        piece[:] = _xor(piece, ecb.encrypt(counters)[: len(piece)])


def tag(ecb, nonce, head, view):
    """The 16 bytes that authenticate the clear text of a view, and with it a record's 5 bytes of head."""
    mac = _chained(ecb, bytes(BLOCK), FIRST + nonce + len(view).to_bytes(3, "big") + b"\0\5" + head)
    return _xor(_chained(ecb, mac, view), ecb.encrypt(COUNTER + nonce + bytes(3)))


def _chained(ecb, mac, data):
    """CBC-MAC, block by block: a cipher in CBC would be another large one, for each record."""
    for at in range(0, len(data), BLOCK):
        block = bytes(data[at : at + BLOCK])
        mac = ecb.encrypt(_xor(mac, block + bytes(BLOCK - len(block))))
    return mac


def _xor(one, other):
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
