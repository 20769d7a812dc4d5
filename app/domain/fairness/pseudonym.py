"""Names for answers that only this installation can make, and links that only it can sign.

What somebody says of themselves is kept under a keyed hash of their application. Without the installation's secret
nobody can tell which application an answer belongs to, so a stolen database joins nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.domain.errors import NotFoundError

_ID, _DAY, _MAC = 16, 4, 32
LENGTH = (_ID + _DAY + _MAC + 2) // 3 * 4
"""Letters of a link's token; 52 bytes, so two of them are padding that is left out."""


@dataclass(frozen=True, slots=True)
class AnswerKeys:
    """Two keys made from one secret, so that who sees a link learns nothing about where its answer is kept."""

    answers: bytes = field(repr=False)
    links: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> AnswerKeys:
        """The keys of an installation; :class:`ValueError` without a secret: anybody can make that hash."""
        if not secret:
            message = "an installation without a secret cannot keep answers apart"
            raise ValueError(message)
        return cls(_derived(secret, "self-identification answers"), _derived(secret, "self-identification links"))

    def pseudonym(self, application_id: UUID) -> str:
        """Under which the answer of an application is kept: 64 hexadecimal digits."""
        return hmac.new(self.answers, application_id.bytes, hashlib.sha256).hexdigest()

    def link(self, application_id: UUID, last_day: date) -> str:
        """A token for one application that is good through ``last_day``."""
        said = application_id.bytes + last_day.toordinal().to_bytes(_DAY, "big")
        return _written(said + self._signed(said))

    def read(self, token: str) -> tuple[UUID, date]:
        """The application and the last day of a token; :class:`NotFoundError` unless this installation signed it."""
        if not token.isascii() or len(token) + 2 != LENGTH:
            raise NotFoundError
        try:
            raw = urlsafe_b64decode(token + "==")
        except ValueError as error:
            raise NotFoundError from error
        said, signature = raw[:-_MAC], raw[-_MAC:]
        # The last letter has bits to spare, so that several would decode to the same bytes; one of them is the link's.
        genuine = hmac.compare_digest(signature, self._signed(said)) and _written(raw) == token
        if len(said) != _ID + _DAY or not genuine:
            raise NotFoundError
        return UUID(bytes=said[:_ID]), date.fromordinal(int.from_bytes(said[_ID:], "big"))

    def _signed(self, said: bytes) -> bytes:
        return hmac.new(self.links, said, hashlib.sha256).digest()


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), b"plumbline/" + purpose.encode(), hashlib.sha256).digest()
