"""What a promotion case is read from: its head in one select, and all that hangs on it in one union."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Date, Integer, String, Text, Uuid, case, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased

from app.domain.growth.cycle import Answerer
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.base import Instant
from app.models.blueprint import BlueprintVersion
from app.models.person import Installation, Person
from app.models.promotion import (
    Appeal,
    CaseDecision,
    CaseDecisionVote,
    CaseEvent,
    CaseEvidence,
    CaseSignature,
    PeerFeedback,
    PromotionCase,
    newest_record,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression

CITED, EVENT, SIGNED, APPEALED, PEER, VOTE, MARK = "cited", "event", "signed", "appealed", "peer", "vote", "mark"
RECORD = "record"
_NOTHING = literal("", Text)


def head_row(case_id: UUID) -> Select[*tuple[Any, ...]]:
    """The case with the names around it, its blueprint's stamp and its cycle."""
    person, manager, asked_by, against_by = (aliased(Person) for _ in range(4))
    return (
        select(
            PromotionCase, person.name.label("person"), manager.name.label("manager"), asked_by.name.label("asked_by"),
            against_by.name.label("against_by"), BlueprintVersion.role, BlueprintVersion.title.label("role_title"),
            BlueprintVersion.number, BlueprintVersion.sha256, Cycle.title.label("cycle"),
            select(Installation.company).limit(1).scalar_subquery().label("company"),
        )
        .join(person, person.id == PromotionCase.person_id)
        .join(manager, manager.id == PromotionCase.manager_id)
        .join(asked_by, asked_by.id == PromotionCase.requested_by_id)
        .outerjoin(against_by, against_by.id == PromotionCase.against_by_id)
        .join(BlueprintVersion, BlueprintVersion.id == PromotionCase.blueprint_version_id)
        .outerjoin(Assessment, Assessment.id == PromotionCase.assessment_id)
        .outerjoin(Cycle, Cycle.id == Assessment.cycle_id)
        .where(PromotionCase.id == case_id)
    )  # fmt: skip


def parts(
    case_id: UUID, reader_id: UUID, *, words: bool, names: bool, ratings: bool
) -> CompoundSelect[*tuple[Any, ...]]:
    """Everything that hangs on a case, in one union of ``kind, ref, at, who, key, first, second, third, place, then``.

    Without ``words`` what peers wrote is left out, without ``names`` who voted what and why, without ``ratings`` the
    manager's marks: what is not the reader's never leaves the database. Nor does what somebody who declined said to
    another than the reader.
    """
    return union_all(
        _cited(case_id),
        _events(case_id),
        _records(case_id),
        _signatures(case_id),
        _appeals(case_id),
        _peers(case_id, reader_id, words=words),
        _votes(case_id, names=names),
        _marks(case_id, ratings=ratings),
    )


def _cited(case_id: UUID) -> Select[*tuple[Any, ...]]:
    row = CaseEvidence
    return select(*_columns(CITED, ref=row.entry_id, key=row.criterion, first=row.why)).where(row.case_id == case_id)


def _events(case_id: UUID) -> Select[*tuple[Any, ...]]:
    row = CaseEvent
    columns = _columns(
        EVENT, ref=row.id, at=row.at, who=Person.name, first=row.what, second=row.reason, place=row.number
    )
    return select(*columns).join(Person, Person.id == row.by_id).where(row.case_id == case_id)


def _records(case_id: UUID) -> Select[*tuple[Any, ...]]:
    """Every record of how the case ended, with its stamp; ``first`` says why it corrects the one before."""
    row = CaseDecision
    columns = _columns(
        RECORD, ref=row.id, at=row.decided_at, who=Person.name, key=cast(row.outcome, String),
        first=row.correction_reason, second=row.reasons, third=row.gaps, place=row.number, day=row.day,
        sha256=row.blueprint_sha256, checkpoint=row.checkpoint,
    )  # fmt: skip
    return select(*columns).join(Person, Person.id == row.decided_by_id).where(row.case_id == case_id)


def _signatures(case_id: UUID) -> Select[*tuple[Any, ...]]:
    """Every signature; ``place`` is the number of the record that it is to."""
    row = CaseSignature
    columns = _columns(
        SIGNED, ref=row.person_id, at=row.signed_at, who=Person.name, key=cast(row.party, String),
        place=CaseDecision.number,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == row.person_id)
        .join(CaseDecision, CaseDecision.id == row.decision_id)
        .where(CaseDecision.case_id == case_id)
    )


