"""One person, one first year, one state: the smallest world in which a permission on a plan can be tried."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.goal import EvidenceKind, GoalState
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Role
from app.models.onboarding import Goal, GoalEvidence, Plan
from app.services import check_ins, files, measuring, plans
from app.services.measuring import AimDraft
from app.services.plans import PlanDraft
from tests.factories.hiring import NOW, actor_of, make_person
from tests.factories.plans import START, TODAY, Cast, make_onboarding_version

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.models.person import Person

STATES = ("running", "answered", "completed", "closed")
"""While the plan runs, with no answers and with both; and after it has ended."""
ANSWERS = Answers(3, Against.PARTLY, went_well="Found my way.", in_the_way="Access takes long.")
_FILE = b"%PDF-1.4\n%%EOF\n"
_HIRES = frozenset({"hire", "hr as hire"})
_MANAGERS = frozenset({"manager", "owning manager"})
_OWNERS = frozenset({"owner", "owning manager"})


@dataclass(frozen=True)
class PlanScene:
    """The person, and the ids by the names that routes give them."""

    person_id: UUID
    ids: dict[str, UUID]


def make_plan_scene(session: Session, name: str, role: Role, state: str, folder: Path) -> PlanScene:
    """Rows that make a persona's relation true to a plan in a state; evidence lies in ``folder``."""
    person = make_person(session, name.title(), (role,))
    cast = _cast(session, name, person)
    milestone, goal = cast.milestone(session, "day-30"), cast.goal(session, "learn")
    _arrange(session, goal, name, person)
    pick = AimDraft("precision")
    metric_id = measuring.pick(session, actor_of(cast.manager), cast.plan.id, pick, now=NOW)
    if state != "running":
        for one in (cast.hire, cast.manager):
            check_ins.seal(session, actor_of(one), milestone.id, ANSWERS, version=0, today=TODAY, now=NOW)
    if state in {"completed", "closed"}:
        cast.plan.state, cast.plan.ended_on = PlanState(state), TODAY
    ids = {
        "plan_id": cast.plan.id,
        "goal_id": goal.id,
        "milestone_id": milestone.id,
        "evidence_id": _evidence(session, goal, cast.hire, folder),
        "plan_metric_id": metric_id,
    }
    session.flush()
    return PlanScene(person.id, ids)


def _cast(session: Session, name: str, person: Person) -> Cast:
    hire = person if name in _HIRES else make_person(session, "Noor Hire", [Role.EMPLOYEE])
    manager = person if name in _MANAGERS else make_person(session, "Mika Manager", [Role.PEOPLE_MANAGER])
    buddy = person if name == "buddy" else make_person(session, "Bo Buddy", [Role.EMPLOYEE])
    hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
    version = make_onboarding_version(session, role=f"role-{hire.email.partition('@')[0]}")
    wanted = PlanDraft(hire.id, manager.id, version.id, START, "Europe/Berlin", buddy_id=buddy.id)
    plan_id = plans.begin(session, actor_of(hr), wanted, today=TODAY, now=NOW)
    return Cast(session.get_one(Plan, plan_id), hire, manager, buddy, hr)


def _arrange(session: Session, goal: Goal, name: str, person: Person) -> None:
    """The goal is somebody else's, unless the person owns it, and waits for the person who is waited for."""
    goal.owner_id = person.id if name in _OWNERS else make_person(session, "Otto Other", [Role.EMPLOYEE]).id
    goal.state = GoalState.SUBMITTED
    if name == "waited for":
        goal.state, goal.blocked_by, goal.waits_for_id = GoalState.BLOCKED, "No access yet", person.id


def _evidence(session: Session, goal: Goal, by: Person, folder: Path) -> UUID:
    piece = GoalEvidence(
        goal_id=goal.id, kind=EvidenceKind.FILE, title="Map", body="map.pdf", media_type="application/pdf",
        size=len(_FILE), sha256=hashlib.sha256(_FILE).hexdigest(), about_on=TODAY, added_at=NOW, added_by_id=by.id,
    )  # fmt: skip
    session.add(piece)
    session.flush()
    files.keep(folder, piece.id, _FILE)
    return piece.id
