"""What belongs to the thing whose ID somebody copied from a page, as the objects that its events name.

An application has interviews, scorecards, case work and decisions of its own; a candidate and a requisition have
applications. All of it is found in the question that lists the events, so that none is missing, however many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, String, cast, func, literal, or_, select, union_all

from app.models.audit import AuditEvent, AuditPayload
from app.models.candidate import Application, CandidateFile
from app.models.case_grading import Grade, Grader
from app.models.case_work import CaseAssignment, CaseFile, CaseTask
from app.models.decision import Decision
from app.models.interview import Interview
from app.models.privacy import Erasure, LegalHold
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import SQLColumnExpression
    from sqlalchemy.orm import Session

_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
"""Where the figures between the dashes of an ID begin, and how many they are."""


def events_of(session: Session, thing: UUID) -> tuple[Select[int], Select[int]]:
    """The numbers of the events about what belongs to a thing, whatever it is; about the thing itself ask beside them.

    A print names a file: which decision it holds stands in its payload, as long as the person is not erased.
    """
    dialect = session.get_bind().dialect.name
    applications = select(Application.id).where(
        or_(Application.id == thing, Application.candidate_id == thing, Application.requisition_id == thing)
    )
    decisions = select(Decision.id).where(or_(Decision.id == thing, Decision.application_id.in_(applications)))
    parts = (
        *_hiring(thing, applications), *_case_work(thing, applications), *_privacy(thing),
        ("decision", Decision.id, Decision.id.in_(decisions)),
    )  # fmt: skip
    objects = union_all(
        *(select(literal(f"{kind}/") + _text(dialect, column)).where(which) for kind, column, which in parts)
    )
    held = decisions.with_only_columns(literal('{"decision":"') + _text(dialect, Decision.id) + literal('"}'))
    prints = (
        select(AuditEvent.seq)
        .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .where(AuditEvent.action == "decision.print", AuditPayload.body.in_(held))
    )
    return select(AuditEvent.seq).where(AuditEvent.object.in_(objects)), prints


_Branch = tuple[str, "SQLColumnExpression[UUID]", "SQLColumnExpression[bool]"]


def _hiring(thing: UUID, applications: Select[UUID]) -> tuple[_Branch, ...]:
    card = or_(ScorecardRow.application_id.in_(applications), ScorecardRow.interview_id == thing)
    return (
        ("application", Application.id, Application.id.in_(applications)),
        ("interview", Interview.id, Interview.application_id.in_(applications)),
        ("scorecard", ScorecardRow.id, card),
        ("file", CandidateFile.id, CandidateFile.candidate_id == thing),
    )


def _case_work(thing: UUID, applications: Select[UUID]) -> tuple[_Branch, ...]:
    tasks = select(CaseTask.id).where(CaseTask.requisition_id == thing)
    of_file = select(CaseFile.assignment_id).where(CaseFile.id == thing)
    work = or_(CaseAssignment.application_id.in_(applications), CaseAssignment.id.in_(of_file))
    graded = select(CaseAssignment.id).where(CaseAssignment.application_id.in_(applications))
    return (
        ("case-task", CaseTask.id, CaseTask.requisition_id == thing),
        ("case_grader", Grader.id, Grader.task_id.in_(tasks)),
        ("case-assignment", CaseAssignment.id, work),
        ("case_assignment", CaseAssignment.id, work),
        ("case_grade", Grade.id, Grade.assignment_id.in_(graded)),
    )


def _privacy(thing: UUID) -> tuple[_Branch, ...]:
    held = or_(LegalHold.candidate_id == thing, LegalHold.requisition_id == thing, LegalHold.person_id == thing)
    return (
        ("erasure", Erasure.id, or_(Erasure.candidate_id == thing, Erasure.person_id == thing)),
        ("hold", LegalHold.id, held),
    )


def _text(dialect: str, column: Any) -> SQLColumnExpression[str]:  # noqa: ANN401  a mapped column
    """An ID as events write it; SQLite keeps it without its dashes."""
    plain = cast(column, String)
    if dialect != "sqlite":
        return plain
    first, *rest = (func.substr(plain, start, length, type_=String) for start, length in _PARTS)
    dashed: SQLColumnExpression[str] = first
    for part in rest:
        dashed = dashed + literal("-") + part
    return dashed
