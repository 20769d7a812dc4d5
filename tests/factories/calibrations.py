"""Makes calibration sessions for tests: a panel, cases that were handed in, rated assessments, votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.growth.case import CaseState
from app.domain.growth.cycle import Answerer
from app.domain.permission import Role
from app.models.calibration import Calibration, CalibrationItem
from app.models.promotion import CaseEvent, PromotionCase
from app.services import calibration_run, calibrations, prevotes
from app.services.calibrations import Sitting
from app.services.prevotes import Ballot
from tests.factories.cycles import SINCE, Team, assessment_of, make_cycle, make_team, seal_side
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.assessment import Assessment
    from app.models.person import Person

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Panel:
    """A session of four with a case on Mira, whose manager sits in it too, so that three may vote."""

    team: Team
    calibration: Calibration
    chair: Person
    ana: Person
    ben: Person
    item: CalibrationItem
    case: PromotionCase

    @property
    def voters(self) -> tuple[Person, ...]:
        """Who may vote on the case."""
        return self.chair, self.ana, self.ben


def make_case(session: Session, team: Team, person: Person, *, state: CaseState = CaseState.SUBMITTED) -> PromotionCase:
    """A case for principal that was handed in."""
    case = PromotionCase(
        person_id=person.id, manager_id=team.manager.id, requested_by_id=person.id,
        blueprint_version_id=team.version.id, from_level="senior", to_level="principal", level_since=SINCE, state=state,
        brief="Led the search rebuild.", case_against="One team only so far.", created_at=NOW, submitted_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(CaseEvent(case_id=case.id, number=1, what="Handed in", at=NOW, by_id=team.manager.id))
    session.flush()
    return case


def make_panel(session: Session) -> Panel:
    """A session that is being prepared."""
    team = make_team(session)
    chair = make_person(session, "Carla Chair", [Role.PEOPLE_MANAGER])
    ana, ben = (make_person(session, name, [Role.PEOPLE_MANAGER]) for name in ("Ana Alves", "Ben Brandt"))
    hr = actor_of(team.hr)
    members = (team.manager.id, ana.id, ben.id)
    made = calibrations.begin(session, hr, Sitting("Autumn panel", chair.id, 12, members), now=NOW)
    case = make_case(session, team, team.mira)
    calibrations.take_in(session, hr, made, case_ids=[case.id], now=NOW)
    calibration = session.get_one(Calibration, made)
    item = session.query(CalibrationItem).filter_by(case_id=case.id).one()
    return Panel(team, calibration, chair, ana, ben, item, case)


def add_rating(
    session: Session, panel: Panel, linked: Callable[[Assessment], None] = lambda _: None
) -> CalibrationItem:
    """Take in Noor's assessment, which both sides have sealed, as a rating round; ``linked`` writes into it before."""
    cycle = make_cycle(session, panel.team)
    assessment = assessment_of(session, cycle, panel.team.noor)
    linked(assessment)
    for side in (Answerer.SELF, Answerer.MANAGER):
        seal_side(session, assessment, side)
    calibrations.take_in(session, actor_of(panel.chair), panel.calibration.id, assessment_ids=[assessment.id], now=NOW)
    return session.query(CalibrationItem).filter_by(assessment_id=assessment.id).one()


def start_voting(session: Session, panel: Panel) -> None:
    """Ask for the votes."""
    calibration_run.ask_for_votes(session, actor_of(panel.chair), panel.calibration.id, now=NOW)


def seal(session: Session, item_id: UUID, person: Person, value: str, reason: str = "It is shown.") -> None:
    """Seal somebody's first vote."""
    prevotes.seal(session, actor_of(person), item_id, Ballot(value, reason), version=0, now=NOW)


def open_with(session: Session, panel: Panel, values: Sequence[str]) -> None:
    """Ask for votes, seal one of each voter on the case, and open them."""
    start_voting(session, panel)
    for person, value in zip(panel.voters, values, strict=True):
        seal(session, panel.item.id, person, value, f"{person.name} says so.")
    calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)


def settle(session: Session, panel: Panel, agreed: str, words: str = "") -> None:
    """Settle the case as the chair."""
    item = session.get_one(CalibrationItem, panel.item.id, populate_existing=True)
    calibration_run.settle(
        session, actor_of(panel.chair), item.id, agreed, words, version=item.version, now=LATER
    )  # fmt: skip


def lock(session: Session, panel: Panel) -> None:
    """Lock the session as the chair."""
    calibration_run.lock(session, actor_of(panel.chair), panel.calibration.id, now=LATER)
