"""How a promotion case ends: on votes, by the chair, once; then signatures and appeals. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.growth.calibration import CalibrationState, ChangeReason, ConflictKind
from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
from app.domain.growth.casework import Verdict
from app.models.calibration import Conflict, VoteChange
from app.models.engine import writing
from app.models.ladder import Placement
from app.models.outbox import Message
from app.models.promotion import Appeal, CaseDecision, CaseDecisionVote, CaseSignature, PromotionCase
from app.services import case_decisions
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of, make_blueprint_version, small_blueprint

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

TODAY = make.TODAY


def test_a_promotion_places_the_person_from_its_day_on(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        (placement,) = session.scalars(select(Placement).where(Placement.case_id == case.id))

        assert (placement.person_id, placement.role, placement.level) == (
            cast.person.id, cast.version.role, "principal"
        )  # fmt: skip
        assert placement.since == TODAY + timedelta(days=9)
        assert (case.state, case.ended_at) == (CaseState.DECIDED, NOW)
        decision = session.scalars(select(CaseDecision)).one()
        assert (decision.outcome, decision.blueprint_sha256) == (CaseOutcome.PROMOTE, cast.version.sha256)


def test_votes_are_kept_as_they_stood_with_dissent_by_name(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        make.make_decided(session, cast)
        kept = {row.member_id: (row.outcome, row.reason) for row in session.scalars(select(CaseDecisionVote))}

        assert kept == {
            cast["chair"].id: (CaseOutcome.PROMOTE, "Chidi Eze weighed it."),
            cast["first"].id: (CaseOutcome.PROMOTE, "Farid Amiri weighed it."),
            cast["second"].id: (CaseOutcome.NOT_YET, "Sena Aydin weighed it."),
        }


def test_a_vote_that_was_changed_in_the_session_counts_as_changed(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        item = make.seat(session, cast, case)
        make.vote(session, cast, item)
        session.add(
            VoteChange(
                item_id=item.id, member_id=cast["second"].id, number=1, before="not_yet", after="promote",
                reason=ChangeReason.EVIDENCE_HEARD, words="Finance confirmed it.", at=NOW,
            )
        )  # fmt: skip
        make.decide(session, cast, case, CaseOutcome.PROMOTE)

        kept = session.scalars(select(CaseDecisionVote).where(CaseDecisionVote.member_id == cast["second"].id)).one()
        assert (kept.outcome, kept.reason) == (CaseOutcome.PROMOTE, "Finance confirmed it.")


@pytest.mark.parametrize("outcome", [CaseOutcome.POSTPONE, CaseOutcome.NOT_YET])
def test_other_outcomes_place_nobody(database: Database, outcome: CaseOutcome) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, outcome)

        assert session.scalars(select(Placement).where(Placement.case_id == case.id)).all() == []
        decision = session.scalars(select(CaseDecision)).one()
        assert (decision.day is None, decision.gaps) == (
            (False, "[]") if outcome is CaseOutcome.POSTPONE else (True, '["money"]')
        )


@pytest.mark.parametrize(
    ("outcome", "changes", "word"),
    [
        (CaseOutcome.PROMOTE, {"day": None}, "takes effect"),
        (CaseOutcome.PROMOTE, {"day": TODAY - timedelta(days=30)}, "handed in on 22 November 2026"),
        (CaseOutcome.PROMOTE, {"gaps": ("money",)}, "leaves no gap open"),
        (CaseOutcome.POSTPONE, {"day": TODAY}, "still to come"),
        (CaseOutcome.NOT_YET, {"gaps": ()}, "at least one gap"),
        (CaseOutcome.NOT_YET, {"gaps": ("charm",)}, "from the list"),
        (CaseOutcome.NOT_YET, {"day": TODAY + timedelta(days=3)}, "has no date"),
        (CaseOutcome.PROMOTE, {"reasons": "Good."}, "40 characters"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    database: Database, outcome: CaseOutcome, changes: dict[str, object], word: str
) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        with pytest.raises(InvalidError, match=word):
            make.make_decided(session, cast, outcome, **changes)

        assert session.scalars(select(CaseDecision)).all() == []


def test_two_votes_are_too_few(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        make.vote(session, cast, make.seat(session, cast, case), make.VOTES[:2])

        with pytest.raises(NotYetError, match="2 are in"):
            make.decide(session, cast, case, CaseOutcome.PROMOTE)


def test_nothing_is_decided_before_the_calibration_is_locked(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        make.vote(session, cast, make.seat(session, cast, case, CalibrationState.DISCUSSING))

        with pytest.raises(NotAllowedError):
            make.decide(session, cast, case, CaseOutcome.PROMOTE)


@pytest.mark.parametrize("kind", [ConflictKind.DECLARED, ConflictKind.OWN_REPORT])
def test_a_chair_in_conflict_does_not_decide(database: Database, kind: ConflictKind) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        item = make.seat(session, cast, case)
        make.vote(session, cast, item)
        session.add(Conflict(item_id=item.id, member_id=cast["chair"].id, kind=kind, at=NOW))
        session.flush()

        with pytest.raises(NotAllowedError):
            make.decide(session, cast, case, CaseOutcome.PROMOTE)


def test_a_member_does_not_decide_and_nobody_decides_twice(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        cast.people["chair"], chair = cast["first"], cast["chair"]

        with pytest.raises(NotAllowedError):
            make.decide(session, cast, case, CaseOutcome.PROMOTE)
        cast.people["chair"] = chair
        with pytest.raises(NotAllowedError):
            make.decide(session, cast, case, CaseOutcome.PROMOTE)


def test_a_decision_on_a_stale_page_is_refused(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        make.vote(session, cast, make.seat(session, cast, case))
        verdict = Verdict(CaseOutcome.PROMOTE, make.REASONS, TODAY)

        with pytest.raises(ConflictError):
            case_decisions.decide(
                session, actor_of(cast["chair"]), case.id, verdict, version=case.version - 1, today=TODAY, now=NOW
            )


def test_each_party_signs_once(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        for name in ("person", "manager", "chair"):
            case_decisions.sign(session, actor_of(cast[name]), case.id, now=NOW)
        with pytest.raises(AlreadyDoneError):
            case_decisions.sign(session, actor_of(cast.person), case.id, now=NOW)
        with pytest.raises(NotAllowedError):
            case_decisions.sign(session, actor_of(cast["first"]), case.id, now=NOW)

        signed = {row.party: row.person_id for row in session.scalars(select(CaseSignature))}
        assert signed == {
            CaseParty.PERSON: cast.person.id, CaseParty.MANAGER: cast.manager.id, CaseParty.CHAIR: cast["chair"].id
        }  # fmt: skip


def test_an_appeal_is_the_persons_and_stays(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, CaseOutcome.NOT_YET)
        appeal_id = case_decisions.appeal(session, actor_of(cast.person), case.id, "The third piece counts.", now=NOW)
        for name in ("manager", "chair", "hr"):
            with pytest.raises(NotAllowedError):
                case_decisions.appeal(session, actor_of(cast[name]), case.id, "Mine.", now=NOW)
    with pytest.raises(sa.exc.DBAPIError), writing(database.engine) as session:
        session.execute(sa.text("UPDATE appeal SET text = 'Withdrawn.'"))
    with writing(database.engine) as session:
        assert session.get_one(Appeal, appeal_id).text == "The third piece counts."


def test_mail_says_neither_how_nor_why(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        make.make_decided(session, cast, CaseOutcome.NOT_YET)
        sent = " ".join(f"{one.subject} {one.body}" for one in session.scalars(select(Message)))

    assert "A promotion case is decided" in sent
    assert not {"not yet", "promote", "panel"} & set(sent.lower().split())


def test_a_stranger_does_not_know_of_the_case(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)

        with pytest.raises(NotFoundError):
            case_decisions.sign(session, actor_of(cast["stranger"]), case.id, now=NOW)


def test_a_newer_blueprint_without_the_level_moves_no_goalposts(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = _voted(session, cast)
        newer = small_blueprint(role=cast.version.role)
        make_blueprint_version(session, newer, number=cast.version.number + 1)
        make.decide(session, cast, case, CaseOutcome.PROMOTE)
        assert session.scalars(select(Placement.level).where(Placement.case_id == case.id)).all() == ["principal"]


def test_whoever_has_left_is_not_promoted_and_the_chair_is_told_why(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = _voted(session, cast)
        cast.person.active = False
        session.flush()
        with pytest.raises(InvalidError, match="account is closed") as refused:
            make.decide(session, cast, case, CaseOutcome.PROMOTE)
        assert [fault.field for fault in refused.value.faults] == ["outcome"]


def _voted(session: Session, cast: make.CaseCast) -> PromotionCase:
    case = make.make_case(session, cast)
    make.hand_in(session, cast, case)
    make.vote(session, cast, make.seat(session, cast, case))
    return case
