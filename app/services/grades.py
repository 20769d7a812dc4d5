"""What a grader does with one submission: mark it by question, rate it, seal it, or give it back.

Until all grades of the submission are in, nothing here answers with anything about another's grade, or about whose
work it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select

from app.domain.access import found, require
from app.domain.blueprint import Scorecard, from_canonical
from app.domain.card import CardContent, draft_faults, in_order
from app.domain.card import to_json as card_json
from app.domain.case_grading import (
    GradeContent,
    GradeState,
    QuestionMark,
    checklist,
    mark_faults,
    of_case,
    sealing_faults,
    to_json,
)
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission, allow
from app.domain.text import text_faults
from app.models.blueprint import BlueprintVersion
from app.models.case_grading import Grade, Grader, Mark, SealedGrade
from app.models.case_grading_asks import gradable, grades_for
from app.models.case_grading_facts import grading_facts
from app.models.case_work import CaseAssignment, CaseQuestion, CaseTask
from app.models.facts import actor_facts, application_facts
from app.models.requisition import Requisition
from app.services import arrivals, audit, grade_reveal, outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import CaseStudy
    from app.domain.permission import ActorFacts

REASON_LIMIT = 2000
_STALE = "This grade was changed in another tab or on another device. Compare the two and choose."
_SEALED = "This grade is sealed."
_RETURNED = "You gave this submission back, so nothing is due on it any more."
_GONE = "This submission is no longer graded: its candidate is out of the process, or the process is over."


@dataclass(frozen=True, slots=True)
class _Duty:
    """A grade that is owed, with what it is measured by; the row is made by then and its grader locked."""

    grade: Grade
    case: CaseStudy
    scorecard: Scorecard


def save_mark(
    session: Session, actor: ActorFacts, assignment_id: UUID, mark: QuestionMark, *, version: int, now: datetime
) -> int:
    """Keep what is noted on one answer and return the mark's new version; a mark that is new has version 0."""
    duty = _owed(session, actor, assignment_id)
    if mark.question_id not in _questions(session, assignment_id):
        raise NotFoundError
    _refuse(mark_faults(mark, duty.scorecard.scale, [check.id for check in checklist(duty.case)]))
    row = session.get(Mark, (duty.grade.id, mark.question_id), with_for_update=True, populate_existing=True)
    if (row.version if row else 0) != version:
        raise ConflictError(_STALE, current_version=row.version if row else 0)
    row = row or Mark(grade_id=duty.grade.id, question_id=mark.question_id)
    row.marked, row.value, row.note = mark.marked, mark.value, mark.note
    row.seen, row.saved_at, row.version = "\n".join(sorted(set(mark.seen))), now, version + 1
    session.add(row)
    session.flush()
    return row.version


def save_draft(
    session: Session, actor: ActorFacts, assignment_id: UUID, content: CardContent, *, version: int, now: datetime
) -> int:
    """Keep the ratings written so far and return the new version; :class:`ConflictError` when ``version`` is stale."""
    duty = _owed(session, actor, assignment_id)
    _refuse(draft_faults(content, duty.scorecard))
    _require_current(duty.grade, version)
    duty.grade.draft, duty.grade.draft_saved_at, duty.grade.version = card_json(content), now, version + 1
    session.flush()
    return duty.grade.version


def seal(
    session: Session, actor: ActorFacts, assignment_id: UUID, content: CardContent, *, version: int, now: datetime
) -> bool:
    """Seal the grade with its marks; say whether it was the last one, so that all of them are open now.

    :class:`InvalidError` lists all that is missing.
    """
    # The assignment first, so that of two graders who seal at once the second finds the first one's grade.
    session.get(CaseAssignment, assignment_id, with_for_update=True)
    duty = _owed(session, actor, assignment_id)
    _require_current(duty.grade, version)
    questions = _questions(session, assignment_id)
    whole = GradeContent(_marks(session, duty.grade.id), _plain(content, duty.scorecard))
    _refuse(sealing_faults(whole, duty.scorecard, questions))
    body = to_json(whole)
    session.add(SealedGrade(grade_id=duty.grade.id, body=body, sealed_at=now))
    _end(session, duty.grade, GradeState.SEALED)
    digest = hashlib.sha256(body.encode()).hexdigest()
    subject = f"case_grade/{duty.grade.id}"
    audit.record(session, actor, "case_grade.seal", subject, now=now, payload={"sha256": digest, "grade": body})
    return grade_reveal.when_complete(session, actor, assignment_id, now=now)


def give_back(session: Session, actor: ActorFacts, assignment_id: UUID, reason: str, *, now: datetime) -> None:
    """End the duty on one submission without a grade, such as when its author is recognised; who appointed hears it."""
    session.get(CaseAssignment, assignment_id, with_for_update=True)
    duty = _owed(session, actor, assignment_id)
    _refuse(text_faults("reason", "in a sentence why", reason, limit=REASON_LIMIT, required=True))
    duty.grade.returned_at, duty.grade.return_reason = now, reason.strip()
    _end(session, duty.grade, GradeState.RETURNED)
    payload = {"reason": reason.strip()}
    audit.record(session, actor, "case_grade.return", f"case_grade/{duty.grade.id}", now=now, payload=payload)
    _tell_of_return(session, duty.grade, now=now)
    grade_reveal.when_complete(session, actor, assignment_id, now=now)


