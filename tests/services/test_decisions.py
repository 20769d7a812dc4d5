from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.decision import Outcome
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotYetError, PlumblineError
from app.domain.hiring import Stage
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.queries.audit import Sound, verify
from app.services import audit, decisions, scorecards
from app.services.decisions import Conclusion
from tests.factories.committee import Committee, cast_chained, make_committee, make_scored
from tests.factories.hiring import NOW, actor_of, card_of, make_interview

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.databases import Database

HIRE = Conclusion(Outcome.HIRE, "Clear strategy and a sound second case.")
NO_HIRE = Conclusion(Outcome.NO_HIRE, "The bar on strategy was not met by anybody's card.")
FULL: dict[str, int | None] = {"strategy": 4, "fluency": 3, "empathy": 3}


def make_voted(session: Session, committee: Committee, name: str, cards: Sequence[dict[str, int | None]]) -> UUID:
    application = make_scored(session, committee, name, cards)
    for person in (committee.chair, *committee.members):
        cast_chained(session, application, person)
    return application.id


def record(database: Database, committee: Committee, application_id: UUID, said: Conclusion = HIRE) -> UUID:
    with writing(database.engine) as session:
        return decisions.record(session, committee.chair_actor, application_id, said, now=NOW)


def only(database: Database) -> Decision:
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)
        decision = session.scalars(select(Decision)).one()
        assert decision.votes is not None
        return decision


def refusal(error: pytest.ExceptionInfo[InvalidError]) -> dict[str, str]:
    return {fault.field: fault.message for fault in error.value.faults}


def test_a_decision_freezes_what_it_rests_on(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [FULL, {"strategy": 3, "fluency": None, "empathy": 3}])
    with reading(database.engine) as session:
        line = audit.checkpoint(session)
        sha256 = session.scalar(select(BlueprintVersion.sha256))
    decision_id = record(database, committee, application_id)
    kept = only(database)
    assert (kept.id, kept.number, kept.outcome, kept.reasons) == (decision_id, 1, Outcome.HIRE, HIRE.reasons)
    # Strategy has a mean of 3.5 and half of the weight, the rest stands at 3.
    assert (kept.composite, kept.coverage) == ("13/4", "1")
    assert (kept.checkpoint, kept.decided_at, kept.decided_by_id) == (line, NOW, committee.chair.id)
    assert {v.member_id for v in kept.votes} == {committee.chair.id, committee.members[0].id}
    assert (kept.departure_reason, kept.absences, kept.blueprint_sha256) == ("", "", sha256)
    with reading(database.engine) as session:
        assert session.scalar(select(Application.stage)) is Stage.DECIDED
        told = session.execute(
            select(Person.name, Message.subject).join(Person, Person.id == Message.recipient_id)
        ).all()
    assert sorted(row.name for row in told) == ["Mara Lindqvist", "Member 1"]
    assert {row.subject for row in told} == {"A decision is recorded: Product Manager, Search"}


def test_too_little_evidence_is_frozen_as_no_composite(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [{"strategy": 4}])
    record(database, committee, application_id, NO_HIRE)
    kept = only(database)
    assert (kept.composite, kept.coverage) == (None, "1/2")


