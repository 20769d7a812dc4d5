"""What a grader sees: the work on a case under codes, their own marks and ratings, and nothing else.

No name, time or length of time is in any of it, and nothing of what another grader did.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select

from app.domain.access import found, require
from app.domain.card import CardContent
from app.domain.card import from_json as card_from_json
from app.domain.case_grading import (
    Check,
    GradeContent,
    GradeState,
    QuestionMark,
    checklist,
    checks_for,
    from_json,
    of_case,
    reading_order,
)
from app.domain.case_work import neutral_name
from app.domain.errors import NotFoundError
from app.domain.hiring import RevealRule
from app.domain.permission import Permission
from app.domain.unnamed import Author, without_name
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grade, Grader, GradesReveal, Mark, SealedGrade
from app.models.case_grading_asks import gradable, grades_for
from app.models.case_grading_facts import grading_facts
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile, CaseQuestion
from app.models.decision import DebriefRow
from app.models.requisition import Requisition
from app.queries import case_work
from app.queries.case_work import SubmittedFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts
    from app.queries.case_work import Question, TaskCase


@dataclass(frozen=True, slots=True)
class Paper:
    """A document handed in, under a name that says nothing."""

    file_id: UUID
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Work:
    """One submission on the grader's desk. ``marked`` are questions with a mark; ``compares``: all grades are open."""

    assignment_id: UUID
    code: str
    state: GradeState
    marked: frozenset[UUID]
    begun: bool
    compares: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole duty of a grader on one task."""

    task: TaskCase
    work: tuple[Work, ...]

    @property
    def owed(self) -> tuple[Work, ...]:
        """What is still to be graded, by code."""
        return tuple(one for one in self.work if one.state is GradeState.OWED)

    def marked(self, question_id: UUID) -> int:
        """How many of the answers still to be graded have a mark on this question."""
        return sum(question_id in one.marked for one in self.owed)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as Markdown without its author's name, with the grader's own mark; ``version`` is the mark's."""

    assignment_id: UUID
    question_id: UUID
    code: str
    text: str
    papers: tuple[Paper, ...]
    mark: QuestionMark
    version: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """All answers to one question that wait for the grader, in the order in which this grader reads them."""

    task: TaskCase
    question: Question
    checks: tuple[Check, ...]
    answers: tuple[Answer, ...]

    @property
    def before(self) -> Question | None:
        """The question before this one."""
        return self.task.questions[self.question.number - 2] if self.question.number > 1 else None

    @property
    def after(self) -> Question | None:
        """The question after this one."""
        return next(iter(self.task.questions[self.question.number :]), None)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One submission with everything that the grader noted on it; ``card`` is the draft, or what was sealed."""

    task: TaskCase
    scorecard: Scorecard
    assignment_id: UUID
    code: str
    state: GradeState
    version: int
    saved_at: datetime | None
    card: CardContent
    answers: tuple[Answer, ...]
    papers: tuple[Paper, ...]
    return_reason: str

    @property
    def checks(self) -> tuple[Check, ...]:
        """The whole marking guide."""
        return checklist(self.task.case)

    @property
    def unmarked(self) -> tuple[int, ...]:
        """The numbers of the questions without a mark."""
        return tuple(number for number, answer in enumerate(self.answers, 1) if not answer.mark.marked)


def desk(session: Session, actor: ActorFacts, task_id: UUID) -> Desk:
    """Everything of one task that waits for the grader, and what they have sealed or given back."""
    task = _task(session, actor, task_id)
    rows = session.execute(
        _mine(actor, task_id)
        .outerjoin(Mark, and_(Mark.grade_id == Grade.id, Mark.marked.is_(True)))
        .add_columns(Mark.question_id.label("marked"), _open().label("open"))
        .order_by(CaseAssignment.code)
    ).all()
    owes = any(_state(row) is GradeState.OWED for row in rows)
    marked: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        marked[row.assignment_id] |= {row.marked} if row.marked else set()
    firsts = {row.assignment_id: row for row in reversed(rows)}
    work = [
        Work(
            row.assignment_id, row.code, _state(row), frozenset(marked[row.assignment_id]),
            begun=row.draft_saved_at is not None or bool(marked[row.assignment_id]),
            compares=bool(row.open) and not owes,
        )
        for row in reversed(firsts.values())
    ]  # fmt: skip
    return Desk(task, tuple(work))


def question_page(session: Session, actor: ActorFacts, task_id: UUID, question_id: UUID) -> QuestionPage:
    """All answers to a question that the grader has still to seal; :class:`NotFoundError` for another task's."""
    task = _task(session, actor, task_id)
    question = next((one for one in task.questions if one.question_id == question_id), None)
    if question is None:
        raise NotFoundError
    waiting = or_(Grade.state.is_(None), Grade.state == GradeState.OWED)
    rows = session.execute(_answers(actor, task_id).where(CaseQuestion.id == question_id, waiting)).all()
    of_work = _by(rows, "assignment_id")
    order = reading_order(rows[0].grader_id, question_id, of_work) if rows else ()
    checks = checks_for(task.case, question.text, question.dimensions, [one.text for one in task.questions])
    return QuestionPage(task, question, checks, tuple(_answer(of_work[each]) for each in order))


