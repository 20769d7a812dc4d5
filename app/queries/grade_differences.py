"""The open grades of one submission side by side, where they differ most first: by dimension, then by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.blueprint import Scale, from_canonical
from app.domain.card import Recommendation
from app.domain.case_grading import FAR_APART, GradeContent, checklist, from_json, of_case, spread
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.case_grading import CreditedGrade, Grade, Grader, SealedGrade
from app.models.case_work import CaseAnswer, CaseAssignment, CaseQuestion, CaseTask
from app.models.facts import application_facts
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint, CaseStudy
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Said:
    """What one grader gave on one dimension or question; ``value`` of ``None`` is *not assessed*."""

    grader: str
    value: int | None
    text: str
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One dimension or question with what each grader gave; ``answer`` is the Markdown of a question's answer."""

    title: str
    said: tuple[Said, ...]
    answer: str = ""

    @property
    def points(self) -> int:
        """How many points lie between the lowest and the highest."""
        return spread(one.value for one in self.said)

    @property
    def far(self) -> bool:
        """Whether they are so far apart that one more grader is offered."""
        return self.points >= FAR_APART

    @property
    def uneven(self) -> bool:
        """Whether one gave a value where another could not say."""
        return len({one.value is None for one in self.said}) > 1


@dataclass(frozen=True, slots=True)
class Grading:
    """Who graded and what they said overall; ``card_id`` is the scorecard that the grade became."""

    grader: str
    sealed_at: datetime
    recommendation: Recommendation | None
    summary: str
    card_id: UUID


@dataclass(frozen=True, slots=True)
class Differences:
    """One submission whose grades are open."""

    assignment_id: UUID
    task_id: UUID
    application_id: UUID
    title: str
    candidate: str
    code: str
    scale: Scale
    gradings: tuple[Grading, ...]
    dimensions: tuple[Compared, ...]
    questions: tuple[Compared, ...]


def differences(session: Session, actor: ActorFacts, assignment_id: UUID) -> Differences:
    """The open grades of a submission, for whoever may read the scorecards of its candidate."""
    row = session.execute(_submission(actor, assignment_id)).one_or_none()
    if row is None:
        raise NotFoundError
    # Asked before it is known whether there is anything to read: the refusal must not tell that.
    require(actor, Permission.CARD_READ, found(application_facts(session, actor, row.application_id)))
    graded = session.execute(_graded(assignment_id)).all()
    if not graded:
        raise NotFoundError
    blueprint = from_canonical(row.body)
    case = next(each for each in blueprint.case_studies if each.id == row.case_study)
    contents = [(one.name, from_json(one.body)) for one in graded]
    asked = session.execute(_asked(assignment_id)).all()
    return Differences(
        assignment_id, row.task_id, row.application_id, row.title, row.candidate, row.code,
        blueprint.scorecard.scale, tuple(_grading(one) for one in graded),
        _by_dimension(blueprint, case, contents), _by_question(case, asked, contents),
    )  # fmt: skip


def _submission(actor: ActorFacts, assignment_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CaseAssignment.application_id, CaseAssignment.task_id, CaseAssignment.code, CaseTask.title,
            CaseTask.case_study, BlueprintVersion.body, shown_name(actor).label("candidate"),
        )
        .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(CaseAssignment.id == assignment_id)
    )  # fmt: skip


def _graded(assignment_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.name, SealedGrade.body, SealedGrade.sealed_at, CreditedGrade.scorecard_id)
        .select_from(CreditedGrade)
        .join(Grade, Grade.id == CreditedGrade.grade_id)
        .join(SealedGrade, SealedGrade.grade_id == Grade.id)
        .join(Grader, Grader.id == Grade.grader_id)
        .join(Person, Person.id == Grader.person_id)
        .where(Grade.assignment_id == assignment_id)
        .order_by(Person.name, Person.id)
    )


def _asked(assignment_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(CaseQuestion.id, CaseQuestion.number, CaseQuestion.text, CaseAnswer.text.label("answer"))
        .select_from(CaseAssignment)
        .join(CaseQuestion, CaseQuestion.task_id == CaseAssignment.task_id)
        .outerjoin(
            CaseAnswer,
            (CaseAnswer.assignment_id == CaseAssignment.id) & (CaseAnswer.question_id == CaseQuestion.id),
        )
        .where(CaseAssignment.id == assignment_id)
        .order_by(CaseQuestion.number)
    )


def _grading(row: Row[Any]) -> Grading:
    card = from_json(row.body).card
    return Grading(row.name, row.sealed_at, card.recommendation, card.summary, row.scorecard_id)


def _by_dimension(
    blueprint: Blueprint, case: CaseStudy, contents: Sequence[tuple[str, GradeContent]]
) -> tuple[Compared, ...]:
    rows = []
    for dimension in of_case(blueprint.scorecard, case).dimensions:
        given = [(name, content.card.rating(dimension.id)) for name, content in contents]
        said = tuple(Said(name, r.value if r else None, r.evidence if r else "") for name, r in given)
        rows.append(Compared(dimension.title, said))
    return _widest_first(rows)


def _by_question(
    case: CaseStudy, asked: Sequence[Row[Any]], contents: Sequence[tuple[str, GradeContent]]
) -> tuple[Compared, ...]:
    lines = {check.id: check.text for check in checklist(case)}
    rows = []
    for row in asked:
        given = [(name, content.mark(row.id)) for name, content in contents]
        said = tuple(
            Said(name, mark.value, mark.note, tuple(lines[each] for each in lines if each in mark.seen))
            for name, mark in given
        )
        rows.append(Compared(f"{row.number}. {row.text}", said, row.answer or ""))
    return _widest_first(rows)


def _widest_first(rows: Sequence[Compared]) -> tuple[Compared, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.points, not row.uneven)))
