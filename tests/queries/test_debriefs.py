from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.analysis.estimate import Cards
from app.domain.card import Recommendation
from app.domain.decision import Outcome
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.hiring import RevealRule, Stage
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.scorecard import RatingRow, Revision
from app.queries import debriefs
from app.services import scorecards, strictness
from tests.factories.committee import cast_chained, decide_chained, make_committee, make_scored, note_signals
from tests.factories.counting import counted
from tests.factories.hiring import (
    DIMENSIONS,
    NOW,
    actor_of,
    card_of,
    make_application,
    make_interview,
    make_person,
    open_debrief,
    seal,
)

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.debrief import Debrief
    from app.domain.permission import ActorFacts
    from tests.databases import Database


def read(database: Database, actor: ActorFacts, application_id: UUID) -> Debrief:
    with reading(database.engine) as session:
        return debriefs.debrief(session, actor, application_id)


def test_the_grid_puts_disagreement_first_and_gaps_last(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(
            session,
            committee,
            "Mira",
            [{"strategy": 3, "fluency": 2, "empathy": None}, {"strategy": 4, "fluency": 5}],
        )
        actor, application_id = committee.coordinator_actor, application.id
    found = read(database, actor, application_id)
    assert [row.dimension.id for row in found.rows] == ["fluency", "strategy", "empathy"]
    assert [row.score.spread for row in found.rows] == [3, 1, None]
    assert [row.nobody for row in found.rows] == [False, False, True]
    assert [[cell and cell.value for cell in row.cells] for row in found.rows] == [[2, 5], [3, 4], [None, None]]
    not_assessed, untouched = found.rows[2].cells
    assert not_assessed is not None
    assert untouched is None
    assert (found.score.value, found.score.coverage) == (Fraction(7, 2), Fraction(4, 5))
    assert found.score.missing == ("empathy",)
    assert (found.candidate, found.opened_by, found.opened_at) == ("Mira", "Cora Diaz", NOW)
    assert found.recommendations == (("Interviewer 1", Recommendation.YES), ("Interviewer 2", Recommendation.YES))


def test_signals_are_tallied_by_who_noted_them(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_application(session, committee.requisition)
        for number, person in enumerate(committee.interviewers):
            card = card_of(session, make_interview(session, application, [person]), person)
            signals = ("blames-users", "names-trade-offs") if number else ("names-trade-offs",)
            note_signals(session, seal(session, card, {"strategy": 3}), *signals)
        open_debrief(session, application, committee.coordinator.id)
        actor, application_id = committee.coordinator_actor, application.id
    found = read(database, actor, application_id)
    assert [(tally.kind, tally.interviewers) for tally in found.signals] == [
        ("strong", ("Interviewer 1", "Interviewer 2")),
        ("red_flag", ("Interviewer 2",)),
    ]


def test_a_revision_made_after_seeing_others_is_shown_and_not_counted(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        application = make_scored(session, committee, "Mira", [{"strategy": 2, "fluency": 3, "empathy": 3}])
        interviewer = committee.interviewers[0]
        card = session.query(Revision).one().scorecard_id
        for number, value, after in ((2, 3, False), (3, 5, True)):
            session.add(
                Revision(
                    scorecard_id=card, number=number, sealed_at=NOW + timedelta(hours=number), after_reveal=after,
                    reason="On reflection.", recommendation=Recommendation.STRONG_YES, private_note="Mine.",
                    ratings=[RatingRow(dimension=dimension, value=value) for dimension in DIMENSIONS],
                )
            )  # fmt: skip
        ids = application.id, committee.coordinator_actor, actor_of(interviewer)
    application_id, coordinator, author = ids
    found = read(database, coordinator, application_id)
    assert [(card.revision, card.counted) for card in found.cards] == [(2, True)]
    assert [(card.revision, card.counted, card.after_reveal) for card in found.later_revisions] == [(3, False, True)]
    assert found.score.value == 3
    assert {card.content.private_note for card in (*found.cards, *found.later_revisions)} == {""}
    own = read(database, author, application_id)
    assert [card.content.private_note for card in (*own.cards, *own.later_revisions)] == ["Mine.", "Mine."]


def test_whoever_owes_a_card_is_refused_and_others_see_who_is_missing(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        late = make_interview(session, application, [committee.interviewers[1], committee.chair], title="Case")
        released = card_of(session, late, committee.interviewers[1]).id
        scorecards.release(session, committee.coordinator_actor, released, "The interview fell through.", NOW)
        owing, member, application_id = committee.chair_actor, actor_of(committee.members[0]), application.id
    with pytest.raises(NotAllowedError, match="still owe"):
        read(database, owing, application_id)
    found = read(database, member, application_id)
    assert [(d.interviewer, d.interview, d.state, d.reason) for d in found.missing] == [
        ("Chidi Eze", "Case", "owed", ""),
        ("Interviewer 2", "Case", "released", "The interview fell through."),
    ]


def test_before_it_opens_only_an_interviewer_who_sealed_reads_it(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        waiting = make_scored(session, committee, "Bela", [{"strategy": 4}], debrief=False)
        committee.requisition.reveal = RevealRule.AFTER_OWN
        interviewer, coordinator = actor_of(committee.interviewers[0]), committee.coordinator_actor
        chair = committee.chair_actor
        stranger = actor_of(make_person(session, "Stray", [Role.INTERVIEWER]))
        application_id = application.id
    assert read(database, interviewer, application_id).opened_at is None
    with pytest.raises(NotAllowedError):
        read(database, coordinator, application_id)
    for actor in (chair, stranger):
        with pytest.raises(NotFoundError):
            read(database, actor, application_id)
    with writing(database.engine) as session:
        session.merge(committee.requisition).reveal = RevealRule.AT_DEBRIEF
    with pytest.raises(NotAllowedError):
        read(database, interviewer, waiting.id)


def test_the_agenda_says_what_each_can_do_and_never_how_others_voted(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=2)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        vote = cast_chained(session, application, committee.members[0], Outcome.HOLD)
        people = (committee.chair, committee.members[0], committee.coordinator, committee.interviewers[0])
        chair, member, coordinator, interviewer = map(actor_of, people)
    agendas = {}
    with reading(database.engine) as session:
        for name, actor in (("chair", chair), ("member", member), ("coordinator", coordinator), ("in", interviewer)):
            agendas[name] = debriefs.debrief_and_agenda(session, actor, application.id)[1]
    assert [(a.may_vote, a.may_decide, a.may_release) for a in agendas.values()] == [
        (True, True, False),
        (True, False, False),
        (False, False, True),
        (False, False, False),
    ]
    assert agendas["member"].own_vote == debriefs.OwnVote(Outcome.HOLD, "Because of the case.", 1)
    assert [a.own_vote for name, a in agendas.items() if name != "member"] == [None, None, None]
    assert (agendas["chair"].voted, agendas["chair"].members) == (1, 3)
    with writing(database.engine) as session:
        decision_id = decide_chained(session, application, committee.chair, [vote]).id
    with reading(database.engine) as session:
        after = debriefs.debrief_and_agenda(session, chair, application.id)[1]
    assert (after.may_vote, after.may_decide, after.decision_id) == (False, False, decision_id)


def test_before_it_opens_who_runs_the_process_sees_who_is_in_and_nothing_more(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        make_interview(session, application, [committee.interviewers[1]], title="Case")
        coordinator, manager, chair = committee.coordinator_actor, actor_of(committee.manager), committee.chair_actor
    with reading(database.engine) as session:
        for actor in (coordinator, manager):
            found = debriefs.debrief_or_waiting(session, actor, application.id)
            assert isinstance(found, debriefs.Unopened)
            assert (found.sealed, found.owed, found.stage) == (
                ("Interviewer 1",),
                ("Interviewer 2",),
                Stage.INTERVIEWING,
            )
        with pytest.raises(NotFoundError):
            debriefs.debrief_or_waiting(session, chair, application.id)


@pytest.mark.parametrize("cards", [1, 4])
def test_it_takes_four_queries_whatever_the_number_of_cards(database: Database, cards: int) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=cards)
        application = make_scored(session, committee, "Mira", [{"strategy": 3}] * cards)
        actor = committee.coordinator_actor
    read(database, actor, application.id)
    with counted(database.engine) as statements:
        read(database, actor, application.id)
    assert len(statements) == 4


def test_a_panel_is_worth_what_is_usual_until_earlier_openings_tell(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=3)
        ratings: list[dict[str, int | None]] = [
            {"strategy": 3},
            {"strategy": 4},
            {"strategy": None, "fluency": None, "empathy": None},
        ]
        application = make_scored(session, committee, "Mira", ratings)
        actor, version_id = committee.coordinator_actor, committee.requisition.blueprint_version_id
        raters = [committee.coordinator.id, committee.chair.id]
    with reading(database.engine) as session:
        usual = debriefs.debrief_and_agenda(session, actor, application.id)[1].trust
    assert usual is not None
    # Who assessed nothing is no part of the panel; the published figures for one to eight interviewers.
    assert (usual.interviewers, usual.same, usual.fitted_at) == (2, (65, 71, 75, 78, 80, 81, 82, 83), None)

    target, rater = (codes.ravel() for codes in np.indices((6, 2)))
    score = np.array([1.0, 1.0, 5.0, 5.0, 2.0, 2.5, 4.0, 4.0, 1.0, 1.5, 5.0, 4.5])
    cards = Cards(target.astype(np.int64), rater.astype(np.int64), score, 6, 2)
    with writing(database.engine) as session:
        strictness.fit(session, strictness.Pool(version_id, cards, tuple(raters), "a" * 64, 2), now=NOW)
    with reading(database.engine) as session:
        learned = debriefs.debrief_and_agenda(session, actor, application.id)[1].trust
    assert learned is not None
    assert (learned.n_cards, learned.n_openings, learned.fitted_at) == (12, 2, NOW)
    assert learned.same[0] > 80
    assert list(learned.same) == sorted(learned.same)