def sheet_page(session: Session, actor: ActorFacts, task_id: UUID, assignment_id: UUID) -> SheetPage:
    """One submission whole; :class:`NotFoundError` when it is not the actor's to grade."""
    task = _task(session, actor, task_id)
    rows = session.execute(
        _answers(actor, task_id)
        .outerjoin(SealedGrade, SealedGrade.grade_id == Grade.id)
        .add_columns(Grade.draft, Grade.return_reason, SealedGrade.body)
        .where(CaseAssignment.id == assignment_id)
    ).all()
    if not rows:
        raise NotFoundError
    first, of_question = rows[0], _by(rows, "question_id")
    sealed = from_json(first.body) if first.body else None
    draft = card_from_json(first.draft) if first.draft else CardContent()
    return SheetPage(
        task, of_case(task.blueprint.scorecard, task.case), assignment_id, first.code, _state(first),
        first.version or 0, first.draft_saved_at, sealed.card if sealed else draft,
        tuple(_answer(of_question[one.question_id], sealed) for one in task.questions), _papers(rows),
        first.return_reason or "",
    )  # fmt: skip


def paper(session: Session, actor: ActorFacts, task_id: UUID, file_id: UUID) -> SubmittedFile:
    """What a document is called and where it lies, for a grader who may read the work that it belongs to."""
    require(actor, Permission.CASE_GRADE, found(grading_facts(session, actor, task_id)))
    row = session.execute(
        _mine(actor, task_id)
        .join(CaseFile, CaseFile.assignment_id == CaseAssignment.id)
        .add_columns(CaseFile.id.label("file_id"), CaseFile.number, CaseFile.name, CaseFile.media_type)
        .add_columns(CaseFile.size, CaseFile.sha256)
        .where(CaseFile.id == file_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    name = neutral_name(row.code, row.number, row.name)
    return SubmittedFile(row.file_id, name, row.media_type, row.size, row.sha256)


def _task(session: Session, actor: ActorFacts, task_id: UUID) -> TaskCase:
    require(actor, Permission.CASE_GRADE, found(grading_facts(session, actor, task_id)))
    task = case_work.task_case(session, task_id)
    if task is None:
        raise NotFoundError
    return task


def _mine(actor: ActorFacts, task_id: UUID) -> Select[*tuple[Any, ...]]:
    ended = Grade.state.in_((GradeState.SEALED, GradeState.RETURNED))
    return (
        select(
            Grader.id.label("grader_id"), CaseAssignment.id.label("assignment_id"), CaseAssignment.code, Grade.state,
            Grade.version, Grade.draft_saved_at,
        )
        .select_from(Grader)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .outerjoin(Grade, and_(Grade.grader_id == Grader.id, Grade.assignment_id == CaseAssignment.id))
        .where(
            Grader.task_id == task_id,
            Grader.person_id == actor.person_id,
            Grader.released_at.is_(None),
            or_(ended, and_(gradable(), grades_for())),
        )
    )  # fmt: skip


def _answers(actor: ActorFacts, task_id: UUID) -> Select[*tuple[Any, ...]]:
    """A row for each answer and document; the author's name is there to be covered, and goes no further."""
    of_answer = and_(CaseAnswer.assignment_id == CaseAssignment.id, CaseAnswer.question_id == CaseQuestion.id)
    return (
        _mine(actor, task_id)
        .join(CaseQuestion, CaseQuestion.task_id == CaseAssignment.task_id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(CaseAnswer, of_answer)
        .outerjoin(Mark, and_(Mark.grade_id == Grade.id, Mark.question_id == CaseQuestion.id))
        .outerjoin(CaseFile, CaseFile.assignment_id == CaseAssignment.id)
        .add_columns(CaseQuestion.id.label("question_id"), CaseAnswer.text)
        .add_columns(Mark.marked, Mark.value, Mark.seen, Mark.note, Mark.version.label("mark_version"))
        .add_columns(CaseFile.id.label("file_id"), CaseFile.number, CaseFile.name.label("file_name"), CaseFile.size)
        .add_columns(Candidate.name, Candidate.email, Candidate.phone)
    )


def _open() -> ColumnElement[bool]:
    """Whether the grades of a submission are open to those who sealed one."""
    revealed = exists(select(literal(1)).where(GradesReveal.assignment_id == CaseAssignment.id))
    debrief = exists(select(literal(1)).where(DebriefRow.application_id == CaseAssignment.application_id))
    at_once = exists(
        select(literal(1))
        .select_from(Application)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == CaseAssignment.application_id, Requisition.reveal == RevealRule.AFTER_OWN)
    )
    return revealed & or_(at_once, debrief)


def _by(rows: Sequence[Row[Any]], column: str) -> dict[UUID, list[Row[Any]]]:
    found_rows: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found_rows[row._mapping[column]].append(row)  # noqa: SLF001  the documented way to a row as a mapping
    return found_rows


def _state(row: Row[Any]) -> GradeState:
    return row.state or GradeState.OWED


def _answer(rows: Sequence[Row[Any]], sealed: GradeContent | None = None) -> Answer:
    row = rows[0]
    seen = tuple(row.seen.split("\n")) if row.seen else ()
    mark = QuestionMark(row.question_id, bool(row.marked), row.value, seen, row.note or "")
    author = Author(row.name, row.email, row.phone)
    return Answer(
        row.assignment_id, row.question_id, row.code, without_name(row.text or "", author), _papers(rows),
        sealed.mark(row.question_id) if sealed else mark, row.mark_version or 0,
    )  # fmt: skip


def _papers(rows: Sequence[Row[Any]]) -> tuple[Paper, ...]:
    kept = {row.file_id: row for row in rows if row.file_id is not None}
    return tuple(
        Paper(row.file_id, neutral_name(row.code, row.number, row.file_name), row.size)
        for row in sorted(kept.values(), key=lambda row: row.number)
    )
