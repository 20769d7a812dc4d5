"""A candidate's work on a task: begun, saved answer by answer, and handed in once. The server's clock decides.

Nothing here knows a person with an account: whoever calls has read the application from the candidate's own session.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.canonical import sha256
from app.domain.case_work import GRACE, WorkState, WorkTime, receipt_from
from app.domain.errors import (
    AlreadyDoneError,
    Fault,
    InvalidError,
    NotFoundError,
    NotYetError,
    PlumblineError,
)
from app.domain.hiring import Stage
from app.domain.text import text_faults
from app.models.base import new_id
from app.models.candidate import Application
from app.models.case_times import work_time
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile, CaseQuestion, CaseTask
from app.services import audit, candidate_mail, graders, outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

ANSWER_LIMIT = 20_000
_CONSENT = "Tick this first: your work can only be graded when you agree to how it is handled."
_EARLY = "This task is not open yet."
_LATE = "The time in which this task could be begun is over. Write to the coordinator if something kept you from it."
_OVER = "The time is over. What was saved until then counts as handed in."
_DONE = "This was handed in already, so it cannot be changed."
_GONE = "This task was withdrawn. There is nothing left to do for it."
_NOT_BEGUN = "Begin the task first."
_REFUSALS: Mapping[WorkState, tuple[type[PlumblineError], str]] = {
    WorkState.WAITING: (NotYetError, _EARLY),
    WorkState.OPEN: (NotYetError, _NOT_BEGUN),
    WorkState.MISSED: (AlreadyDoneError, _LATE),
    WorkState.OVER: (AlreadyDoneError, _OVER),
    WorkState.HANDED_IN: (AlreadyDoneError, _DONE),
    WorkState.WITHDRAWN: (AlreadyDoneError, _GONE),
}


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it was sent. ``version`` is the one it was made from, 0 for none.

    ``writer`` names the open page and ``serial`` counts its saves, so that a save which arrives twice, or after a
    later one, does no harm.
    """

    text: str
    version: int
    writer: str
    serial: int


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that another page changed first: what is stored now, and its version."""

    stored: str
    version: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of answers, by the numbers of their questions, and how long there is left, in seconds.

    An answer that clashes or has a fault is not stored, and keeps no other from being stored.
    """

    versions: dict[int, int]
    clashes: dict[int, Clash]
    faults: tuple[Fault, ...]
    seconds_left: int


def start(session: Session, application_id: UUID, assignment_id: UUID, *, consented: bool, now: datetime) -> None:
    """Begin the task: from now on the time counts. Beginning again changes nothing."""
    given, time = _own(session, application_id, assignment_id)
    state = time.state(now)
    if state is WorkState.RUNNING:
        return
    if state is not WorkState.OPEN:
        raise _refusal(state)
    if not consented:
        raise InvalidError((Fault("consent", _CONSENT),))
    given.consented_at = given.started_at = now
    session.flush()
    given.due_at = work_time(session, assignment_id).due_at
    session.flush()
    audit.record(session, None, "case-work.start", f"case-assignment/{assignment_id}", now=now)


def save(
    session: Session, application_id: UUID, assignment_id: UUID, answers: Mapping[int, Written], *, now: datetime
) -> Saved:
    """Keep answers by the numbers of their questions; each is kept or not by itself."""
    given, time = accepting(session, application_id, assignment_id, now)
    asked = _asked(session, given, answers)
    before = _before(session, given)
    kept: dict[int, CaseAnswer] = {}
    clashes: dict[int, Clash] = {}
    faults: list[Fault] = []
    for number, question_id in asked.items():
        written, answer = answers[number], before.get(question_id)
        wrong = text_faults(f"answer-{number}", "an answer", written.text, limit=ANSWER_LIMIT)
        if wrong:
            faults += wrong
        elif answer is not None and _is_changed(answer, written):
            clashes[number] = Clash(answer.text, answer.version)
        elif answer is not None or written.text:
            answer = answer or CaseAnswer(assignment_id=assignment_id, question_id=question_id)
            kept[number] = _write(answer, written, now)
    session.add_all(kept.values())
    session.flush()
    versions = {number: answer.version for number, answer in kept.items()}
    return Saved(versions, clashes, tuple(faults), time.seconds_left(now))


def hand_in(session: Session, application_id: UUID, assignment_id: UUID, *, now: datetime) -> str:
    """Hand the work in and return the receipt's number; handing in again gives the first receipt."""
    given, time = _own(session, application_id, assignment_id)
    if given.receipt and not given.withdrawn_at:
        return given.receipt
    if not time.accepts(now) and not time.lapsed(now):
        raise _refusal(time.state(now))
    return _close(session, given, time, by_clock=not time.accepts(now), now=now)


