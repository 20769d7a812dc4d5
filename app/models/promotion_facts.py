"""What the permission map needs to know of a promotion case, in one query; and which cases somebody may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, exists, literal, or_, select

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.facts import CaseFacts
from app.domain.permission import Role
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict
from app.models.ladder import Reporting
from app.models.promotion import PeerFeedback, PromotionCase
from app.models.scopes import holds_for, team_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts

_APART = (CalibrationState.PREPARING, CalibrationState.VOTING)
_OPENED = (CalibrationState.DISCUSSING, CalibrationState.LOCKED)


def case_facts(session: Session, actor: ActorFacts, case_id: UUID) -> CaseFacts | None:
    """How the actor stands to a case, or ``None`` when there is none of that id."""
    person = actor.person_id
    row = session.execute(
        select(
            PromotionCase.id,
            PromotionCase.state,
            (PromotionCase.person_id == person).label("is_person"),
            (PromotionCase.manager_id == person).label("is_manager"),
            _is_asked(actor).label("is_asked"),
            _on_panel(actor).label("on_panel"),
            _item(Calibration.chair_id == person).label("is_chair"),
            _is_conflicted(actor).label("is_conflicted"),
            case((_item(Calibration.state != CalibrationState.LOCKED), False), else_=True).label("locked"),
            _item(Calibration.state.in_(_OPENED), _sits(actor)).label("opened"),
            _item(Calibration.state.in_(_APART), _sits(actor)).label("apart"),
            team_of(PromotionCase.person_id).label("team"),
        ).where(PromotionCase.id == case_id)
    ).one_or_none()
    if row is None:
        return None
    return CaseFacts(
        case_id=row.id,
        state=row.state,
        is_person=bool(row.is_person),
        is_manager=bool(row.is_manager),
        is_asked=bool(row.is_asked),
        on_panel=bool(row.on_panel),
        is_chair=bool(row.is_chair),
        is_conflicted=bool(row.is_conflicted),
        locked=bool(row.locked),
        opened=bool(row.opened),
        apart=bool(row.apart),
        team=row.team,
    )


def cases_visible_to(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`PromotionCase`: says the same as ``CASE_SEE`` of the permission map."""
    if not actor.active:
        return literal(value=False)
    own = or_(PromotionCase.person_id == actor.person_id, PromotionCase.manager_id == actor.person_id)
    if Role.HR_PARTNER in actor.roles:
        return literal(value=True)
    if Role.HR_PARTNER in actor.scoped_roles:
        own = or_(own, holds_for(actor, Role.HR_PARTNER, PromotionCase.person_id))
    return or_(own, _on_panel(actor))


def chaired(chair: SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]) -> ColumnElement[bool]:
    """A criterion on :class:`PromotionCase`: somebody chairs its locked calibration, and no other one is still open."""
    mine = _item(Calibration.state == CalibrationState.LOCKED, Calibration.chair_id == chair)
    return and_(mine, ~_item(Calibration.state != CalibrationState.LOCKED))


def _item(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the case is an item of a calibration that is like this."""
    of_case = (
        select(literal(1))
        .select_from(CalibrationItem)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(CalibrationItem.case_id == PromotionCase.id, *wanted)
    )
    return exists(of_case.correlate(PromotionCase))


def _on_panel(actor: ActorFacts) -> ColumnElement[bool]:
    """In a calibration of the case, from the beginning of its voting on."""
    return _item(Calibration.state != CalibrationState.PREPARING, _sits(actor))


def _sits(actor: ActorFacts) -> ColumnElement[bool]:
    member = select(literal(1)).where(
        CalibrationMember.calibration_id == Calibration.id, CalibrationMember.person_id == actor.person_id
    )
    return or_(Calibration.chair_id == actor.person_id, exists(member.correlate(Calibration)))


def _is_asked(actor: ActorFacts) -> ColumnElement[bool]:
    asked = select(literal(1)).where(
        PeerFeedback.case_id == PromotionCase.id, PeerFeedback.person_id == actor.person_id
    )
    return exists(asked.correlate(PromotionCase))


def _is_conflicted(actor: ActorFacts) -> ColumnElement[bool]:
    """Noted as in conflict, the person, or who manages the person, by the case or by the reporting line of now."""
    person = actor.person_id
    noted = exists(
        select(literal(1))
        .select_from(Conflict)
        .join(CalibrationItem, CalibrationItem.id == Conflict.item_id)
        .where(CalibrationItem.case_id == PromotionCase.id, Conflict.member_id == person)
        .correlate(PromotionCase)
    )
    line = and_(Reporting.person_id == PromotionCase.person_id, Reporting.manager_id == person)
    reports = exists(select(literal(1)).where(line).correlate(PromotionCase))
    return or_(noted, PromotionCase.person_id == person, PromotionCase.manager_id == person, reports)
