"""The key that signs checkpoints: a file beside the database, never in it, so that who owns the rows cannot sign."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.domain.errors import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

_SEED_BYTES = 32
_KEY_ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in hexadecimal, and which key made it."""

    key_id: str
    text: str


class AuditKey:
    """An Ed25519 key, made from the 32 bytes that its file holds in hexadecimal."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()
        self.key_id = key_id(self.public)

    def sign(self, line: str) -> Signature:
        """Sign a checkpoint line."""
        return Signature(self.key_id, self._key.sign(line.encode()).hex())


def key_id(public: str) -> str:
    """The name of a public key (hexadecimal): the first 16 digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:_KEY_ID_DIGITS]


def signed_by(public: str, line: str, signature: str) -> bool:
    """Whether the owner of this public key signed this line; anything malformed is a no."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), line.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def at(file: Path) -> AuditKey:
    """The key in ``file``, which is made (mode 0600) where there is none yet.

    Raises ``UnavailableError`` when others may read it, or when it holds no key.
    """
    return existing(file) or _made(file)


def existing(file: Path) -> AuditKey | None:
    """The key in ``file``, or nothing where there is none; refuses what ``at`` refuses."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"others may read {file}, which signs the audit chain; mend it with: chmod 600 {file}"
            raise UnavailableError(message)
        seed = bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnavailableError(_unusable(file)) from error
    if len(seed) != _SEED_BYTES:
        raise UnavailableError(_unusable(file))
    return AuditKey(seed)


def _made(file: Path) -> AuditKey:
    seed = os.urandom(_SEED_BYTES)
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(seed.hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(aside, file)
        except FileExistsError:  # another process of the same first start was quicker: all must sign with one key
            return at(file)
        finally:
            aside.unlink()
    except OSError as error:
        raise UnavailableError(_unusable(file)) from error
    return AuditKey(seed)


def _unusable(file: Path) -> str:
    return (
        f"{file} holds no key for the audit chain, or cannot be written; put the kept one back, or name another file "
        "with: PLUMBLINE_AUDIT_KEY_FILE=FILE"
    )