def close_lapsed(session: Session, *, now: datetime) -> int:
    """Hand in what was saved of all work whose time is over, and return how much of it there was."""
    over = session.scalars(
        select(CaseAssignment)
        .join(Application, Application.id == CaseAssignment.application_id)
        .where(
            CaseAssignment.due_at < now - GRACE,
            CaseAssignment.handed_in_at.is_(None),
            CaseAssignment.withdrawn_at.is_(None),
            Application.stage != Stage.WITHDRAWN,
        )
        .order_by(CaseAssignment.id)
        .with_for_update(of=CaseAssignment)
    ).all()
    for given in over:
        _close(session, given, work_time(session, given.id), by_clock=True, now=now)
    return len(over)


def accepting(
    session: Session, application_id: UUID, assignment_id: UUID, now: datetime
) -> tuple[CaseAssignment, WorkTime]:
    """A candidate's own assignment while it takes answers, locked until the transaction ends; it raises otherwise."""
    given, time = _own(session, application_id, assignment_id)
    if not time.accepts(now):
        raise _refusal(time.state(now))
    return given, time


def _own(session: Session, application_id: UUID, assignment_id: UUID) -> tuple[CaseAssignment, WorkTime]:
    given = session.get(CaseAssignment, assignment_id, with_for_update=True)
    if given is None or given.application_id != application_id:
        raise NotFoundError
    return given, work_time(session, assignment_id)


def _refusal(state: WorkState) -> PlumblineError:
    kind, words = _REFUSALS[state]
    return kind(words)


def _is_changed(answer: CaseAnswer, written: Written) -> bool:
    """Whether another page saved something else since the text was taken from here."""
    return (
        answer.version != written.version and answer.writer != written.writer and answer.text != _stored(written.text)
    )


def _write(answer: CaseAnswer, written: Written, now: datetime) -> CaseAnswer:
    text = _stored(written.text)
    overtaken = answer.writer == written.writer and written.serial < answer.serial
    if answer.text != text and not overtaken:
        answer.text, answer.saved_at, answer.writer, answer.serial = text, now, written.writer, written.serial
    return answer


def _asked(session: Session, given: CaseAssignment, numbers: Collection[int]) -> dict[int, UUID]:
    """The questions' ids by their numbers; :class:`NotFoundError` when the task does not ask them all."""
    rows = session.execute(
        select(CaseQuestion.number, CaseQuestion.id)
        .where(CaseQuestion.task_id == given.task_id, CaseQuestion.number.in_(sorted(numbers)))
        .order_by(CaseQuestion.number)
    ).all()
    if len(rows) < len(numbers):
        raise NotFoundError
    return {row.number: row.id for row in rows}


def _before(session: Session, given: CaseAssignment) -> dict[UUID, CaseAnswer]:
    answers = session.scalars(select(CaseAnswer).where(CaseAnswer.assignment_id == given.id))
    return {answer.question_id: answer for answer in answers}


def _stored(text: str) -> str:
    """Browsers send each line end as two characters."""
    return text.replace("\r\n", "\n")


def _close(session: Session, given: CaseAssignment, time: WorkTime, *, by_clock: bool, now: datetime) -> str:
    given.sha256 = sha256(_content(session, given))
    given.receipt = receipt_from(new_id().int)
    given.handed_in_at = time.due_at if by_clock else now
    given.closed_by_clock = by_clock
    session.flush()
    audit.record(
        session, None, "case-work.hand-in", f"case-assignment/{given.id}", now=now, payload={"sha256": given.sha256}
    )
    _write_receipt(session, given, now=now)
    task = session.get_one(CaseTask, given.task_id)
    outbox.notify(
        session, given.created_by_id, subject="Work was handed in",
        body=f"Work on the task “{task.title}” was handed in.", path=f"/case-tasks/{task.id}", now=now,
    )  # fmt: skip
    graders.announce(session, given.id, now=now)
    return given.receipt


def _content(session: Session, given: CaseAssignment) -> str:
    """Everything that was handed in, as one exact text; its digest stands on the receipt."""
    answers = session.execute(
        select(CaseQuestion.number, CaseQuestion.text, CaseAnswer.text)
        .outerjoin(CaseAnswer, (CaseAnswer.question_id == CaseQuestion.id) & (CaseAnswer.assignment_id == given.id))
        .where(CaseQuestion.task_id == given.task_id)
        .order_by(CaseQuestion.number)
    ).all()
    files = session.scalars(
        select(CaseFile.sha256).where(CaseFile.assignment_id == given.id).order_by(CaseFile.number)
    ).all()
    content = {"answers": [[number, asked, text or ""] for number, asked, text in answers], "files": list(files)}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write_receipt(session: Session, given: CaseAssignment, *, now: datetime) -> None:
    how = (
        "The time ran out, so what you had saved by then was handed in for you."
        if given.closed_by_clock
        else "Your work was handed in."
    )
    body = (
        f"{how}\n\nReceipt {given.receipt}\nSHA-256 of what was handed in: {given.sha256}\n\n"
        "You can read your own copy on the page of your application."
    )
    candidate_mail.write(session, given.application_id, subject="Receipt for your work", body=body, now=now)
