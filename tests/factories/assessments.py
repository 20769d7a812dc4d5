"""Makes assessments for tests: a team with an open cycle, answers, and both sides sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.growth.answers import Answers
from app.domain.growth.mark import Mark, Standing
from app.services import assessments
from tests.factories.cycles import Team, assessment_of, make_cycle, make_team
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.models.assessment import Assessment, Cycle
    from app.models.person import Person

OWN = Answers(
    (
        Mark("judgment", Standing.MET, "principal", "Led the pricing bet."),
        Mark("data", Standing.MET, "senior"),
        Mark("people", Standing.NOT_ENOUGH),
    ),
    "A good half year.",
    current="senior",
    target="principal",
)
MANAGER = Answers(
    (
        Mark("judgment", Standing.MET, "senior", "Sound within the team."),
        Mark("data", Standing.MET, "senior"),
        Mark("people", Standing.BELOW, None, "Did not lead anybody yet."),
    ),
    "Ready soon.",
)
PEER = Answers((Mark("people", Standing.MET, "senior", "Helped me through my first test."),), "Always there.")


@dataclass(frozen=True)
class Scene:
    """A team with a cycle, of which one person's assessment is looked at."""

    team: Team
    cycle: Cycle
    assessment: Assessment

    @property
    def person(self) -> Person:
        """Whom the assessment is about."""
        return self.team.mira

    @property
    def manager(self) -> Person:
        """Who answers on them."""
        return self.team.manager


def make_scene(session: Session, *, with_peers: bool = True) -> Scene:
    """An open cycle that asks peers too; nobody has answered."""
    team = make_team(session)
    cycle = make_cycle(session, team, with_peers=with_peers)
    return Scene(team, cycle, assessment_of(session, cycle, team.mira))


def seal(session: Session, scene: Scene, person: Person, answers: Answers, *, version: int = 0) -> bool:
    """Seal somebody's answers."""
    return assessments.seal(
        session, actor_of(person), scene.assessment.id, answers, version=version, now=NOW + timedelta(hours=1)
    )


def seal_both(session: Session, scene: Scene, own: Answers = OWN, manager: Answers = MANAGER) -> None:
    """Seal the person's side and the manager's."""
    seal(session, scene, scene.person, own)
    seal(session, scene, scene.manager, manager)


def later(days: int) -> datetime:
    """A moment after the factories' own."""
    return NOW + timedelta(days=days)