def _owed(session: Session, actor: ActorFacts, assignment_id: UUID) -> _Duty:
    task_id = session.scalar(select(CaseAssignment.task_id).where(CaseAssignment.id == assignment_id))
    if task_id is None:
        raise NotFoundError
    require(actor, Permission.CASE_GRADE, found(grading_facts(session, actor, task_id)))
    # The grader's row is the lock of everything that they write, so that two first saves make one grade.
    grader = session.execute(
        select(Grader)
        .where(Grader.task_id == task_id, Grader.person_id == actor.person_id, Grader.released_at.is_(None))
        .with_for_update()
    ).scalar_one()
    _require_theirs(session, grader.id, assignment_id)
    grade = session.scalar(
        select(Grade).where(Grade.grader_id == grader.id, Grade.assignment_id == assignment_id).with_for_update()
    )
    if grade is None:
        grade = Grade(grader_id=grader.id, assignment_id=assignment_id, version=0)
        session.add(grade)
        session.flush()
    if grade.state is not GradeState.OWED:
        raise AlreadyDoneError(_SEALED if grade.state is GradeState.SEALED else _RETURNED)
    case, scorecard = _measure(session, task_id)
    return _Duty(grade, case, scorecard)


def _require_theirs(session: Session, grader_id: UUID, assignment_id: UUID) -> None:
    theirs = (
        select(CaseAssignment.withdrawn_at.is_(None) & gradable())
        .join(Grader, Grader.task_id == CaseAssignment.task_id)
        .where(
            CaseAssignment.id == assignment_id,
            Grader.id == grader_id,
            CaseAssignment.handed_in_at.is_not(None),
            grades_for(),
        )
    )
    running = session.scalar(theirs)
    if running is None:
        raise NotFoundError
    if not running:
        raise AlreadyDoneError(_GONE)


def _measure(session: Session, task_id: UUID) -> tuple[CaseStudy, Scorecard]:
    row = session.execute(
        select(BlueprintVersion.body, CaseTask.case_study)
        .select_from(CaseTask)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(CaseTask.id == task_id)
    ).one()
    blueprint = from_canonical(row.body)
    case = next(each for each in blueprint.case_studies if each.id == row.case_study)
    return case, of_case(blueprint.scorecard, case)


def _questions(session: Session, assignment_id: UUID) -> tuple[UUID, ...]:
    asked = (
        select(CaseQuestion.id)
        .join(CaseAssignment, CaseAssignment.task_id == CaseQuestion.task_id)
        .where(CaseAssignment.id == assignment_id)
        .order_by(CaseQuestion.number)
    )
    return tuple(session.scalars(asked))


def _marks(session: Session, grade_id: UUID) -> tuple[QuestionMark, ...]:
    rows = session.scalars(select(Mark).where(Mark.grade_id == grade_id).execution_options(populate_existing=True))
    return tuple(
        QuestionMark(row.question_id, row.marked, row.value, tuple(row.seen.split("\n")) if row.seen else (), row.note)
        for row in rows
    )


def _plain(content: CardContent, scorecard: Scorecard) -> CardContent:
    """The card as it counts: in the scorecard's order, without a private note, because a grade is read as a whole."""
    return CardContent(
        ratings=in_order(content.ratings, scorecard),
        recommendation=content.recommendation,
        summary=content.summary,
        undecided=content.undecided,
    )


def _require_current(grade: Grade, version: int) -> None:
    if grade.version != version:
        raise ConflictError(_STALE, current_version=grade.version)


def _end(session: Session, grade: Grade, state: GradeState) -> None:
    grade.state, grade.draft, grade.draft_saved_at = state, "", None
    grade.version += 1
    session.execute(delete(Mark).where(Mark.grade_id == grade.id))
    session.flush()


def _tell_of_return(session: Session, grade: Grade, *, now: datetime) -> None:
    row = session.execute(
        select(Grader.appointed_by_id, Grader.task_id, CaseTask.title, CaseAssignment.code)
        .add_columns(CaseAssignment.application_id)
        .select_from(Grader)
        .join(CaseTask, CaseTask.id == Grader.task_id)
        .join(CaseAssignment, CaseAssignment.id == grade.assignment_id)
        .where(Grader.id == grade.grader_id)
    ).one()
    for person_id in _who_hears(session, row.appointed_by_id, row.application_id):
        outbox.notify(
            session,
            person_id,
            subject=f"A grader gave {row.code} back: {row.title}",
            body="See whether this submission still has enough graders, and ask somebody else where it has not.",
            path=f"/grading/{row.task_id}/graders",
            now=now,
        )


def _who_hears(session: Session, appointed_by: UUID, application_id: UUID) -> tuple[UUID, ...]:
    """Who appointed the grader; where that person must know nothing of others' grades, who else runs the process."""
    actor = actor_facts(session, appointed_by)
    if actor and allow(actor, Permission.PROGRESS_SEE, application_facts(session, actor, application_id)).granted:
        return (appointed_by,)
    return tuple(runner.person_id for runner in arrivals.who_runs(session, application_id, without=None))


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise InvalidError(faults)
