from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from app.domain.card import Recommendation
from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.scorecard import RatingRow, Revision
from app.queries import comparisons, debriefs
from tests.factories.committee import decide_chained, make_committee, make_scored
from tests.factories.counting import counted
from tests.factories.hiring import (
    NOW,
    actor_of,
    make_application,
    make_interview,
    make_person,
    make_requisition,
)

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.comparison import Comparison
    from app.domain.permission import ActorFacts
    from tests.databases import Database

ALL = ("strategy", "fluency", "empathy")


def flat(value: int) -> dict[str, int | None]:
    return dict.fromkeys(ALL, value)


def read(
    database: Database,
    actor: ActorFacts,
    requisition_id: UUID,
    sort: str = comparisons.DEFAULT_SORT,
    *,
    descending: bool = True,
    beside: UUID | None = None,
) -> Comparison:
    with reading(database.engine) as session:
        return comparisons.comparison(
            session, actor, requisition_id, sort, now=NOW, descending=descending, beside=beside
        )


def names(found: Comparison) -> list[str]:
    return [column.candidate for column in found.columns]


def test_columns_say_what_the_debrief_says(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, musts=["strategy"], openings=2)
        mira = make_scored(session, committee, "Mira", [flat(4), {"strategy": 3, "fluency": None}])
        make_scored(session, committee, "Bela", [flat(5)])
        decide_chained(session, mira, committee.chair, [])
        actor = committee.coordinator_actor
    found = read(database, actor, committee.requisition.id)
    with reading(database.engine) as session:
        debrief = debriefs.debrief(session, actor, mira.id)
    column = next(column for column in found.columns if column.candidate == "Mira")
    assert column.score == debrief.score
    assert column.score is not None
    assert column.score.value == Fraction(15, 4)
    assert (column.n_cards, column.recommendations, column.decided) == (2, {Recommendation.YES: 2}, "Hire")
    assert (column.widest, column.dimensions["strategy"].n, column.dimensions["fluency"].n) == (Fraction(1), 2, 1)
    assert (found.openings, found.musts, found.blueprint) == (2, ("strategy",), debrief.blueprint)


def test_the_default_order_is_the_composite_with_words_for_the_rest(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        for name, ratings in (("Zoe", flat(4)), ("Ann", flat(4)), ("Max", flat(5)), ("Low", {"strategy": 5})):
            make_scored(session, committee, name, [ratings])
        actor = committee.coordinator_actor
    found = read(database, actor, committee.requisition.id)
    assert names(found) == ["Max", "Ann", "Zoe", "Low"]
    assert found.columns[-1].score is not None
    assert found.columns[-1].score.value is None
    assert names(read(database, actor, committee.requisition.id, "name", descending=False)) == [
        "Ann", "Low", "Max", "Zoe",
    ]  # fmt: skip
    assert names(read(database, actor, committee.requisition.id, "composite", descending=False))[0] == "Ann"
    assert names(read(database, actor, committee.requisition.id, "strategy"))[:2] == ["Low", "Max"]
    with pytest.raises(InvalidError):
        read(database, actor, committee.requisition.id, "email")


def test_a_sealed_candidate_has_no_number_and_no_telling_place(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        high = make_scored(session, committee, "Bela", [flat(5)])
        make_interview(session, high, [committee.chair])
        make_scored(session, committee, "Mira", [flat(2)])
        make_scored(session, committee, "Early", [flat(5)], debrief=False)
        make_application(session, committee.requisition, name="Unplanned")
        chair, coordinator = committee.chair_actor, committee.coordinator_actor
    by_chair = read(database, chair, committee.requisition.id)
    assert [(c.candidate, c.sealed) for c in by_chair.columns] == [
        ("Mira", None),
        ("Bela", "You still owe a scorecard on this candidate."),
    ]
    by_coordinator = read(database, coordinator, committee.requisition.id)
    assert [(c.candidate, c.sealed) for c in by_coordinator.columns] == [
        ("Bela", None),
        ("Mira", None),
        ("Early", "Sealed until the debrief opens."),
    ]
    for found in (by_chair, by_coordinator):
        for column in found.columns:
            if column.sealed:
                assert (column.score, dict(column.dimensions), dict(column.recommendations)) == (None, {}, {})
                assert (column.n_cards, column.decided, column.widest, column.stage) == (0, None, None, "Interviewing")


def test_the_last_independent_revision_counts(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        make_scored(session, committee, "Mira", [flat(2)])
        card = session.query(Revision).one().scorecard_id
        for number, value, after in ((2, 3, False), (3, 5, True)):
            session.add(
                Revision(
                    scorecard_id=card, number=number, sealed_at=NOW + timedelta(hours=number), after_reveal=after,
                    recommendation=Recommendation.NO, ratings=[RatingRow(dimension=d, value=value) for d in ALL],
                )
            )  # fmt: skip
        actor = committee.coordinator_actor
    with reading(database.engine) as session:
        paper = comparisons.document(
            session, actor, committee.requisition.id, "name", now=NOW, descending=False, zone="UTC"
        )
    (column,) = paper.comparison.columns
    assert column.score is not None
    assert (column.score.value, dict(column.recommendations)) == (Fraction(3), {Recommendation.NO: 1})
    assert paper.as_of == NOW + timedelta(hours=2)


def test_who_may_compare(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        make_scored(session, committee, "Mira", [flat(2)])
        interviewer = actor_of(committee.interviewers[0])
        auditor = actor_of(make_person(session, "Aud", [Role.AUDITOR]))
        stranger = actor_of(make_person(session, "Stray", [Role.COMMITTEE]))
        requisition_id = committee.requisition.id
    with pytest.raises(NotAllowedError):
        read(database, interviewer, requisition_id)
    for actor in (auditor, stranger):
        with pytest.raises(NotFoundError):
            read(database, actor, requisition_id)
    with writing(database.engine) as session:
        session.merge(committee.requisition).state = RequisitionState.CLOSED
    assert names(read(database, auditor, requisition_id)) == ["Mira"]


def test_a_requisition_without_candidates_compares_nobody(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        actor = committee.coordinator_actor
    assert read(database, actor, committee.requisition.id).columns == ()


def test_two_requisitions_compare_on_one_blueprint_version_only(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        make_scored(session, committee, "Mira", [flat(3)])
        version = committee.requisition.blueprint_version_id
        twin = make_requisition(
            session, "Twin", version=session.get_one(type(committee.requisition.blueprint), version)
        )
        other = make_requisition(session, "Other")
        twin_committee = type(committee)(
            twin, committee.coordinator, committee.manager, committee.chair, (), committee.interviewers
        )
        make_scored(session, twin_committee, "Bela", [flat(4)])
        actor = committee.coordinator_actor
    found = read(database, actor, committee.requisition.id, beside=twin.id)
    assert [(c.candidate, c.requisition) for c in found.columns] == [
        ("Bela", "Twin"),
        ("Mira", "Product Manager, Search"),
    ]
    with pytest.raises(InvalidError, match="different versions of the blueprint"):
        read(database, actor, committee.requisition.id, beside=other.id)


@pytest.mark.parametrize("candidates", [1, 10])
def test_it_takes_four_queries_whatever_the_number_of_candidates(database: Database, candidates: int) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        for number in range(candidates):
            make_scored(session, committee, f"Candidate {number}", [flat(3), flat(4)])
        actor = committee.coordinator_actor
    read(database, actor, committee.requisition.id)
    with counted(database.engine) as statements:
        read(database, actor, committee.requisition.id)
    assert len(statements) == 4
