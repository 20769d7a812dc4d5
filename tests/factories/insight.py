"""Sets a ladder with enough people for figures: who is where, who was promoted, and what both sides said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.decision import Outcome
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Standing
from app.domain.onboarding.plan import Counting, RollRule
from app.models.assessment import ExpectationMark, Sheet
from app.models.decision import Decision
from app.models.ladder import Placement
from app.models.onboarding import Plan
from app.models.promotion import CaseDecision, PromotionCase
from tests.factories.cycles import Team, make_cycle, make_report, make_team, seal_side
from tests.factories.hiring import NOW, make_application, make_requisition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.models.assessment import Assessment, Cycle
    from app.models.person import Person

Said = tuple[Standing, str]


def decide(session: Session, team: Team, person: Person, outcome: CaseOutcome, *, at: datetime) -> PromotionCase:
    """A case from senior to principal that ended on a day; a promotion is followed by its placement a week later."""
    case = PromotionCase(
        person_id=person.id, manager_id=team.manager.id, requested_by_id=person.id,
        blueprint_version_id=team.version.id, from_level="senior", to_level="principal", state=CaseState.DECIDED,
        created_at=at, ended_at=at,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(
        CaseDecision(
            case_id=case.id, number=1, outcome=outcome, day=None, reasons="As the votes say.",
            decided_by_id=team.hr.id, decided_at=at, blueprint_sha256=team.version.sha256, checkpoint="",
        )
    )  # fmt: skip
    if outcome is CaseOutcome.PROMOTE:
        session.add(placement(team, person, "principal", (at + timedelta(days=7)).date(), case))
    session.flush()
    return case


def placement(team: Team, person: Person, level: str, since: date, case: PromotionCase | None = None) -> Placement:
    """A level of the team's role from a day on."""
    return Placement(
        person_id=person.id, role=team.version.role, level=level, since=since, reason="", recorded_at=NOW,
        recorded_by_id=team.hr.id, case_id=case.id if case else None,
    )  # fmt: skip


def hired(session: Session, team: Team, person: Person, composite: str | None) -> None:
    """Somebody who was hired through interviews with this composite, and whose first year runs."""
    requisition = make_requisition(session, version=team.version)
    application = make_application(session, requisition, name=person.name)
    session.add(
        Decision(
            application_id=application.id, number=1, outcome=Outcome.HIRE, reasons="As the cards say, all in all.",
            decided_by_id=team.hr.id, decided_at=NOW, composite=composite, coverage="1",
            blueprint_sha256=team.version.sha256, checkpoint="",
        )
    )  # fmt: skip
    session.add(
        Plan(
            hire_id=person.id, manager_id=team.manager.id, blueprint_version_id=team.version.id,
            application_id=application.id, title="First year", starts_on=date(2025, 1, 6), zone="UTC",
            counting=Counting.CALENDAR, roll=RollRule.NONE, extend_for_leave=True, week="01234", created_at=NOW,
            created_by_id=team.hr.id,
        )
    )  # fmt: skip
    session.flush()


def say(session: Session, assessment: Assessment, own: Mapping[str, Said], manager: Mapping[str, Said]) -> None:
    """Both sides sealed, each with these marks."""
    for side, marks in ((Answerer.SELF, own), (Answerer.MANAGER, manager)):
        wanted = select(Sheet.id).where(Sheet.assessment_id == assessment.id, Sheet.answerer == side)
        sheet_id = session.scalars(wanted).one()
        session.add_all(
            ExpectationMark(sheet_id=sheet_id, competency=name, standing=standing, rung=rung)
            for name, (standing, rung) in marks.items()
        )
        session.flush()
        seal_side(session, assessment, side)


def make_crowd(session: Session) -> tuple[Team, Cycle, list[Person]]:
    """A team of six at senior, all in one cycle that nobody has answered."""
    team = make_team(session)
    more = [make_report(session, f"Report {n}", team.manager, team.version, team.hr) for n in range(4)]
    everybody = [team.mira, team.noor, *more]
    cycle = make_cycle(session, team, people={person.id: None for person in everybody})
    return team, cycle, everybody
