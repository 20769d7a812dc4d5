"""What happens once all grades of a submission are in: each becomes a sealed scorecard of its grader.

From then on they are weighed, compared and debriefed as any scorecard is. Each keeps the moment at which its grader
sealed it, and none of them could have seen another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found
from app.domain.blueprint import from_canonical
from app.domain.card import CardState
from app.domain.case_grading import GradeState, complete, from_json, of_case
from app.domain.hiring import InterviewKind
from app.models.blueprint import BlueprintVersion
from app.models.case_grading import CreditedGrade, Grade, Grader, GradesReveal, SealedGrade
from app.models.case_grading_asks import finished, gradable, grades_for
from app.models.case_work import CaseAssignment, CaseTask
from app.models.facts import application_facts
from app.models.interview import Interview, InterviewFocus
from app.models.records import revision_record
from app.models.requisition import Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.services import arrivals, audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.blueprint import CaseStudy
    from app.domain.permission import ActorFacts

USUAL_MINUTES = 60
"""What an interview of a case without a countdown is said to take."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A sealed grade that is no scorecard yet."""

    grade_id: UUID
    person_id: UUID
    appointed_at: datetime
    sealed_at: datetime
    body: str


def when_complete(session: Session, actor: ActorFacts, assignment_id: UUID, *, now: datetime) -> bool:
    """Make scorecards of a submission's grades if nobody owes one any more; say whether any was made.

    The caller holds the lock of the assignment, or takes it here: two graders who seal at once must not both find
    the other's grade missing.
    """
    assignment = session.get(CaseAssignment, assignment_id, with_for_update=True, populate_existing=True)
    if assignment is None or not _in_running(session, assignment_id):
        return False
    sealed = _uncredited(session, assignment_id)
    reveal = session.get(GradesReveal, assignment_id)
    if reveal is None:
        if not complete(len(sealed), _owed(session, assignment_id)):
            return False
        reveal = _reveal(session, assignment, now=now)
    for one in sealed:
        _credit(session, assignment, reveal.interview_id, one, now=now)
    if sealed:
        facts = found(application_facts(session, actor, assignment.application_id))
        arrivals.announce(session, actor, facts, now=now)
    return bool(sealed)


def _in_running(session: Session, assignment_id: UUID) -> bool:
    return session.scalar(select(CaseAssignment.id).where(CaseAssignment.id == assignment_id, gradable())) is not None


def _owed(session: Session, assignment_id: UUID) -> int:
    waiting = (
        select(func.count())
        .select_from(Grader)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .where(CaseAssignment.id == assignment_id, grades_for(), ~finished())
    )
    return session.scalar(waiting) or 0


def _uncredited(session: Session, assignment_id: UUID) -> Sequence[_Sealed]:
    rows = session.execute(
        select(Grade.id, Grader.person_id, Grader.appointed_at, SealedGrade.sealed_at, SealedGrade.body)
        .join(Grader, Grader.id == Grade.grader_id)
        .join(SealedGrade, SealedGrade.grade_id == Grade.id)
        .outerjoin(CreditedGrade, CreditedGrade.grade_id == Grade.id)
        .where(
            Grade.assignment_id == assignment_id,
            Grade.state == GradeState.SEALED,
            CreditedGrade.grade_id.is_(None),
        )
        .order_by(SealedGrade.sealed_at, Grade.id)
    )
    return [_Sealed(*row) for row in rows]


def _reveal(session: Session, assignment: CaseAssignment, *, now: datetime) -> GradesReveal:
    task = session.get_one(CaseTask, assignment.task_id)
    case, asked = _case(session, task)
    # The time is that of handing in: when work began would tell how long it took, which nobody else may know.
    interview = Interview(
        application_id=assignment.application_id,
        kind=InterviewKind.CASE_STUDY,
        title=task.title,
        case_study=case.id,
        starts_at=assignment.handed_in_at,
        minutes=task.minutes or USUAL_MINUTES,
        created_at=now,
        focus=[InterviewFocus(dimension=dimension) for dimension in asked],
    )
    session.add(interview)
    session.flush()
    reveal = GradesReveal(assignment_id=assignment.id, interview_id=interview.id, revealed_at=now)
    session.add(reveal)
    session.flush()
    audit.record(
        session, None, "case.reveal", f"case_assignment/{assignment.id}", now=now,
        payload={"interview": str(interview.id)},
    )  # fmt: skip
    return reveal


def _case(session: Session, task: CaseTask) -> tuple[CaseStudy, tuple[str, ...]]:
    body = session.execute(
        select(BlueprintVersion.body)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .where(Requisition.id == task.requisition_id)
    ).scalar_one()
    blueprint = from_canonical(body)
    case = next(each for each in blueprint.case_studies if each.id == task.case_study)
    return case, tuple(d.id for d in of_case(blueprint.scorecard, case).dimensions)


def _credit(
    session: Session, assignment: CaseAssignment, interview_id: UUID, sealed: _Sealed, *, now: datetime
) -> None:
    content = from_json(sealed.body).card
    card = ScorecardRow(
        interview_id=interview_id,
        application_id=assignment.application_id,
        interviewer_id=sealed.person_id,
        state=CardState.SEALED,
        assigned_at=sealed.appointed_at,
    )
    session.add(card)
    session.flush()
    revision = Revision(
        scorecard_id=card.id,
        number=1,
        sealed_at=sealed.sealed_at,
        after_reveal=False,
        recommendation=content.recommendation,
        summary=content.summary,
        private_note="",
        ratings=[RatingRow(dimension=r.dimension, value=r.value, evidence=r.evidence) for r in content.ratings],
        signals=[],
    )
    session.add_all((revision, CreditedGrade(grade_id=sealed.grade_id, scorecard_id=card.id)))
    session.flush()
    audit.record(
        session, None, "scorecard.seal", f"scorecard/{card.id}", now=now,
        payload=revision_record(revision), on_behalf_of=f"user/{sealed.person_id}",
    )  # fmt: skip
