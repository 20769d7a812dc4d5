"""Texts that only this installation can sign: keys derived from its secret, and tokens made with them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from app.domain.errors import NotFoundError

_MAC = hashlib.sha256().digest_size


def derived(secret: str, purpose: str) -> bytes:
    """The key of one purpose; :class:`ValueError` without a secret: anybody could make it then."""
    if not secret:
        message = f"an installation without a secret has no key for {purpose}"
        raise ValueError(message)
    return hmac.new(secret.encode(), b"plumbline/" + purpose.encode(), hashlib.sha256).digest()


def keyed(key: bytes, said: bytes) -> bytes:
    """The 256 bits that only who has the key can make of what is said (HMAC with SHA-256, RFC 2104)."""
    return hmac.new(key, said, hashlib.sha256).digest()


def token(key: bytes, said: bytes) -> str:
    """What is said and its signature, in letters that an address takes."""
    return _written(said + keyed(key, said))


def said_by(key: bytes, given: str, size: int) -> bytes:
    """The ``size`` bytes that a token says; :class:`NotFoundError` unless it was made with this key."""
    if not given.isascii() or len(given) != len(_written(bytes(size + _MAC))):
        raise NotFoundError
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError as error:
        raise NotFoundError from error
    said, signature = raw[:size], raw[size:]
    # The last letter has bits to spare, so several would decode to the same bytes; only one of them was sent.
    if not hmac.compare_digest(signature, keyed(key, said)) or _written(raw) != given:
        raise NotFoundError
    return said


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
