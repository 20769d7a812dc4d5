"""A file that only the holder of a key can read or change: AES-256-GCM, a chunk at a time.

Layout: a mark, 16 random bytes, then chunks of one megabyte with 16 bytes of tag each. Every file has a key of its own,
drawn from the given one and the random bytes. The nonce of a chunk is its number and whether it is the last, so chunks
can be neither swapped, repeated nor cut off unseen.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from typing import BinaryIO

MARK = b"plumbline-sealed/v1\n"
KEY_BYTES = 32
_SALT, _TAG, _CHUNK = 16, 16, 1_000_000


class SealError(Exception):
    """A sealed file cannot be read: another key, or it was changed or cut."""


def new_key() -> str:
    """A key, as the one line of a key file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(line: str) -> bytes:
    """The key of a key file; :class:`SealError` when the line is none."""
    try:
        key = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"it does not hold {KEY_BYTES} bytes in base64"
        raise SealError(message)
    return key


class Sealing:
    """Writes what it is given to a stream, sealed; :meth:`close` writes the last chunk and leaves the stream open."""

    def __init__(self, stream: BinaryIO, key: bytes) -> None:
        """Begin with a fresh random part."""
        salt = secrets.token_bytes(_SALT)
        stream.write(MARK + salt)
        self._stream, self._cipher = stream, _cipher(key, salt)
        self._waiting, self._number = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take bytes; they are on the stream once a chunk is full."""
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(data)

    def close(self) -> None:
        """Write what is left as the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1


class Opening:
    """Reads a sealed stream whose mark is still to come; :class:`SealError` at the first chunk that is not right."""

    def __init__(self, stream: BinaryIO, key: bytes) -> None:
        """Read the mark and the random part."""
        if stream.read(len(MARK)) != MARK:
            message = "it is not sealed"
            raise SealError(message)
        self._cipher = _cipher(key, stream.read(_SALT))
        self._stream, self._ready, self._number = stream, bytearray(), 0
        self._next = stream.read(_CHUNK + _TAG)
        if not self._next:
            message = "it was cut off"
            raise SealError(message)

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; fewer only at the end."""
        while len(self._ready) < size and self._next:
            chunk, self._next = self._next, self._stream.read(_CHUNK + _TAG)
            self._ready += self._unsealed(chunk, last=not self._next)
            self._number += 1
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found

    def _unsealed(self, chunk: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(self._number, last=last), chunk, None)
        except InvalidTag as error:
            message = "the key is another one, or the file was changed or cut"
            raise SealError(message) from error


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"plumbline/backup/v1").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
