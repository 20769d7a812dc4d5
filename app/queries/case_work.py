"""Tasks as they were given and work that was handed in, without a word of whose it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.domain.blueprint import Blueprint, CaseStudy, from_canonical
from app.domain.case_work import CaseMode, neutral_name
from app.domain.hiring import Stage
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.case_work import (
    CaseAnswer,
    CaseAssignment,
    CaseFile,
    CaseQuestion,
    CaseQuestionFocus,
    CaseTask,
)
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Question:
    """What candidates are asked for; ``number`` counts from 1, ``dimensions`` are ids of the scorecard's."""

    question_id: UUID
    number: int
    text: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskCase:
    """A task with its questions, the case of the blueprint it comes from, and that blueprint."""

    task_id: UUID
    requisition_id: UUID
    title: str
    mode: CaseMode
    case: CaseStudy
    questions: tuple[Question, ...]
    blueprint: Blueprint


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A document without metadata, under a neutral name such as ``K7F3-1.pdf``."""

    file_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in under a code: Markdown by question id (missing where nothing was written), and documents."""

    assignment_id: UUID
    code: str
    answers: dict[UUID, str]
    files: tuple[SubmittedFile, ...]


def task_case(session: Session, task_id: UUID) -> TaskCase | None:
    """A task as graders and candidates need it, or ``None``; two statements. Whoever asks checks who may."""
    row = session.execute(
        select(CaseTask.requisition_id, CaseTask.title, CaseTask.mode, CaseTask.case_study, BlueprintVersion.body)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(CaseTask.id == task_id)
    ).one_or_none()
    if row is None:
        return None
    blueprint = from_canonical(row.body)
    case = next(case for case in blueprint.case_studies if case.id == row.case_study)
    asked = questions(session, task_id)
    return TaskCase(task_id, row.requisition_id, row.title, row.mode, case, asked, blueprint)


def questions(session: Session, task_id: UUID) -> tuple[Question, ...]:
    """A task's questions in their order; one statement."""
    rows = session.execute(
        select(CaseQuestion.id, CaseQuestion.number, CaseQuestion.text, CaseQuestionFocus.dimension)
        .outerjoin(CaseQuestionFocus, CaseQuestionFocus.question_id == CaseQuestion.id)
        .where(CaseQuestion.task_id == task_id)
        .order_by(CaseQuestion.number, CaseQuestionFocus.dimension)
    ).all()
    focus = defaultdict(list)
    for row in rows:
        focus[row.id, row.number, row.text].extend([row.dimension] if row.dimension else [])
    return tuple(Question(*key, tuple(dimensions)) for key, dimensions in focus.items())


def handed_in(session: Session, task_id: UUID) -> tuple[Submission, ...]:
    """All work handed in to a task in the order of the codes, which says nothing; two statements.

    Neither withdrawn work nor that of a candidate who withdrew is among it. No name, time or length of time is in it,
    nor anything that one could be told from.
    """
    given = session.execute(
        select(CaseAssignment.id, CaseAssignment.code, CaseAnswer.question_id, CaseAnswer.text)
        .outerjoin(CaseAnswer, CaseAnswer.assignment_id == CaseAssignment.id)
        .where(*_in(task_id))
        .order_by(CaseAssignment.code)
    ).all()
    answers: dict[tuple[UUID, str], dict[UUID, str]] = {}
    for row in given:
        written = answers.setdefault((row.id, row.code), {})
        if row.question_id and row.text.strip():
            written[row.question_id] = row.text
    files = _files(session, task_id)
    return tuple(
        Submission(assignment_id, code, written, tuple(files[assignment_id]))
        for (assignment_id, code), written in answers.items()
    )


def _files(session: Session, task_id: UUID) -> dict[UUID, list[SubmittedFile]]:
    rows = session.execute(
        select(CaseFile, CaseAssignment.code)
        .join(CaseAssignment, CaseAssignment.id == CaseFile.assignment_id)
        .where(*_in(task_id))
        .order_by(CaseFile.assignment_id, CaseFile.number)
    ).all()
    found = defaultdict(list)
    for kept, code in rows:
        name = neutral_name(code, kept.number, kept.name)
        found[kept.assignment_id].append(SubmittedFile(kept.id, name, kept.media_type, kept.size, kept.sha256))
    return found


def _in(task_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        CaseAssignment.task_id == task_id,
        CaseAssignment.handed_in_at.is_not(None),
        CaseAssignment.withdrawn_at.is_(None),
        CaseAssignment.application_id.in_(select(Application.id).where(Application.stage != Stage.WITHDRAWN)),
    )
