"""Makes plans of requisitions, training and conflicts of interest for tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.hiring import InterviewKind
from app.domain.interest import InterestKind
from app.domain.panel_plan.rows import PlanRow
from app.models.interest import ConflictOfInterest
from app.models.panel_plan import Training
from app.services import panel_plans
from app.services.panel_plans import PlanDraft
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.candidate import Candidate
    from app.models.person import Person

TALK = PlanRow(InterviewKind.CONVERSATION, "Strategy talk", 60, ("strategy", "empathy"), 2)
CASE = PlanRow(InterviewKind.CASE_STUDY, "The shortlist", 90, ("fluency", "strategy"), 1, "shortlist")
PLAN = PlanDraft(240, (TALK, CASE))
"""A plan on the small blueprint: fluency is seen by one person only."""


def make_plan(session: Session, requisition_id: UUID, by: Person, plan: PlanDraft = PLAN) -> None:
    """The plan of a requisition that had none."""
    panel_plans.save(session, actor_of(by), requisition_id, plan, version=0, now=NOW)


def make_training(session: Session, person: Person, topic: str, role: str = "", since: date = date(2026, 1, 5)) -> None:
    """What somebody is trained for."""
    session.add(
        Training(
            person_id=person.id, role=role, topic=topic, since=since, recorded_at=NOW, recorded_by_id=person.id
        )
    )  # fmt: skip
    session.flush()


def make_conflict(session: Session, person: Person, candidate: Candidate, words: str = "") -> ConflictOfInterest:
    """What somebody declared about a candidate."""
    conflict = ConflictOfInterest(
        person_id=person.id, candidate_id=candidate.id, kind=InterestKind.FRIEND, statement=words, declared_at=NOW,
        declared_by_id=person.id,
    )  # fmt: skip
    session.add(conflict)
    session.flush()
    return conflict
