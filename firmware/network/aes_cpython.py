"""`aes` for CPython, where there is no cryptolib; not part of an image."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class aes:
    """As in cryptolib: whole blocks in ECB (1) or in CBC (2), whose chain goes on from call to call."""

    def __init__(self, key: bytes, mode: int, iv: bytes = b"") -> None:
        chained = modes.ECB() if mode == 1 else modes.CBC(iv)  # noqa: S305  CCM's counters go through it
        cipher: Cipher[modes.Mode] = Cipher(algorithms.AES(key), chained)
        self._encryptor = cipher.encryptor()

    def encrypt(self, data: bytes) -> bytes:
        """The cipher text of data whose length is a multiple of 16."""
        return self._encryptor.update(data)
