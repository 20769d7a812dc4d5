"""Candidates' links: tokens that only this installation can sign, and none of which is kept anywhere.

A token names a link and its generation. The database holds both, but not the key, so a stolen database opens nothing;
raising the generation ends every token that was sent before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from app.domain import signing

_ID, _GENERATION = 16, 4


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The key that signs candidates' links, made from the installation's secret."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret_key: str) -> LinkKeys:
        """The key of an installation; :class:`ValueError` without a secret: anybody could sign then."""
        return cls(signing.derived(secret_key, "candidate links"))

    def token(self, link_id: UUID, generation: int) -> str:
        """The token of a link in one generation (from 1): the two, and 256 bits of signature."""
        return signing.token(self.key, link_id.bytes + generation.to_bytes(_GENERATION, "big"))

    def read(self, token: str) -> tuple[UUID, int]:
        """The link and generation of a token; :class:`NotFoundError` unless this installation signed it."""
        said = signing.said_by(self.key, token, _ID + _GENERATION)
        return UUID(bytes=said[:_ID]), int.from_bytes(said[_ID:], "big")
