"""Who grades a case: appointed by whoever runs the requisition, taken out again, and asked for one grade more.

A grader has no other part in the requisition and no role that tells names, so that nothing but the work reaches them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.case_work import CaseMode
from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.predicates import NAMES_KNOWN_TO
from app.domain.text import text_faults
from app.models.case_grading import FurtherGrade, Grade, Grader
from app.models.case_grading_asks import finished, gradable, grades_for, grades_somewhere_in, has_part_in
from app.models.case_work import CaseAssignment, CaseTask
from app.models.facts import actor_facts, requisition_facts
from app.models.person import Person
from app.services import audit, grade_reveal, outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 2000
_PART = "{} interviews or decides in this requisition. Choose somebody who has no other part in it."
_LIVE = "A live case is judged by the interviewers who talk with the candidate about it. Nobody grades it besides."
_ROLE = "{} can see who every candidate is ({}). Choose somebody without that role."
_TWICE = "They grade this submission already. Choose somebody else."
_GRADES = "{} grades a case of this requisition without knowing whose it is. Release them from that first."


def appoint(session: Session, actor: ActorFacts, task_id: UUID, person_id: UUID, *, now: datetime) -> UUID:
    """Let a person grade every submission of a task, again if they were released from it, and tell them."""
    task = _task(session, actor, task_id)
    _refuse(_unfit(session, task, person_id))
    grader = _grader(session, task_id, person_id)
    if grader is not None and grader.released_at is None and grader.whole:
        message = "They grade this case already."
        raise AlreadyDoneError(message)
    grader = grader or Grader(task_id=task_id, person_id=person_id)
    _take_in(session, actor, grader, whole=True, now=now)
    _tell(session, task, person_id, now=now)
    return grader.id


def ask_further(
    session: Session, actor: ActorFacts, assignment_id: UUID, person_id: UUID, reason: str, *, now: datetime
) -> None:
    """Ask one more person for a grade on a single submission, such as where two graders are far apart."""
    assignment = _assignment(session, assignment_id)
    task = _task(session, actor, assignment.task_id)
    why = text_faults(
        "reason", "in a sentence why another grade is asked for", reason, limit=REASON_LIMIT, required=True
    )
    _refuse((*_unfit(session, task, person_id), *why))
    grader = _grader(session, task.id, person_id)
    if grader is None or grader.released_at is not None:
        grader = grader or Grader(task_id=task.id, person_id=person_id)
        _take_in(session, actor, grader, whole=False, now=now)
    asked = session.get(FurtherGrade, (grader.id, assignment_id))
    if grader.whole:
        _refuse((Fault("person_id", _TWICE),))
    if asked is None:
        asked = FurtherGrade(grader_id=grader.id, assignment_id=assignment_id, reason=reason.strip())
        asked.at, asked.by_id = now, actor.person_id
        session.add(asked)
        session.flush()
    _refuse(_takes_it(session, grader, assignment_id))
    payload = {"grader": str(grader.id), "reason": reason.strip()}
    audit.record(session, actor, "grader.further", f"case_assignment/{assignment_id}", now=now, payload=payload)
    _tell(session, task, person_id, now=now)


def release(session: Session, actor: ActorFacts, grader_id: UUID, reason: str, *, now: datetime) -> None:
    """Take a grader out. What they sealed stays and counts; what they had begun is kept and never shown."""
    grader = session.get(Grader, grader_id)
    if grader is None:
        raise NotFoundError
    task = _task(session, actor, grader.task_id)
    if grader.released_at is not None:
        message = "They were released from this case already."
        raise AlreadyDoneError(message)
    _refuse(text_faults("reason", "in a sentence why", reason, limit=REASON_LIMIT, required=True))
    waiting = _owed_by(session, grader)
    grader.released_at, grader.released_by_id, grader.release_reason = now, actor.person_id, reason.strip()
    session.flush()
    payload = {"reason": reason.strip()}
    audit.record(session, actor, "grader.release", f"case_grader/{grader_id}", now=now, payload=payload)
    body = "Nothing is due from you on it any more. What you sealed counts."
    outbox.notify(session, grader.person_id, subject=f"You no longer grade {task.title}", body=body, path="/", now=now)
    for assignment_id in waiting:
        grade_reveal.when_complete(session, actor, assignment_id, now=now)


def announce(session: Session, assignment_id: UUID, *, now: datetime) -> None:
    """Tell the graders of a submission that was handed in that it waits for them: how many wait, and nothing else."""
    assignment = _assignment(session, assignment_id)
    title = session.scalar(select(CaseTask.title).where(CaseTask.id == assignment.task_id))
    people = session.scalars(
        select(Grader.person_id)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .where(CaseAssignment.id == assignment_id, gradable(), grades_for(), ~finished())
        .order_by(Grader.person_id)
    ).all()
    for person_id in people:
        outbox.notify(
            session,
            person_id,
            subject=f"Work to grade: {title}",
            body="A candidate handed in their work on a case that you grade. It carries a code in place of a name.",
            path=f"/grading/{assignment.task_id}",
            now=now,
        )


def other_part_faults(session: Session, requisition_id: UUID, people: set[UUID], *, field: str) -> tuple[Fault, ...]:
    """A fault for each of these people who grades in the requisition and so can have no other part in it."""
    if not people:
        return ()
    names = session.scalars(
        select(Person.name)
        .where(Person.id.in_(people), Person.id.in_(grades_somewhere_in(requisition_id)))
        .order_by(Person.name)
    )
    return tuple(Fault(field, _GRADES.format(name)) for name in names)


def _task(session: Session, actor: ActorFacts, task_id: UUID) -> CaseTask:
    task = session.get(CaseTask, task_id, with_for_update={"read": True})
    if task is None:
        raise NotFoundError
    require(actor, Permission.GRADERS_APPOINT, found(requisition_facts(session, actor, task.requisition_id)))
    return task


def _assignment(session: Session, assignment_id: UUID) -> CaseAssignment:
    assignment = session.get(CaseAssignment, assignment_id)
    if assignment is None:
        raise NotFoundError
    return assignment


def _grader(session: Session, task_id: UUID, person_id: UUID) -> Grader | None:
    wanted = select(Grader).where(Grader.task_id == task_id, Grader.person_id == person_id)
    return session.scalar(wanted.with_for_update())


def _take_in(session: Session, actor: ActorFacts, grader: Grader, *, whole: bool, now: datetime) -> None:
    grader.whole, grader.appointed_at, grader.appointed_by_id = whole, now, actor.person_id
    grader.released_at, grader.released_by_id, grader.release_reason = None, None, ""
    session.add(grader)
    session.flush()
    payload = {"person": str(grader.person_id), "task": str(grader.task_id)}
    audit.record(session, actor, "grader.appoint", f"case_grader/{grader.id}", now=now, payload=payload)


def _unfit(session: Session, task: CaseTask, person_id: UUID) -> tuple[Fault, ...]:
    if task.mode is CaseMode.LIVE:
        return (Fault("person_id", _LIVE),)
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return (Fault("person_id", "Choose somebody with an open account."),)
    actor = actor_facts(session, person_id)
    held = (actor.roles | actor.scoped_roles) & NAMES_KNOWN_TO if actor else frozenset()
    telling = sorted(role.words for role in held)
    if telling:
        return (Fault("person_id", _ROLE.format(person.name, ", ".join(telling))),)
    if session.scalar(select(has_part_in(person_id, task.requisition_id))):
        return (Fault("person_id", _PART.format(person.name)),)
    return ()


def _takes_it(session: Session, grader: Grader, assignment_id: UUID) -> tuple[Fault, ...]:
    """A fault where this very submission is closed to the person; why is nobody's business here."""
    fits = session.scalar(
        select(func.count())
        .select_from(Grader)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .where(Grader.id == grader.id, CaseAssignment.id == assignment_id, grades_for(), ~finished())
    )
    return () if fits else (Fault("person_id", "They cannot grade this submission. Choose somebody else."),)


def _owed_by(session: Session, grader: Grader) -> list[UUID]:
    """Submissions that wait for the grader, or that they have begun."""
    owed = (
        select(CaseAssignment.id)
        .join(Grader, Grader.task_id == CaseAssignment.task_id)
        .where(Grader.id == grader.id, gradable(), grades_for(), ~finished())
    )
    begun = select(Grade.assignment_id).where(Grade.grader_id == grader.id)
    return sorted({*session.scalars(owed), *session.scalars(begun)})


def _tell(session: Session, task: CaseTask, person_id: UUID, *, now: datetime) -> None:
    outbox.notify(
        session,
        person_id,
        subject=f"You grade a case: {task.title}",
        body="Candidates' work comes to you under codes, without names. Grade it on your own, question by question.",
        path=f"/grading/{task.id}",
        now=now,
    )


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise InvalidError(faults)
