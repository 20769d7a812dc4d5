"""Makes a small ladder for tests: a role with three levels, a team on it, and an assessment cycle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.growth.cycle import Answerer
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion, RungNeeded
from app.domain.milestone import Offset
from app.domain.permission import Role
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.ladder import Placement, Reporting
from app.services import cycles
from app.services.cycles import CycleDraft
from tests.factories.hiring import NOW, actor_of, make_blueprint_version, make_person, small_blueprint

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.models.blueprint import BlueprintVersion
    from app.models.person import Person

TODAY = date(2026, 11, 22)
DUE = date(2026, 12, 11)
SINCE = date(2024, 3, 1)
COMPETENCIES = ("judgment", "data", "people")


def small_ladder(*, role: str = "product-manager") -> Blueprint:
    """A blueprint of three competencies with two rungs each and three levels on two tracks."""
    rungs = tuple(Rung(one, (Entry(f"What a {one} PM does."),)) for one in ("senior", "principal"))
    levels = (
        Level("senior", "Senior PM", "ic", 4),
        Level("principal", "Principal PM", "ic", 5),
        Level("group", "Group PM", "people", 5),
    )
    requires = tuple(
        RungNeeded(level.id, competency, "senior" if level.id == "senior" else "principal")
        for level in levels
        for competency in COMPETENCIES
    )
    scope = Criterion("scope", "Led work of several teams", ("judgment",), Evidence("Cases", 2, Offset(months=12)))
    ladder = Ladder(levels, requires, promotions=(Promotion("senior", ("principal", "group"), (scope,)),))
    competencies = tuple(Competency(one, one.capitalize(), "craft", rungs=rungs) for one in COMPETENCIES)
    return replace(small_blueprint(role=role), competencies=competencies, ladder=ladder)


@dataclass(frozen=True)
class Team:
    """A manager with two reports on one ladder, and the HR partner who looks after them."""

    version: BlueprintVersion
    manager: Person
    mira: Person
    noor: Person
    hr: Person

    def draft(self, **changes: Any) -> CycleDraft:  # noqa: ANN401  any field of the draft
        """A cycle of both reports that can be opened."""
        people = {self.mira.id: None, self.noor.id: None}
        return replace(CycleDraft("Autumn 2026", self.version.id, DUE, people), **changes)


def make_team(session: Session) -> Team:
    """Two PMs at senior who report to one manager, in the team Search."""
    manager = make_person(session, "Mika Manager", [Role.PEOPLE_MANAGER])
    hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
    version = make_blueprint_version(session, small_ladder(role=f"pm-{manager.email.partition('@')[0]}"))
    mira, noor = (make_report(session, name, manager, version, hr) for name in ("Mira Okafor", "Noor Hire"))
    return Team(version, manager, mira, noor, hr)


def make_report(
    session: Session, name: str, manager: Person, version: BlueprintVersion, hr: Person, *, team: str = "Search"
) -> Person:
    """Somebody at senior who reports to a manager."""
    person = make_person(session, name, [Role.EMPLOYEE])
    session.add(Reporting(person_id=person.id, manager_id=manager.id, team=team))
    session.add(
        Placement(
            person_id=person.id, role=version.role, level="senior", since=SINCE, reason="", recorded_at=NOW,
            recorded_by_id=hr.id,
        )
    )  # fmt: skip
    session.flush()
    return person


def make_cycle(session: Session, team: Team, **changes: Any) -> Cycle:  # noqa: ANN401  any field of the draft
    """A cycle of the team, opened by HR."""
    cycle_id = cycles.open_cycle(session, actor_of(team.hr), team.draft(**changes), today=TODAY, now=NOW)
    return session.get_one(Cycle, cycle_id)


def assessment_of(session: Session, cycle: Cycle, person: Person) -> Assessment:
    """The assessment of somebody in a cycle."""
    wanted = select(Assessment).where(Assessment.cycle_id == cycle.id, Assessment.person_id == person.id)
    return session.scalars(wanted).one()


def seal_side(session: Session, assessment: Assessment, side: Answerer) -> Sheet:
    """Seal one side's sheet as it is, without asking whether it is complete."""
    wanted = select(Sheet).where(Sheet.assessment_id == assessment.id, Sheet.answerer == side)
    sheet = session.scalars(wanted).one()
    sheet.sealed_at = sheet.saved_at = NOW
    session.flush()
    return sheet
