"""Names for answers that only this installation can make, and links that only it can sign.

What somebody says of themselves is kept under a keyed hash of their application. Without the installation's secret
nobody can tell which application an answer belongs to, so a stolen database joins nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.domain import signing

_ID, _DAY = 16, 4


@dataclass(frozen=True, slots=True)
class AnswerKeys:
    """Two keys made from one secret, so that who sees a link learns nothing about where its answer is kept."""

    answers: bytes = field(repr=False)
    links: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> AnswerKeys:
        """The keys of an installation; :class:`ValueError` without a secret: anybody can make that hash."""
        purposes = ("self-identification answers", "self-identification links")
        return cls(*(signing.derived(secret, purpose) for purpose in purposes))

    def pseudonym(self, application_id: UUID) -> str:
        """Under which the answer of an application is kept: 64 hexadecimal digits."""
        return signing.keyed(self.answers, application_id.bytes).hex()

    def link(self, application_id: UUID, last_day: date) -> str:
        """A token for one application that is good through ``last_day``."""
        return signing.token(self.links, application_id.bytes + last_day.toordinal().to_bytes(_DAY, "big"))

    def read(self, token: str) -> tuple[UUID, date]:
        """The application and the last day of a token; :class:`NotFoundError` unless this installation signed it."""
        said = signing.said_by(self.links, token, _ID + _DAY)
        return UUID(bytes=said[:_ID]), date.fromordinal(int.from_bytes(said[_ID:], "big"))
