"""More time for a candidate: with a reason, or in confidence because their circumstances ask for it.

What an allowance adds is nobody's but the candidate's and the coordinator's. The audit chain and the mail say the same
of an allowance as of an extension: that the time was set, and neither how much nor why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.case_work import MOST_EXTRA, MOST_PERCENT, Allowance, Extends, WorkTime
from app.domain.errors import AlreadyDoneError, Fault, InvalidError
from app.domain.text import text_faults
from app.models.case_grading import Grade
from app.models.case_times import work_time
from app.models.case_work import CaseAllowance, CaseAssignment, CaseExtension
from app.services import candidate_mail, case_giving
from app.services.case_giving import LONGEST_WINDOW, REASON_LIMIT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_DONE = "This work was handed in, so its time stays as it is."
_GRADED = "Grading of this work has begun, so it cannot be opened again."
_TOLD = "The time for your task was changed. The page of the task says how much you have now."


def allow(session: Session, actor: ActorFacts, assignment_id: UUID, allowance: Allowance, *, now: datetime) -> None:
    """Set what a candidate's circumstances add to their time, in place of what was set before."""
    given = case_giving.kept(session, actor, assignment_id)
    if given.handed_in_at:
        raise AlreadyDoneError(_DONE)
    faults = []
    if not 0 <= allowance.percent <= MOST_PERCENT:
        faults.append(Fault("percent", f"Write a whole number from 0 to {MOST_PERCENT}."))
    if not 0 <= allowance.minutes <= MOST_EXTRA:
        faults.append(Fault("minutes", f"Write a whole number from 0 to {MOST_EXTRA}."))
    if faults:
        raise InvalidError(tuple(faults))
    row = session.get(CaseAllowance, assignment_id) or CaseAllowance(assignment_id=assignment_id)
    row.percent, row.minutes = allowance.percent, allowance.minutes
    row.set_at, row.set_by_id = now, actor.person_id
    session.add(row)
    _retime(session, actor, given, now=now)


def extend(
    session: Session, actor: ActorFacts, assignment_id: UUID, until: datetime, *, reason: str, now: datetime
) -> None:
    """Move the end of a candidate's time to ``until``, with a reason: of a countdown that runs, else of the window.

    Work that the clock closed is opened again, unless somebody has begun to grade it.
    """
    given = case_giving.kept(session, actor, assignment_id)
    if given.handed_in_at and not given.closed_by_clock:
        raise AlreadyDoneError(_DONE)
    extends, end = end_of(work_time(session, assignment_id))
    faults = [*text_faults("reason", "why there is more time", reason, limit=REASON_LIMIT, required=True)]
    if not max(now, end) < until <= now + LONGEST_WINDOW:
        faults.append(Fault("until", "Choose an end later than now and than the one so far, at most 60 days away."))
    if faults:
        raise InvalidError(tuple(faults))
    if given.handed_in_at:
        _reopen(session, given)
    minutes = -((end - until) // timedelta(minutes=1))
    session.add(
        CaseExtension(
            assignment_id=assignment_id, extends=extends, minutes=minutes, reason=reason.strip(), at=now,
            by_id=actor.person_id,
        )
    )  # fmt: skip
    _retime(session, actor, given, now=now)


def end_of(time: WorkTime) -> tuple[Extends, datetime]:
    """What an extension would add to, and the end that it would move."""
    if time.minutes is not None and time.due_at:
        return Extends.COUNTDOWN, time.due_at
    return Extends.WINDOW, time.last_start


def _reopen(session: Session, given: CaseAssignment) -> None:
    if session.scalar(select(Grade.id).where(Grade.assignment_id == given.id).limit(1)):
        raise AlreadyDoneError(_GRADED)
    given.handed_in_at = given.receipt = given.sha256 = None
    given.closed_by_clock = False


def _retime(session: Session, actor: ActorFacts, given: CaseAssignment, *, now: datetime) -> None:
    session.flush()
    time = work_time(session, given.id)
    if given.started_at and time.due_at:
        if time.due_at <= now:
            raise InvalidError((Fault("minutes", "This would end a countdown that runs already. Leave more time."),))
        given.due_at = time.due_at
        session.flush()
    case_giving.record(session, actor, "time", given, now=now)
    candidate_mail.write(session, given.application_id, subject="The time for your task", body=_TOLD, now=now)
    case_giving.keep_link(session, given, now=now)
