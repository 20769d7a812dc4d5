"""What promotion cases ask of somebody: to go on with one, to give feedback, to decide, to sign.

Branches of the inbox's one query. Nothing here tells what anybody voted or wrote, or that others have not answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    String,
    and_,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.domain.growth.case import CaseParty, CaseState
from app.domain.growth.duty import GrowthDuty
from app.models.calibration import Calibration, CalibrationItem
from app.models.inbox_row import row
from app.models.person import Person
from app.models.promotion import CaseDecision, CaseSignature, PeerFeedback, PromotionCase, newest_record
from app.models.promotion_facts import chaired

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Whose = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
Ask = Select[*tuple[Any, ...]]
_OPEN = (CaseState.DRAFT, CaseState.SUBMITTED)


def asks(person: Whose) -> tuple[Ask, ...]:
    """Everything that promotion cases ask of a person; the target is the case."""
    return (_feedback(person), _drafts(person), _decisions(person), _signatures(person))


def _feedback(person: Whose) -> Ask:
    return (
        _cases(GrowthDuty.FEEDBACK, since=PeerFeedback.asked_at, saved=PeerFeedback.saved_at)
        .join(PeerFeedback, PeerFeedback.case_id == PromotionCase.id)
        .where(
            PeerFeedback.person_id == person, PeerFeedback.answered_at.is_(None), PromotionCase.state.in_(_OPEN)
        )
    )  # fmt: skip


def _drafts(person: Whose) -> Ask:
    """Cases in preparation, for the manager, who hands them in."""
    drafts = _cases(GrowthDuty.CASE, since=PromotionCase.created_at)
    return drafts.where(PromotionCase.manager_id == person, PromotionCase.state == CaseState.DRAFT)


def _decisions(person: Whose) -> Ask:
    """Cases whose calibration is locked, for its chair, unless the chair is the person or manages them."""
    locked_at = (
        select(Calibration.locked_at)
        .join(CalibrationItem, CalibrationItem.calibration_id == Calibration.id)
        .where(CalibrationItem.case_id == PromotionCase.id, Calibration.chair_id == person)
        .order_by(Calibration.locked_at.desc())
        .limit(1)
        .correlate(PromotionCase)
        .scalar_subquery()
    )
    return _cases(GrowthDuty.DECIDE, since=locked_at).where(
        PromotionCase.state == CaseState.SUBMITTED,
        chaired(person),
        PromotionCase.person_id != person,
        PromotionCase.manager_id != person,
    )


def _signatures(person: Whose) -> Ask:
    """Decided cases of which the person has not signed the record that stands, in each part that they have in it."""
    return (
        _cases(GrowthDuty.SIGN, since=CaseDecision.decided_at)
        .join(CaseDecision, and_(CaseDecision.case_id == PromotionCase.id, newest_record()))
        .where(
            PromotionCase.state == CaseState.DECIDED,
            or_(
                and_(PromotionCase.person_id == person, _unsigned(CaseParty.PERSON)),
                and_(PromotionCase.manager_id == person, _unsigned(CaseParty.MANAGER)),
                and_(CaseDecision.decided_by_id == person, _unsigned(CaseParty.CHAIR)),
            ),
        )
    )


def _unsigned(party: CaseParty) -> ColumnElement[bool]:
    signed = select(literal(1)).where(CaseSignature.decision_id == CaseDecision.id, CaseSignature.party == party)
    return ~exists(signed.correlate(CaseDecision))


def _cases(kind: GrowthDuty, *, since: SQLColumnExpression[Any], saved: SQLColumnExpression[Any] | None = None) -> Ask:
    subject = aliased(Person)
    told = row(
        kind, PromotionCase.id, candidate=subject.name, what=subject.name,
        requisition=literal("Promotion case", String), since=since, saved_at=saved,
    )  # fmt: skip
    return told.select_from(PromotionCase).join(subject, subject.id == PromotionCase.person_id)
