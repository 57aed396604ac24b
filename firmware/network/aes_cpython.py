"""`aes` for CPython, where there is no cryptolib; not part of an image."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class aes:
    """As in cryptolib: whole blocks in ECB, which is mode 1."""

    def __init__(self, key: bytes, mode: int) -> None:
        assert mode == 1
        self._encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  CCM goes through it

    def encrypt(self, data: bytes) -> bytes:
        """The cipher text of data whose length is a multiple of 16."""
        return self._encryptor.update(data)
