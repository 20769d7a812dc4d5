"""Seeds of codes as the database keeps them: sealed under a key that only the installation's secret makes."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain import signing
from app.domain.errors import UnavailableError

if TYPE_CHECKING:
    from uuid import UUID

_NONCE = 12


@dataclass(frozen=True, slots=True)
class SeedKey:
    """The key of an installation's seeds (AES-256-GCM)."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret_key: str) -> SeedKey:
        """The key of an installation; :class:`ValueError` without a secret."""
        return cls(signing.derived(secret_key, "seeds of codes"))

    def seal(self, seed: str, person_id: UUID) -> str:
        """The seed as it is stored; it opens for this person only."""
        nonce = secrets.token_bytes(_NONCE)
        return b64encode(nonce + AESGCM(self.key).encrypt(nonce, seed.encode(), person_id.bytes)).decode()

    def unseal(self, sealed: str, person_id: UUID) -> str:
        """The seed again; :class:`UnavailableError` when it was sealed with another secret, or for somebody else."""
        raw = b64decode(sealed)
        try:
            return AESGCM(self.key).decrypt(raw[:_NONCE], raw[_NONCE:], person_id.bytes).decode()
        except InvalidTag as error:
            message = (
                "Your codes were set up under another secret of this installation. Use a recovery code, or ask an "
                "administrator to take the second step away, and set it up anew."
            )
            raise UnavailableError(message) from error
