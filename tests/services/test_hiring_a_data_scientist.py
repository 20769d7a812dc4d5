"""The whole of hiring on the second shipped role: four points, a must-have of the blueprint's own, other dimensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.candidate import CandidateDetails
from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.decision import Outcome
from app.domain.errors import InvalidError
from app.domain.hiring import InterviewKind, RequisitionState
from app.domain.permission import ActorFacts, Role
from app.models.engine import reading, writing
from app.models.scorecard import ScorecardRow
from app.queries import comparisons, debriefs
from app.queries import decisions as records
from app.services import (
    applications,
    blueprints,
    candidates,
    decisions,
    interviews,
    requisitions,
    scorecards,
    votes,
)
from app.services import (
    debriefs as opening,
)
from app.services.decisions import Conclusion
from app.services.interviews import InterviewPlan
from app.services.requisitions import RequisitionDraft
from tests.factories.field import shipped_blueprint
from tests.factories.hiring import NOW, actor_of, make_person
from tests.factories.panels import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tests.databases import Database

BLUEPRINT = shipped_blueprint("senior-data-scientist")
FIRST = ("problem-framing", "causal-reasoning", "modeling-judgment", "data-craft")
LAST = ("data-craft", "production-care", "communication-influence", "responsible-practice", "growing-others")
SAW = "Asked what a wrong launch would cost before naming any method."


@dataclass(frozen=True)
class Hire:
    """A requisition on the role with one candidate, everybody around it, and a card for each of two interviewers."""

    requisition: UUID
    application: UUID
    people: Mapping[str, ActorFacts]
    cards: tuple[UUID, UUID]


@pytest.fixture
def hire(database: Database) -> Hire:
    names = {
        "cora": Role.COORDINATOR, "mara": Role.HIRING_MANAGER, "chidi": Role.COMMITTEE, "sol": Role.COMMITTEE,
        "ines": Role.INTERVIEWER, "omar": Role.INTERVIEWER,
    }  # fmt: skip
    with writing(database.engine) as session:
        people = {name: actor_of(make_person(session, name.title(), [role])) for name, role in names.items()}
        cora = people["cora"]
        version = blueprints.publish(session, None, BLUEPRINT, now=NOW)
        wanted = RequisitionDraft(
            "Senior Data Scientist, Growth", version, panel_size=2, hiring_manager_id=people["mara"].person_id,
            chair_id=people["chidi"].person_id, member_ids=(people["sol"].person_id,),
        )  # fmt: skip
        need = requisitions.open_requisition(session, cora, wanted, now=NOW)
        requisitions.move(session, cora, need, RequisitionState.OPEN, reason="", version=1, now=NOW)
        details = CandidateDetails("Mira Okafor", "mira@candidates.example")
        who = candidates.add(session, cora, details, now=NOW)
        application = applications.apply(session, cora, who, need, now=NOW)
        talk = InterviewPlan(InterviewKind.CONVERSATION, "First conversation", FIRST, (people["ines"].person_id,))
        case = InterviewPlan(
            InterviewKind.CASE_STUDY, "Readout", LAST, (people["omar"].person_id,), case_study="experiment-readout"
        )
        seats = [interviews.plan(session, cora, application, plan, now=NOW) for plan in (talk, case)]
    with reading(database.engine) as session:
        first, second = (
            session.scalars(select(ScorecardRow.id).where(ScorecardRow.interview_id == seat)).one() for seat in seats
        )
    return Hire(need, application, people, (first, second))


def content(ratings: Mapping[str, int | None], signals: tuple[str, ...] = ()) -> CardContent:
    """A card with a note beside every rating at an end of the scale."""
    given = tuple(DimensionRating(name, value, SAW if value in {1, 4} else "") for name, value in ratings.items())
    return CardContent(ratings=given, signals=signals, recommendation=Recommendation.YES, summary="Clear throughout.")


def seal(database: Database, who: ActorFacts, card: UUID, filled: CardContent) -> None:
    version = version_of(database, card)
    with writing(database.engine) as session:
        scorecards.seal(session, who, card, filled, version=version, now=NOW + timedelta(hours=1))


def sealed(database: Database, hire: Hire, second: Mapping[str, int | None]) -> None:
    """Ines gives 4, 3, 2, 3 on her four; Omar what is asked for."""
    first = content(dict(zip(FIRST, (4, 3, 2, 3), strict=True)), ("commits-beforehand",))
    seal(database, hire.people["ines"], hire.cards[0], first)
    seal(database, hire.people["omar"], hire.cards[1], content(second))


def test_a_data_scientist_is_hired_on_four_points(database: Database, hire: Hire) -> None:
    sealed(database, hire, dict(zip(LAST, (2, 3, 3, 4, None), strict=True)))
    cora, chidi, sol = (hire.people[name] for name in ("cora", "chidi", "sol"))
    with writing(database.engine) as session:
        opening.open_debrief(session, cora, hire.application, now=NOW + timedelta(hours=2))
    with reading(database.engine) as session:
        debrief = debriefs.debrief(session, chidi, hire.application)
    # 15 * 4 + 20 * 3 + 15 * 2 + 15 * 5/2 + 10 * 3 + 10 * 3 + 10 * 4, over the 95 that somebody assessed
    assert debrief.score.value == Fraction(575, 190)
    assert debrief.score.coverage == Fraction(95, 100)
    assert debrief.rows[0].dimension.id == "data-craft", "two and three: the only ones who differ"
    assert [row.dimension.id for row in debrief.rows if row.must] == ["causal-reasoning"]
    assert [found.text for found in debrief.signals] == [
        "States in advance which result would change the plan, and can tell of a time when it did."
    ]
    with writing(database.engine) as session:
        for member in (chidi, sol):
            votes.cast(session, member, hire.application, Outcome.HIRE, "Sound where it counts.", version=0, now=NOW)
        conclusion = Conclusion(Outcome.HIRE, "Decides well under doubt; service can be learned.")
        made = decisions.record(session, chidi, hire.application, conclusion, now=NOW + timedelta(hours=3))
    with reading(database.engine) as session:
        record = records.decision(session, chidi, made).record
        table = comparisons.comparison(session, chidi, hire.requisition, now=NOW)
    assert (record.outcome, record.composite, record.blueprint.role) == (
        Outcome.HIRE, Fraction(575, 190), "senior-data-scientist",
    )  # fmt: skip
    assert [column.candidate for column in table.columns] == ["Mira Okafor"]


def test_without_the_blueprint_s_own_must_there_is_no_composite(database: Database, hire: Hire) -> None:
    gap = content(dict(zip(FIRST, (3, None, 3, 3), strict=True)))
    seal(database, hire.people["ines"], hire.cards[0], gap)
    seal(database, hire.people["omar"], hire.cards[1], content(dict.fromkeys(LAST, 3)))
    with writing(database.engine) as session:
        opening.open_debrief(session, hire.people["cora"], hire.application, now=NOW + timedelta(hours=2))
    with reading(database.engine) as session:
        score = debriefs.debrief(session, hire.people["chidi"], hire.application).score
    assert (score.value, score.missing_must) == (None, ("causal-reasoning",))
    assert score.coverage == Fraction(80, 100)


@pytest.mark.parametrize("value", [0, 5])
def test_a_point_of_another_role_s_scale_is_refused(database: Database, hire: Hire, value: int) -> None:
    wrong = content(dict(zip(FIRST, (value, 3, 3, 3), strict=True)))
    with pytest.raises(InvalidError) as caught:
        seal(database, hire.people["ines"], hire.cards[0], wrong)
    assert [fault.field for fault in caught.value.faults] == ["rating-problem-framing"]


@pytest.mark.parametrize(("value", "asked"), [(1, True), (2, False), (3, False), (4, True)])
def test_evidence_is_asked_for_at_both_ends_of_four_points(
    database: Database, hire: Hire, value: int, *, asked: bool
) -> None:
    whole = content(dict(zip(FIRST, (value, 3, 3, 3), strict=True)))
    bare = replace(whole, ratings=tuple(replace(rating, evidence="") for rating in whole.ratings))
    if asked:
        with pytest.raises(InvalidError) as caught:
            seal(database, hire.people["ines"], hire.cards[0], bare)
        assert [fault.field for fault in caught.value.faults] == ["evidence-problem-framing"]
    else:
        seal(database, hire.people["ines"], hire.cards[0], bare)
        with reading(database.engine) as session:
            card = session.scalars(select(ScorecardRow).where(ScorecardRow.id == hire.cards[0])).one()
        assert card.state.value == "sealed"