def _appeals(case_id: UUID) -> Select[*tuple[Any, ...]]:
    row = Appeal
    columns = _columns(APPEALED, ref=row.id, at=row.at, who=Person.name, first=row.text)
    return select(*columns).join(Person, Person.id == row.by_id).where(row.case_id == case_id)


def _peers(case_id: UUID, reader_id: UUID, *, words: bool) -> Select[*tuple[Any, ...]]:
    """Who was asked; what they wrote once it is given. ``key`` is given, declined or asked.

    ``fourth`` holds what somebody who declined said to the reader, who had asked.
    """
    row = PeerFeedback
    told = case((row.declined.is_(True), "declined"), (row.answered_at.is_not(None), "given"), else_="asked")
    texts = [
        case((row.answered_at.is_not(None), text), else_="") if words else _NOTHING
        for text in (row.situation, row.behaviour, row.impact)
    ]
    said = case((row.asked_by_id == reader_id, row.decline_words), else_="")
    columns = _columns(
        PEER, ref=row.person_id, at=row.asked_at, who=Person.name, key=told, first=texts[0], second=texts[1],
        third=texts[2], then=row.answered_at, fourth=said,
    )  # fmt: skip
    return select(*columns).join(Person, Person.id == row.person_id).where(row.case_id == case_id)


def _votes(case_id: UUID, *, names: bool) -> Select[*tuple[Any, ...]]:
    """The votes of the record that stands; a correction takes over those of the one before."""
    row = CaseDecisionVote
    whose = {"ref": row.member_id, "who": Person.name, "first": row.reason} if names else {}
    return (
        select(*_columns(VOTE, key=cast(row.outcome, String), **whose))
        .join(CaseDecision, CaseDecision.id == row.decision_id)
        .join(Person, Person.id == row.member_id)
        .where(CaseDecision.case_id == case_id, newest_record())
    )


def _marks(case_id: UUID, *, ratings: bool) -> Select[*tuple[Any, ...]]:
    """The sealed marks of the assessment that the case rests on; ``who`` is the side."""
    row = ExpectationMark
    sides = (Answerer.SELF, Answerer.MANAGER) if ratings else (Answerer.SELF,)
    columns = _columns(
        MARK, who=cast(Sheet.answerer, String), key=row.competency, first=cast(row.standing, String), second=row.rung
    )
    return (
        select(*columns)
        .join(Sheet, Sheet.id == row.sheet_id)
        .join(PromotionCase, PromotionCase.assessment_id == Sheet.assessment_id)
        .where(PromotionCase.id == case_id, Sheet.answerer.in_(sides), Sheet.sealed_at.is_not(None))
    )


def _columns(
    kind: str,
    *,
    ref: SQLColumnExpression[Any] | None = None,
    at: SQLColumnExpression[Any] | None = None,
    who: SQLColumnExpression[Any] = _NOTHING,
    key: SQLColumnExpression[Any] = _NOTHING,
    first: SQLColumnExpression[Any] = _NOTHING,
    second: SQLColumnExpression[Any] = _NOTHING,
    third: SQLColumnExpression[Any] = _NOTHING,
    place: SQLColumnExpression[Any] | None = None,
    then: SQLColumnExpression[Any] | None = None,
    day: SQLColumnExpression[Any] | None = None,
    fourth: SQLColumnExpression[Any] = _NOTHING,
    sha256: SQLColumnExpression[Any] = _NOTHING,
    checkpoint: SQLColumnExpression[Any] = _NOTHING,
) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(kind, String).label("kind"),
        (cast(null(), Uuid) if ref is None else ref).label("ref"),
        (cast(null(), Instant) if at is None else at).label("at"),
        who.label("who"),
        key.label("key"),
        first.label("first"),
        second.label("second"),
        third.label("third"),
        (cast(literal(0), Integer) if place is None else place).label("place"),
        (cast(null(), Instant) if then is None else then).label("then"),
        (cast(null(), Date) if day is None else day).label("day"),
        fourth.label("fourth"),
        sha256.label("sha256"),
        checkpoint.label("checkpoint"),
    )
