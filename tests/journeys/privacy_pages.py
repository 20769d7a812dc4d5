"""The addresses about privacy that a browser can open, and what the demo has behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.permission import Role
from app.models.candidate import Candidate
from app.models.person import Person
from app.models.privacy import Erasure, LegalHold
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAGES = (
    "privacy.data_map", "privacy.due", "privacy.erased", "privacy.erasure", "privacy.find", "privacy.held",
    "privacy.lift", "privacy.log", "privacy.mine", "privacy.need", "privacy.rules", "privacy.subject", "privacy.told",
)  # fmt: skip
NO_PAGES = {"privacy.certificate": "a document"}


def of_privacy(session: Session, actor: ActorFacts) -> list[dict[str, object]]:
    """Holds, erasures, openings, and one subject of each kind and state; nothing for whoever reads none of it."""
    if not actor.roles & {Role.HR_PARTNER, Role.AUDITOR}:
        return []
    rows: list[dict[str, object]] = [{"hold_id": one} for one in session.scalars(select(LegalHold.id))]
    rows += [{"erasure_id": one} for one in session.scalars(select(Erasure.id))]
    rows += [{"need_id": one} for one in session.scalars(select(Requisition.id).limit(1))]
    wished = [one for one in session.scalars(select(Erasure.candidate_id)) if one]
    held = [one for one in session.scalars(select(LegalHold.candidate_id)) if one]
    others = session.scalars(select(Candidate.id).where(Candidate.id.not_in([*wished, *held])).limit(1))
    rows += [{"kind": "candidate", "subject_id": one} for one in (*wished, *held, *others)]
    rows += [{"kind": "person", "subject_id": one} for one in session.scalars(select(Person.id).limit(2))]
    return rows
