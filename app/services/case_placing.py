"""What the record of a promotion case means for the person's level: placed, moved to another day, or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.errors import ConflictError
from app.domain.growth.case import CaseOutcome, CaseState
from app.models.ladder import Placement, unreplaced
from app.models.promotion import PromotionCase
from app.services import placements
from app.services.placements import Placing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.growth.casework import Verdict
    from app.domain.permission import ActorFacts

_PROMOTED = "Promoted; the case has the reasons."
_MOVED = "The day of the promotion was corrected; the case says why."
_BACK = "Not promoted after all: the decision on the case was corrected, and the case says why."
_BUILT_ON = "A newer case begins at the level that this promotion led to. Withdraw that case first."
_OPEN = (CaseState.DRAFT, CaseState.SUBMITTED)


def follow(
    session: Session, actor: ActorFacts, case: PromotionCase, role: str, verdict: Verdict, *, now: datetime
) -> None:
    """Let the person's level follow the record; the caller asked for permission and holds the case.

    A promotion that stands no longer is replaced by the level from which the case began, as of the day on which the
    person came there: whether it lay ahead or had begun, their time in level goes on. :class:`ConflictError` where a
    newer case begins at the level that would be taken back.
    """
    held = session.scalar(select(Placement).where(Placement.case_id == case.id, unreplaced()))
    day = verdict.day if verdict.outcome is CaseOutcome.PROMOTE else None
    if day is not None and (held is None or held.since != day):
        placements.place(
            session, actor, case.person_id, role, case.to_level, day, _MOVED if held else _PROMOTED, now=now,
            case_id=case.id, replaces_id=held.id if held else None,
        )  # fmt: skip
    elif day is None and held is not None:
        _refuse_built_on(session, case)
        back = Placing(case.person_id, held.role, case.from_level, case.level_since or held.since, _BACK)
        placements.record_level(session, actor, back, now=now, replaces_id=held.id)


def _refuse_built_on(session: Session, case: PromotionCase) -> None:
    newer = select(PromotionCase.id).where(
        PromotionCase.person_id == case.person_id,
        PromotionCase.from_level == case.to_level,
        PromotionCase.state.in_(_OPEN),
    )
    if session.scalar(newer.limit(1)) is not None:
        raise ConflictError(_BUILT_ON)
