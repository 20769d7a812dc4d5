"""What a candidate was told, version by version, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.privacy.purposes import Purpose
from app.models.privacy import Consent, PrivacyNotice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """One notice as it was shown; ``given_at`` is when they said yes, ``withdrawn_at`` when they took it back."""

    notice_id: UUID
    purpose: Purpose
    number: int
    title: str
    text: str
    shown_at: datetime
    given_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def agreed(self) -> bool:
        """Whether a yes stands."""
        return self.given_at is not None and self.withdrawn_at is None


def own_notices(session: Session, candidate: CandidateFacts) -> tuple[OwnNotice, ...]:
    """What was shown for this application: the newest of each purpose, and every older one to which a yes stands.

    A yes to a version that was replaced has to be seen to be taken back. One query.
    """
    rows = session.execute(
        select(
            PrivacyNotice.id, PrivacyNotice.purpose, PrivacyNotice.number, PrivacyNotice.title, PrivacyNotice.text,
            Consent.shown_at, Consent.given_at, Consent.withdrawn_at,
        )
        .join(Consent, Consent.notice_id == PrivacyNotice.id)
        .where(Consent.application_id == candidate.application_id)
        .order_by(PrivacyNotice.purpose, PrivacyNotice.number)
    )  # fmt: skip
    shown = [OwnNotice(*row) for row in rows]
    newest = {one.purpose: one for one in shown}
    return tuple(one for one in shown if one is newest[one.purpose] or one.agreed)
