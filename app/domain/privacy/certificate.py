"""What a certificate of an erasure says: that it was done, by whom, how much went, and what only time removes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.domain.privacy.erasing import Origin, SubjectKind


@dataclass(frozen=True, slots=True)
class ErasureCertificate:
    """One erasure on paper. It names nobody who was erased: only the number that the register has of them.

    ``asked_by`` and ``approved_by`` are empty where a rule or a restored backup did it. ``counts`` says how much went
    of what. ``alone``: the company has one HR partner, and let them answer their own request.
    """

    company: str
    zone: str
    erasure_id: UUID
    subject_id: UUID
    kind: SubjectKind
    origin: Origin
    asked_at: datetime
    asked_by: str
    approved_by: str
    done_at: datetime
    aged_out_on: date
    counts: tuple[tuple[str, int], ...]
    alone: bool

    @property
    def title(self) -> str:
        """What stands at the foot of the page."""
        return f"Erasure {str(self.erasure_id)[:8]}"
