"""The votes of a calibration as they stand, as one select: sealed before anything was said, then changed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, exists, func, literal, select

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import Ballot
from app.models.calibration import Calibration, CalibrationItem, Conflict, PreVote, VoteChange
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def ballots(session: Session, case_id: UUID) -> tuple[Ballot, ...]:
    """The votes on a case as they stand, by name, each member's once; nothing until its calibration is locked.

    Of somebody who sat in two calibrations of the case, the vote of the later one counts.
    """
    rows = session.execute(
        standing()
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(CalibrationItem.case_id == case_id, Calibration.state == CalibrationState.LOCKED)
        .order_by(Calibration.locked_at, Person.name, Person.id)
    )
    found = {row.member_id: Ballot(row.member_id, row.name, CaseOutcome(row.now), row.words) for row in rows}
    return tuple(sorted(found.values(), key=lambda one: (one.name, str(one.member_id))))


def standing() -> Select[*tuple[Any, ...]]:
    """Sealed votes that count: ``item_id``, ``member_id``, ``name``, ``before``, ``now``, ``reason``, ``words``.

    ``before`` and ``reason`` are as sealed; ``now`` and ``words`` are those of the newest change, or the same.
    """
    newest = (
        select(VoteChange.item_id, VoteChange.member_id, func.max(VoteChange.number).label("number"))
        .group_by(VoteChange.item_id, VoteChange.member_id)
        .subquery()
    )
    noted = exists(
        select(literal(1))
        .where(Conflict.item_id == PreVote.item_id, Conflict.member_id == PreVote.member_id)
        .correlate(PreVote)
    )
    of_vote = and_(newest.c.item_id == PreVote.item_id, newest.c.member_id == PreVote.member_id)
    of_newest = and_(
        VoteChange.item_id == newest.c.item_id,
        VoteChange.member_id == newest.c.member_id,
        VoteChange.number == newest.c.number,
    )
    return (
        select(
            PreVote.item_id,
            PreVote.member_id,
            Person.name,
            PreVote.value.label("before"),
            func.coalesce(VoteChange.after, PreVote.value).label("now"),
            PreVote.reason,
            func.coalesce(VoteChange.words, PreVote.reason).label("words"),
        )
        .select_from(PreVote)
        .join(CalibrationItem, CalibrationItem.id == PreVote.item_id)
        .join(Person, Person.id == PreVote.member_id)
        .outerjoin(newest, of_vote)
        .outerjoin(VoteChange, of_newest)
        .where(PreVote.sealed_at.is_not(None), ~noted)
    )
