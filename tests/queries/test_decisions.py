from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.domain.decision import Outcome
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.queries import decisions
from app.services import decisions as deciding
from app.services.decisions import Conclusion
from tests.factories.committee import cast_chained, decide_chained, make_committee, make_scored
from tests.factories.counting import counted
from tests.factories.hiring import NOW, actor_of, make_application, make_interview, make_person

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database

REASONS = Conclusion(Outcome.NO_HIRE, "The offer was declined on the following day.")


def test_a_record_opens_votes_and_keeps_dissent_by_name(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=2)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        votes = [
            cast_chained(session, application, committee.members[1], Outcome.NO_HIRE),
            cast_chained(session, application, committee.chair),
            cast_chained(session, application, committee.members[0], Outcome.HOLD),
        ]
        decision_id = decide_chained(session, application, committee.chair, votes).id
        actor = actor_of(committee.manager)
    with reading(database.engine) as session:
        view = decisions.decision(session, actor, decision_id)
    record = view.record
    assert [(v.member, v.outcome) for v in record.votes] == [
        ("Chidi Eze", Outcome.HIRE),
        ("Member 1", Outcome.HOLD),
        ("Member 2", Outcome.NO_HIRE),
    ]
    assert [v.member for v in record.dissent] == ["Member 1", "Member 2"]
    assert (record.composite, record.coverage, record.decided_by) == (Fraction(7, 2), Fraction(1), "Chidi Eze")
    assert (view.history, view.may_correct, len(view.scorecard.dimensions)) == ((), False, 3)


def test_a_correction_stands_beside_what_it_corrects(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        old = decide_chained(session, application, committee.chair, []).id
    with writing(database.engine) as session:
        new = deciding.correct(
            session, committee.chair_actor, old, REASONS, correction_reason="The offer was declined.", now=NOW
        )
    with reading(database.engine) as session:
        before = decisions.decision(session, committee.chair_actor, old)
        after = decisions.decision(session, committee.chair_actor, new)
        stands = decisions.newest(session, committee.chair_actor, application.id)
        (line,) = decisions.decisions(session, committee.chair_actor)
    assert (before.record.corrected_by, before.may_correct) == (2, False)
    assert (after.record.corrects, after.record.corrected_by, after.may_correct) == (1, None, True)
    assert [r.decision_id for r in after.history] == [old]
    assert stands == replace(after.record, analysis=None)
    assert after.record.analysis is not None
    assert (line.decision_id, line.outcome, line.corrected) == (new, Outcome.NO_HIRE, True)


def test_who_may_read_a_decision(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        decision_id = decide_chained(session, application, committee.chair, []).id
        again = make_application(session, make_committee(session).requisition, application.candidate)
        owing = make_person(session, "Owen", [Role.COORDINATOR])
        make_interview(session, again, [owing])
        readers = [
            committee.coordinator_actor,
            actor_of(committee.interviewers[0]),
            actor_of(make_person(session, "Aud", [Role.AUDITOR])),
            actor_of(make_person(session, "Hari", [Role.HR_PARTNER])),
        ]
        stranger = actor_of(make_person(session, "Stray", [Role.INTERVIEWER]))
        itself = actor_of(make_person(session, "Mira", [Role.COORDINATOR], email=application.candidate.email))
        late = actor_of(owing)
    with reading(database.engine) as session:
        for actor in readers:
            assert decisions.decision(session, actor, decision_id).record.candidate == "Mira"
            assert [line.decision_id for line in decisions.decisions(session, actor)] == [decision_id]
        for actor in (stranger, itself, late):
            assert decisions.decisions(session, actor) == ()
        with pytest.raises(NotAllowedError, match="still owe"):
            decisions.decision(session, late, decision_id)
        assert decisions.newest(session, late, application.id) is None
        elsewhere = decisions.decision(session, replace(readers[0], owes=True), decision_id)
        assert elsewhere.record.checkpoint == ""
        assert decisions.decision(session, readers[0], decision_id).record.checkpoint == "a line"
        for actor in (stranger, itself):
            with pytest.raises(NotFoundError):
                decisions.decision(session, actor, decision_id)
        with pytest.raises(NotFoundError):
            decisions.decision(session, readers[0], uuid4())


def test_the_list_goes_back_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "PAGE", 2)
    with writing(database.engine) as session:
        committee, other = make_committee(session), make_committee(session)
        made = []
        for number in range(5):
            application = make_scored(session, other if number == 2 else committee, f"C{number}", [{"strategy": 4}])
            decision = decide_chained(session, application, committee.chair, [])
            made.append(decision.id)
        actor: ActorFacts = committee.coordinator_actor
    with reading(database.engine) as session:
        seen, before = [], None
        for _ in range(3):
            lines = decisions.decisions(session, actor, before=before)
            seen += [line.decision_id for line in lines[:2]]
            before = seen[-1]
        only = decisions.decisions(session, actor, requisition_id=other.requisition.id)
    assert sorted(seen) == sorted(made)
    assert [line.candidate for line in only] == ["C2"]


@pytest.mark.parametrize("votes", [1, 3])
def test_a_record_takes_four_queries_and_the_list_one(database: Database, votes: int) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=3)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        cast = [cast_chained(session, application, member) for member in committee.members[:votes]]
        decision_id = decide_chained(session, application, committee.chair, cast).id
        actor = committee.coordinator_actor
    with reading(database.engine) as session:
        decisions.decision(session, actor, decision_id)
        with counted(database.engine) as statements:
            decisions.decision(session, actor, decision_id)
        assert len(statements) == 4
        with counted(database.engine) as statements:
            decisions.decisions(session, actor)
        assert len(statements) == 1
