"""One-time links to an account: tokens that only this installation can make, none of which is kept anywhere.

The database holds the SHA-256 of each, so a stolen one opens nothing; whoever sends the mail makes the token anew from
the link's id and the installation's key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from app.domain import signing

INVITATION_LASTS = timedelta(hours=72)
RESET_LASTS = timedelta(minutes=10)
SETUP_LASTS = timedelta(hours=24)


class LinkPurpose(StrEnum):
    """What a one-time link is for; one made for one purpose serves no other."""

    INVITATION = "invitation"
    RESET = "reset"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """The key that makes one-time links, made from the installation's secret."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret_key: str) -> AccountKeys:
        """The key of an installation; :class:`ValueError` without a secret: anybody could make links then."""
        return cls(signing.derived(secret_key, "account links"))

    def token(self, link_id: UUID) -> str:
        """The token of a link: its id and 256 bits that only the key can make."""
        return signing.token(self.key, link_id.bytes)


def digest(token: str) -> str:
    """What the database keeps of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