def test_cards_that_are_owed_have_to_come_in_or_be_released_first(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        application_id = make_voted(session, committee, "Mira", [FULL])
        application = session.get_one(Application, application_id)
        late = make_interview(session, application, [committee.interviewers[1]], title="Case")
        card_id = card_of(session, late, committee.interviewers[1]).id
    with pytest.raises(NotYetError, match="owed by Interviewer 2"):
        record(database, committee, application_id)
    with writing(database.engine) as session:
        scorecards.release(session, committee.coordinator_actor, card_id, "The interview fell through.", NOW)
    record(database, committee, application_id)
    assert only(database).outcome is Outcome.HIRE


def test_without_an_open_debrief_or_a_vote_it_is_too_early(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        closed = make_scored(session, committee, "Ola", [FULL], debrief=False)
        make_interview(session, closed, [committee.chair])
        unvoted = make_scored(session, committee, "Mira", [FULL]).id
        scorecards.release(
            session,
            committee.coordinator_actor,
            card_of(
                session, make_interview(session, closed, [committee.interviewers[1]]), committee.interviewers[1]
            ).id,
            "Not needed after all.",
            NOW,
        )
    with pytest.raises(NotYetError, match="Nobody has voted"):
        record(database, committee, unvoted)
    with pytest.raises(NotAllowedError, match="still owe"):
        record(database, committee, closed.id)


def test_a_chair_who_may_know_is_told_to_open_the_debrief(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        chair_interviews = replace(committee, interviewers=(committee.chair,))
        closed = make_scored(session, chair_interviews, "Ola", [FULL], debrief=False).id
    with pytest.raises(NotYetError, match="Open the debrief first"):
        record(database, committee, closed)


def test_reasons_are_needed(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [FULL])
    with pytest.raises(InvalidError) as error:
        record(database, committee, application_id, Conclusion(Outcome.HIRE, "Too short.   " + " " * 30))
    assert refusal(error) == {"reasons": "Write the reasons for this outcome: at least 20 characters."}


def test_a_missing_vote_needs_a_reason_and_stays_by_name(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=3)
        application = make_scored(session, committee, "Mira", [FULL])
        cast_chained(session, application, committee.chair)
        cast_chained(session, application, committee.members[1])
        committee.members[2].active = False
    with pytest.raises(InvalidError) as error:
        record(database, committee, application.id)
    assert refusal(error) == {
        "absence_reason": "Write why you decide without the vote of Member 1: at least 20 characters."
    }
    record(database, committee, application.id, replace(HIRE, absence_reason="On parental leave until May."))
    kept = only(database)
    assert kept.absences == "Member 1: On parental leave until May."
    assert len(kept.votes) == 2


def test_a_hire_against_the_order_needs_a_written_reason(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1, openings=3)
        lower = make_voted(session, committee, "Mira", [FULL])
        make_scored(session, committee, "Bela", [{"strategy": 5, "fluency": 5, "empathy": 5}])
        make_scored(session, committee, "Ayo", [{"strategy": 5, "fluency": 3, "empathy": 3}])
        make_scored(session, committee, "Tied", [FULL])
        make_scored(session, committee, "Sealed", [{"strategy": 5, "fluency": 5, "empathy": 5}], debrief=False)
        gone = make_scored(session, committee, "Gone", [{"strategy": 5, "fluency": 5, "empathy": 5}])
        gone.stage = Stage.WITHDRAWN
    with pytest.raises(InvalidError) as error:
        record(database, committee, lower)
    assert refusal(error) == {
        "departure_reason": "Write why this hire goes past Ayo, Bela, whose composite stands ahead: "
        "at least 20 characters."
    }
    record(database, committee, lower, replace(HIRE, departure_reason="Bela and Ayo took other offers on Monday."))
    assert only(database).departure_reason.startswith("Bela and Ayo")


def test_what_the_chair_may_not_see_asks_for_no_reason(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        lower = make_voted(session, committee, "Mira", [FULL])
        ahead = make_scored(session, committee, "Bela", [{"strategy": 5, "fluency": 5, "empathy": 5}])
        make_interview(session, ahead, [committee.chair])
    record(database, committee, lower)
    assert only(database).departure_reason == ""


def test_no_hire_passes_over_nobody(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        lower = make_voted(session, committee, "Mira", [FULL])
        make_scored(session, committee, "Bela", [{"strategy": 5, "fluency": 5, "empathy": 5}])
    record(database, committee, lower, NO_HIRE)
    assert only(database).outcome is Outcome.NO_HIRE


def test_openings_cannot_be_filled_twice(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1, openings=1)
        first = make_voted(session, committee, "Mira", [FULL])
        second = make_voted(session, committee, "Bela", [FULL])
    record(database, committee, first)
    with pytest.raises(ConflictError, match="The only opening is filled"):
        record(database, committee, second)
    record(database, committee, second, Conclusion(Outcome.HOLD, "Wait for the next opening in spring."))


def test_two_decisions_at_once_leave_one(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [FULL])

    def attempt(said: Conclusion) -> str:
        try:
            return str(record(database, committee, application_id, said))
        except ConflictError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, [HIRE, NO_HIRE] * 4))
    kept = only(database)
    assert sorted(answer == str(kept.id) for answer in answers) == [False] * 7 + [True]
    assert sum("is recorded already" in answer for answer in answers) == 7


def test_two_hires_at_once_for_one_opening_leave_one(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1, openings=1)
        both = [make_voted(session, committee, name, [FULL]) for name in ("Mira", "Bela")]

    def attempt(application_id: UUID) -> bool:
        try:
            record(database, committee, application_id)
        except PlumblineError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, both)) == [False, True]
    assert only(database).outcome is Outcome.HIRE


def test_only_the_chair_decides(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [FULL])
    for person in (committee.manager, committee.members[0], committee.coordinator, committee.interviewers[0]):
        with pytest.raises(NotAllowedError), writing(database.engine) as session:
            decisions.record(session, actor_of(person), application_id, HIRE, now=NOW)


def test_a_correction_is_a_new_record_that_points_at_the_old(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application_id = make_voted(session, committee, "Mira", [FULL])
    old = record(database, committee, application_id)
    why = "The offer was declined on the following day."

    def correct(decision_id: UUID, reason: str = why) -> UUID:
        with writing(database.engine) as session:
            return decisions.correct(
                session, committee.chair_actor, decision_id, NO_HIRE, correction_reason=reason, now=NOW
            )

    with pytest.raises(InvalidError) as error:
        correct(old, "Oops.")
    assert list(refusal(error)) == ["correction_reason"]
    new = correct(old)
    with pytest.raises(ConflictError, match="corrected already"):
        correct(old)
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)
        first, second = session.scalars(select(Decision).order_by(Decision.number)).all()
        assert [v.member_id for v in first.votes] == [v.member_id for v in second.votes]
    assert (first.id, first.outcome, first.corrects_id) == (old, Outcome.HIRE, None)
    assert (second.id, second.number, second.outcome, second.corrects_id) == (new, 2, Outcome.NO_HIRE, old)
    assert second.correction_reason == why


def test_a_corrected_hire_frees_its_opening(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        first = make_voted(session, committee, "Mira", [FULL])
        second = make_voted(session, committee, "Bela", [FULL])
    old = record(database, committee, first)
    with writing(database.engine) as session:
        decisions.correct(
            session, committee.chair_actor, old, NO_HIRE, correction_reason="The offer was declined.", now=NOW
        )
    record(database, committee, second)
    with reading(database.engine) as session:
        assert len(session.scalars(select(Decision)).all()) == 3
