from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.card import CardState
from app.domain.hiring import RequisitionState
from app.models.engine import reading, writing
from app.models.scorecard import RatingRow, Revision
from app.queries import rating_history
from tests.factories.committee import Committee, decide_chained, make_committee, make_scored
from tests.factories.counting import counted
from tests.factories.hiring import NOW, make_application, make_card, make_interview, make_requisition

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.candidate import Application
    from app.queries.rating_history import History
    from tests.databases import Database

TWO = ({"strategy": 4, "fluency": 2}, {"strategy": 3, "fluency": None})


def read(database: Database, version_id: UUID) -> History:
    with reading(database.engine) as session:
        return rating_history.cards_of(session, version_id=version_id, since=NOW - timedelta(days=1))


def decided(session: Session, committee: Committee, name: str = "Mira") -> Application:
    application = make_scored(session, committee, name, TWO)
    decide_chained(session, application, committee.chair, [])
    return application


def test_a_decided_application_gives_one_value_a_card(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = decided(session, committee)
        version_id, target = committee.requisition.blueprint_version_id, application.id
        raters = sorted(person.id for person in committee.interviewers)
        first = committee.interviewers[0].id
    found = read(database, version_id)
    assert (found.target_ids, found.rater_ids, found.n_openings) == ((target,), tuple(raters), 1)
    assert found.dimensions == ("fluency", "strategy")
    assert len(found.ratings) == 3
    # Means 2 on fluency and 7/2 on strategy, 11/4 between them: the first card is 1/4 above it, the second 1/2 below.
    by_rater = dict(zip((raters[code] for code in found.cards.rater), found.cards.score, strict=True))
    assert by_rater.pop(first) == 3.0
    assert list(by_rater.values()) == [2.25]


def test_nothing_counts_that_somebody_may_not_know_yet(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        make_scored(session, committee, "Under way", TWO)
        make_scored(session, committee, "Sealed", TWO, debrief=False)
        owed = decided(session, committee, "Owed")
        elsewhere = make_application(session, make_requisition(session, "Elsewhere"), owed.candidate)
        card = make_card(session, make_interview(session, elsewhere), committee.interviewers[0])
        version_id, card_id = committee.requisition.blueprint_version_id, card.id
    nothing = read(database, version_id)
    assert (len(nothing.cards), nothing.ratings, nothing.target_ids, nothing.n_openings) == (0, (), (), 0)
    with writing(database.engine) as session:
        session.get_one(type(card), card_id).state = CardState.RELEASED
    assert len(read(database, version_id).cards) == 2


@pytest.mark.parametrize(("debrief", "cards"), [(True, 2), (False, 0)])
def test_a_closed_requisition_counts_where_its_debrief_was_opened(
    database: Database, *, debrief: bool, cards: int
) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        make_scored(session, committee, "Mira", TWO, debrief=debrief)
        committee.requisition.state = RequisitionState.CLOSED
        version_id = committee.requisition.blueprint_version_id
    assert len(read(database, version_id).cards) == cards


def test_a_revision_made_after_others_were_visible_changes_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = decided(session, committee)
        version_id = committee.requisition.blueprint_version_id
    before = read(database, version_id)
    with writing(database.engine) as session:
        card = make_card(session, make_interview(session, session.merge(application)), committee.interviewers[0])
        card.state = CardState.SEALED
        for number, later, value in ((1, False, 5), (2, False, 1), (3, True, 5)):
            session.add(
                Revision(
                    scorecard_id=card.id, number=number, sealed_at=NOW, after_reveal=later, recommendation="yes",
                    ratings=[RatingRow(dimension="empathy", value=value, evidence="Seen.")],
                )
            )  # fmt: skip
    after = read(database, version_id)
    assert [after.dimensions[one.dimension] for one in after.ratings if one.value == 1] == ["empathy"]
    assert not [one for one in after.ratings if one.value == 5]
    # A second interview by the same person adds to their one card.
    assert (len(before.cards), len(after.cards)) == (2, 2)
    assert before.sha256 != after.sha256


def test_old_cards_and_other_versions_stay_out(database: Database) -> None:
    with writing(database.engine) as session:
        committee, other = make_committee(session), make_committee(session)
        decided(session, committee)
        decided(session, other)
        version_id = committee.requisition.blueprint_version_id
    assert len(read(database, version_id).cards) == 2
    with reading(database.engine) as session:
        later = rating_history.cards_of(session, version_id=version_id, since=NOW + timedelta(seconds=1))
    assert len(later.cards) == 0


def test_it_is_one_statement_whatever_the_number_of_cards(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        for name in ("Ann", "Bela", "Mira"):
            decided(session, committee, name)
        version_id = committee.requisition.blueprint_version_id
    with counted(database.engine) as statements:
        found = read(database, version_id)
    assert (len(found.cards), len(found.target_ids)) == (6, 3)
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) == 1
