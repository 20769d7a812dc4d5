"""What the permission map needs to know of a calibration session and of one of its items, each in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from app.domain.growth.facts import CalibrationFacts, ItemFacts
from app.domain.permission import Role
from app.models.assessment import Assessment
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict, PreVote
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.promotion import PromotionCase

if TYPE_CHECKING:
    from sqlalchemy import Row, Select, SQLColumnExpression
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts

about: ColumnElement[UUID] = func.coalesce(PromotionCase.person_id, Assessment.person_id)
"""Whom an item is about, in a select from :func:`items`."""
manager: ColumnElement[UUID] = func.coalesce(PromotionCase.manager_id, Assessment.manager_id)
"""The manager of whom an item is about, in a select from :func:`items`."""
_KEPT = {"calibration_id", "item_id", "state"}


def calibration_facts(session: Session, actor: ActorFacts, calibration_id: UUID) -> CalibrationFacts | None:
    """How the actor stands to a session, or ``None`` when there is none of that id."""
    row = session.execute(select(*_session(actor)).where(Calibration.id == calibration_id)).one_or_none()
    return CalibrationFacts(**_fields(row)) if row else None


def item_facts(session: Session, actor: ActorFacts, item_id: UUID) -> ItemFacts | None:
    """How the actor stands to an item, or ``None`` when there is none of that id."""
    person = actor.person_id
    row = session.execute(
        items(
            *_session(actor),
            CalibrationItem.id.label("item_id"),
            (about == person).label("is_person"),
            (manager == person).label("is_manager"),
            conflicted(literal(person)).label("is_conflicted"),
            voted(literal(person)).label("voted"),
        ).where(CalibrationItem.id == item_id)
    ).one_or_none()
    return ItemFacts(**_fields(row)) if row else None


def items(*columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401  any column of these tables
    """A select of items with their session, and the case or the assessment that each is."""
    return (
        select(*columns)
        .select_from(CalibrationItem)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .outerjoin(PromotionCase, PromotionCase.id == CalibrationItem.case_id)
        .outerjoin(Assessment, Assessment.id == CalibrationItem.assessment_id)
    )


def conflicted(member: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether somebody has no vote on an item of :func:`items`: noted so, the person, or who manages the person."""
    noted = exists(
        select(literal(1)).where(Conflict.item_id == CalibrationItem.id, Conflict.member_id == member).correlate_except(
            Conflict
        )
    )  # fmt: skip
    return or_(noted, about == member, own_report(member))


def own_report(member: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether somebody manages whom an item of :func:`items` is about, by the item or by the reporting line of now."""
    reports = exists(
        select(literal(1))
        .where(and_(Reporting.person_id == about, Reporting.manager_id == member))
        .correlate_except(Reporting)
    )
    return or_(manager == member, reports)


def voted(member: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether somebody's vote on an item of :func:`items` is sealed."""
    return exists(
        select(literal(1))
        .where(PreVote.item_id == CalibrationItem.id, PreVote.member_id == member, PreVote.sealed_at.is_not(None))
        .correlate_except(PreVote)
    )


def calibrations_visible_to(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`Calibration`: says the same as ``CALIBRATION_SEE`` of the permission map."""
    if not actor.active:
        return literal(value=False)
    if Role.HR_PARTNER in actor.roles:
        return literal(value=True)
    return or_(Calibration.chair_id == actor.person_id, _is_member(actor))


def has_calibrations() -> ColumnElement[bool]:
    """Whether the :class:`Person` of the statement chairs a session or sits in one, locked or not."""
    return or_(
        exists(select(literal(1)).where(Calibration.chair_id == Person.id).correlate(Person)),
        exists(select(literal(1)).where(CalibrationMember.person_id == Person.id).correlate(Person)),
    )


def _session(actor: ActorFacts) -> tuple[ColumnElement[Any], ...]:
    return (
        Calibration.id.label("calibration_id"),
        Calibration.state.label("state"),
        (Calibration.chair_id == actor.person_id).label("is_chair"),
        _is_member(actor).label("is_member"),
    )


def _is_member(actor: ActorFacts) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .where(CalibrationMember.calibration_id == Calibration.id, CalibrationMember.person_id == actor.person_id)
        .correlate(Calibration)
    )


def _fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    # A driver without booleans answers 0 and 1.
    return {name: value if name in _KEPT else bool(value) for name, value in row._mapping.items()}  # noqa: SLF001  the documented way to a row as a mapping
