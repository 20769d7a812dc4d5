"""Makes entries of evidence logs, and everybody who may stand to one in some way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from app.domain.blueprint import from_canonical
from app.domain.competency import Competency
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.log import Showing, Shown, Visibility, Word
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion
from app.domain.milestone import Offset
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Role
from app.models.blueprint import BlueprintVersion
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember
from app.models.evidence import Corroboration, EntryShows, LogEntry
from app.models.ladder import Placement, Reporting
from app.models.promotion import CaseEvidence, PromotionCase
from tests.factories.hiring import NOW, make_blueprint_version, make_person, small_blueprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.factories.plans import Cast

TODAY = date(2026, 11, 22)
STRATEGY = Showing(Shown.COMPETENCY, "strategy")
IMPACT = Showing(Shown.CRITERION, "impact")


def make_entry(session: Session, owner: Person, *shows: Showing, **changes: Any) -> LogEntry:  # noqa: ANN401  any column
    """An entry of somebody's log: a text that their manager may read, about today."""
    plain = {
        "kind": EvidenceKind.TEXT, "title": "Cut the waiting time", "body": "From nine minutes to four.",
        "about_on": TODAY, "visibility": Visibility.MANAGER, "added_at": NOW,
    }  # fmt: skip
    entry = LogEntry(person_id=owner.id, **{**plain, **changes})
    entry.shows = [EntryShows(kind=one.kind, key=one.key) for one in shows]
    session.add(entry)
    session.flush()
    return entry


def make_role(session: Session, person: Person, *, role: str = "placed", level: str = "senior") -> None:
    """Place somebody at a level of a role with two competencies, and one criterion on the way up."""
    proof = Evidence("Outcomes of what shipped", 2, Offset(months=12))
    ladder = Ladder(
        levels=(Level("senior", "Senior", "ic", 1), Level("staff", "Staff", "ic", 2)),
        promotions=(Promotion("senior", ("staff",), (Criterion("impact", "Impact", ("strategy",), proof),)),),
    )
    competencies = (Competency("strategy", "Strategy", "core"), Competency("empathy", "Empathy", "core"))
    make_blueprint_version(session, replace(small_blueprint(role=role), competencies=competencies, ladder=ladder))
    placed = {"since": TODAY, "reason": "Hired", "recorded_at": NOW, "recorded_by_id": person.id}
    session.add(Placement(person_id=person.id, role=role, level=level, **placed))
    session.flush()


def tie(session: Session, cast: Cast, goal: str, competency: str) -> None:
    """Give a plan a blueprint version that ties one of its goals to a competency."""
    version = session.get_one(BlueprintVersion, cast.plan.blueprint_version_id)
    plain = from_canonical(version.body)
    assert plain.onboarding
    milestones = tuple(
        replace(one, goals=tuple(replace(e, refs=(competency,)) if e.id == goal else e for e in one.goals))
        for one in plain.onboarding.milestones
    )
    tied = replace(
        plain,
        onboarding=replace(plain.onboarding, milestones=milestones),
        competencies=(Competency(competency, "Tied", "core"),),
    )
    cast.plan.blueprint_version_id = make_blueprint_version(session, tied, number=2).id
    session.flush()


def make_asked(
    session: Session, entry: LogEntry, person: Person, word: Word | None = None, *, at: datetime = NOW, words: str = ""
) -> Corroboration:
    """Somebody who was asked about an entry, and what they said."""
    asked = Corroboration(
        entry_id=entry.id, person_id=person.id, asked_at=NOW, word=word, words=words, answered_at=at if word else None
    )
    session.add(asked)
    session.flush()
    return asked


def make_report(session: Session, person: Person, manager: Person, team: str = "Search") -> None:
    """Let somebody report to a manager."""
    session.add(Reporting(person_id=person.id, manager_id=manager.id, team=team))
    session.flush()


@dataclass(frozen=True)
class Circle:
    """An owner and everybody who may stand to an entry that a case cites; ``people`` by what they are to it."""

    people: dict[str, Person]

    @property
    def owner(self) -> Person:
        """Whose log it is."""
        return self.people["owner"]


def make_circle(session: Session) -> Circle:
    """An owner with a manager, a former manager who made a case, its panel and chair, HR, and people beside them."""
    named = {
        "owner": Role.EMPLOYEE, "manager": Role.PEOPLE_MANAGER, "case manager": Role.PEOPLE_MANAGER,
        "member": Role.PEOPLE_MANAGER, "chair": Role.PEOPLE_MANAGER, "later member": Role.PEOPLE_MANAGER,
        "hr": Role.HR_PARTNER, "asked": Role.EMPLOYEE, "stranger": Role.EMPLOYEE, "admin": Role.ADMIN,
        "auditor": Role.AUDITOR, "other manager": Role.PEOPLE_MANAGER,
    }  # fmt: skip
    circle = Circle({name: make_person(session, name.title(), [role]) for name, role in named.items()})
    make_report(session, circle.owner, circle.people["manager"])
    return circle


def cite(session: Session, circle: Circle, entry: LogEntry, *, state: CaseState = CaseState.SUBMITTED) -> PromotionCase:
    """A case that cites an entry and is voted on; another one's session is still being prepared."""
    case, later = _case(session, circle, entry, state), _case(session, circle, entry, state)
    _panel(session, case, circle.people["chair"], [circle.people["member"]], CalibrationState.VOTING)
    _panel(session, later, circle.people["later member"], [], CalibrationState.PREPARING)
    return case


def _case(session: Session, circle: Circle, entry: LogEntry, state: CaseState) -> PromotionCase:
    case = PromotionCase(
        person_id=circle.owner.id, manager_id=circle.people["case manager"].id, requested_by_id=circle.owner.id,
        blueprint_version_id=make_blueprint_version(session).id, from_level="senior", to_level="staff", state=state,
        created_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(CaseEvidence(case_id=case.id, criterion="impact", entry_id=entry.id))
    return case


def _panel(
    session: Session, case: PromotionCase, chair: Person, members: Sequence[Person], state: CalibrationState
) -> None:
    panel = Calibration(
        title="Autumn", chair_id=chair.id, state=state, minutes_each=10, created_at=NOW, created_by_id=chair.id,
        voting_at=NOW if state is not CalibrationState.PREPARING else None,
    )  # fmt: skip
    session.add(panel)
    session.flush()
    session.add(CalibrationItem(calibration_id=panel.id, position=1, case_id=case.id))
    session.add_all(CalibrationMember(calibration_id=panel.id, person_id=one.id) for one in (chair, *members))
    session.flush()
