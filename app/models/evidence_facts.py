"""What the permission map needs to know of an entry of an evidence log, and which entries somebody may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from app.domain.facts import Role
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.facts import EntryFacts
from app.domain.growth.log import Visibility, Word
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember
from app.models.evidence import Corroboration, LogEntry
from app.models.ladder import Reporting
from app.models.promotion import CaseEvidence, PromotionCase
from app.models.scopes import holds_for

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts

_CONFIRMS = tuple(word for word in Word if word.confirms)


def entry_facts(session: Session, actor: ActorFacts, entry_id: UUID) -> EntryFacts | None:
    """How the actor stands to an entry, in one query, or ``None`` when there is none of that id."""
    row = session.execute(_entries(actor).where(LogEntry.id == entry_id)).one_or_none()
    if row is None:
        return None
    # A driver without booleans answers 0 and 1.
    flags = {name: bool(value) for name, value in row._mapping.items() if name.startswith("is_")}  # noqa: SLF001  the documented way to a row as a mapping
    return EntryFacts(
        entry_id=entry_id,
        visibility=row.visibility,
        withdrawn=row.withdrawn_at is not None,
        judges=bool(row.judges),
        **flags,
    )


def entries_visible_to(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`LogEntry`: says the same as ``EVIDENCE_SEE`` of the permission map."""
    if not actor.active:
        return literal(value=False)
    asked = and_(LogEntry.withdrawn_at.is_(None), is_asked(actor))
    return or_(reads_whole(actor), asked)


def reads_whole(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`LogEntry`: the actor reads it with all that was said of it, not as one who was asked."""
    of_others = or_(
        and_(LogEntry.visibility != Visibility.PRIVATE, manages_owner(actor)),
        and_(LogEntry.visibility == Visibility.CASE, judges(actor)),
    )
    return or_(LogEntry.person_id == actor.person_id, and_(LogEntry.withdrawn_at.is_(None), of_others))


def manages_owner(actor: ActorFacts) -> ColumnElement[bool]:
    """Whether the owner of the :class:`LogEntry` reports to the actor now."""
    line = select(literal(1)).where(Reporting.person_id == LogEntry.person_id, Reporting.manager_id == actor.person_id)
    return exists(line.correlate(LogEntry))


def is_asked(actor: ActorFacts) -> ColumnElement[bool]:
    """Whether the actor was asked if the :class:`LogEntry` is so."""
    asked = select(literal(1)).where(Corroboration.entry_id == LogEntry.id, Corroboration.person_id == actor.person_id)
    return exists(asked.correlate(LogEntry))


def judges(actor: ActorFacts) -> ColumnElement[bool]:
    """Whether the actor reads a promotion case of somebody else that cites the :class:`LogEntry`."""
    reads = literal(value=True) if Role.HR_PARTNER in actor.roles else or_(
        PromotionCase.manager_id == actor.person_id, _on_panel(actor)
    )  # fmt: skip
    if Role.HR_PARTNER in actor.scoped_roles:
        reads = or_(reads, holds_for(actor, Role.HR_PARTNER, PromotionCase.person_id))
    cites = (
        select(literal(1))
        .select_from(CaseEvidence)
        .join(PromotionCase, PromotionCase.id == CaseEvidence.case_id)
        .where(CaseEvidence.entry_id == LogEntry.id, PromotionCase.person_id != actor.person_id, reads)
    )
    return exists(cites.correlate(LogEntry))


def outdated() -> ColumnElement[bool]:
    """Whether what a :class:`Corroboration` says was said before its :class:`LogEntry` changed."""
    return and_(LogEntry.changed_at.is_not(None), Corroboration.answered_at < LogEntry.changed_at)


def is_confirmed() -> ColumnElement[bool]:
    """Whether somebody speaks for the :class:`LogEntry` as it reads now."""
    speaks = select(literal(1)).where(
        Corroboration.entry_id == LogEntry.id, Corroboration.word.in_(_CONFIRMS), ~outdated()
    )
    return exists(speaks.correlate(LogEntry))


def _on_panel(actor: ActorFacts) -> ColumnElement[bool]:
    """Whether the actor sits in the calibration of the :class:`PromotionCase`, from the beginning of its voting."""
    member = select(literal(1)).where(
        CalibrationMember.calibration_id == Calibration.id, CalibrationMember.person_id == actor.person_id
    )
    seat = (
        select(literal(1))
        .select_from(CalibrationItem)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(
            CalibrationItem.case_id == PromotionCase.id,
            Calibration.state != CalibrationState.PREPARING,
            or_(Calibration.chair_id == actor.person_id, exists(member.correlate(Calibration))),
        )
    )
    return exists(seat.correlate(PromotionCase))


def _entries(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    return select(
        LogEntry.visibility,
        LogEntry.withdrawn_at,
        (LogEntry.person_id == actor.person_id).label("is_owner"),
        manages_owner(actor).label("is_manager"),
        is_asked(actor).label("is_corroborator"),
        judges(actor).label("judges"),
    )
