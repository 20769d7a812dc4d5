"""A recorded decision on a promotion case is corrected by a new record; the earlier one stays. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.calibration import ConflictKind
from app.domain.growth.case import CaseOutcome, CaseParty
from app.domain.growth.casework import Verdict
from app.models.audit import AuditEvent
from app.models.calibration import CalibrationItem, Conflict, VoteChange
from app.models.engine import reading, writing
from app.models.ladder import Placement, Reporting
from app.models.outbox import Message
from app.models.promotion import CaseDecision, CaseDecisionVote, CaseEvent, CaseSignature, PromotionCase
from app.queries import placements as standings
from app.services import case_decisions, cases, placements
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.queries.placements import Standing
    from tests.databases import Database

TODAY, SINCE, AHEAD = make.TODAY, make.SINCE, make.TODAY + timedelta(days=9)
WHY = "The votes were counted for another case, which nobody noticed in the session."
LATER = NOW + timedelta(hours=1)


def correct(
    session: Session,
    cast: make.CaseCast,
    case: PromotionCase,
    outcome: CaseOutcome,
    *,
    by: str = "chair",
    why: str = WHY,
    **changes: object,
) -> None:
    """Let somebody correct the newest record, with what the outcome asks for."""
    day = None if outcome is CaseOutcome.NOT_YET else AHEAD
    gaps = ("money",) if outcome is CaseOutcome.NOT_YET else ()
    verdict = replace(Verdict(outcome, make.REASONS, day, gaps), **changes)  # type: ignore[arg-type]  # its own fields
    case_decisions.correct(
        session, actor_of(cast[by]), case.id, verdict, why=why, version=case.version, today=TODAY, now=LATER
    )


def standing(session: Session, cast: make.CaseCast, on: date) -> Standing:
    """Where the person stands on a day."""
    return standings.current(session, [cast.person.id], on)[cast.person.id]


def test_a_correction_is_a_new_record_and_the_earlier_one_stays(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        correct(session, cast, case, CaseOutcome.NOT_YET)

        rows = session.scalars(select(CaseDecision).order_by(CaseDecision.number)).all()
        assert [(row.number, row.outcome, row.gaps, row.correction_reason) for row in rows] == [
            (1, CaseOutcome.PROMOTE, "[]", ""),
            (2, CaseOutcome.NOT_YET, '["money"]', WHY),
        ]
        assert [row.decided_at for row in rows] == [NOW, LATER]
        last = session.scalars(select(CaseEvent).order_by(CaseEvent.number.desc())).first()
        assert last
        assert (last.what, last.reason) == ("Decision corrected: not yet", WHY)
    # Acts are chained as they are committed.
    with reading(database.engine) as session:
        acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
        assert acts[-2:] == ["case.correct", "placement.add"]


def test_votes_are_taken_over_from_the_record_before(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        session.add(
            VoteChange(
                item_id=_item(session), member_id=cast["second"].id, number=1, before="not_yet", after="promote",
                reason="evidence_heard", words="Afterwards.", at=LATER,
            )
        )  # fmt: skip
        session.flush()
        correct(session, cast, case, CaseOutcome.POSTPONE)

        votes = {
            number: sorted((row.member_id, row.outcome, row.reason) for row in _votes(session, number))
            for number in (1, 2)
        }
        assert votes[2] == votes[1]
        assert len(votes[2]) == 3


def test_signatures_stay_with_the_record_that_was_read_and_the_new_one_is_signed_anew(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        for name in ("person", "chair"):
            case_decisions.sign(session, actor_of(cast[name]), case.id, now=NOW)
        correct(session, cast, case, CaseOutcome.POSTPONE)
        case_decisions.sign(session, actor_of(cast.person), case.id, now=LATER)
        with pytest.raises(AlreadyDoneError):
            case_decisions.sign(session, actor_of(cast.person), case.id, now=LATER)

        rows = session.execute(
            select(CaseDecision.number, CaseSignature.party)
            .join(CaseDecision, CaseDecision.id == CaseSignature.decision_id)
            .order_by(CaseDecision.number, CaseSignature.party)
        ).all()
        assert [tuple(row) for row in rows] == [
            (1, CaseParty.CHAIR), (1, CaseParty.PERSON), (2, CaseParty.PERSON)
        ]  # fmt: skip


@pytest.mark.parametrize("outcome", [CaseOutcome.POSTPONE, CaseOutcome.NOT_YET])
@pytest.mark.parametrize("day", [AHEAD, TODAY])
def test_a_promotion_that_stands_no_longer_is_taken_back(database: Database, outcome: CaseOutcome, day: date) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, day=day)
        assert standing(session, cast, day).level == "principal"
        correct(session, cast, case, outcome)

        for on in (TODAY, AHEAD, AHEAD + timedelta(days=400)):
            held = standing(session, cast, on)
            assert (held.level, held.since) == ("senior", SINCE)
        back = session.scalars(select(Placement).where(Placement.replaces_id.is_not(None))).one()
        assert (back.level, back.case_id) == ("senior", None)
        assert "the decision on the case was corrected" in back.reason


def test_a_promotion_with_another_day_moves_to_it(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, day=TODAY)
        correct(session, cast, case, CaseOutcome.PROMOTE, day=AHEAD)

        assert (standing(session, cast, TODAY).level, standing(session, cast, TODAY).since) == ("senior", SINCE)
        assert (standing(session, cast, AHEAD).level, standing(session, cast, AHEAD).since) == ("principal", AHEAD)


def test_other_words_for_the_same_promotion_move_nobody(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        correct(session, cast, case, CaseOutcome.PROMOTE, reasons=make.REASONS + " Said anew.")

        assert len(session.scalars(select(Placement).where(Placement.case_id == case.id)).all()) == 1


def test_a_postponed_case_becomes_a_promotion_and_back_and_forth(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, CaseOutcome.POSTPONE)
        for outcome, level in (
            (CaseOutcome.PROMOTE, "principal"),
            (CaseOutcome.NOT_YET, "senior"),
            (CaseOutcome.PROMOTE, "principal"),
        ):
            correct(session, cast, case, outcome)
            assert standing(session, cast, AHEAD).level == level


def test_what_hr_recorded_after_the_promotion_still_counts(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, day=TODAY)
        moved = TODAY + timedelta(days=2)
        placements.place(
            session, actor_of(cast["hr"]), cast.person.id, cast.version.role, "group", moved, "Leads them now.", now=NOW
        )
        correct(session, cast, case, CaseOutcome.NOT_YET)

        assert standing(session, cast, moved).level == "group"
        assert standing(session, cast, TODAY).level == "senior"


def test_a_level_on_which_a_newer_case_is_built_is_not_taken_back(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, day=TODAY)
        newer = PromotionCase(
            person_id=cast.person.id, manager_id=cast.manager.id, requested_by_id=cast.person.id,
            blueprint_version_id=cast.version.id, from_level="principal", to_level="group", created_at=NOW,
        )  # fmt: skip
        session.add(newer)
        session.flush()
        with pytest.raises(ConflictError, match="newer case begins"):
            correct(session, cast, case, CaseOutcome.NOT_YET)
        cases.withdraw(session, actor_of(cast.person), newer.id, "It comes too soon.", now=NOW)
        correct(session, cast, case, CaseOutcome.NOT_YET)
        assert standing(session, cast, TODAY).level == "senior"


@pytest.mark.parametrize(
    ("outcome", "changes", "word"),
    [
        (CaseOutcome.NOT_YET, {"gaps": ()}, "at least one gap"),
        (CaseOutcome.PROMOTE, {"day": None}, "takes effect"),
        (CaseOutcome.POSTPONE, {"day": TODAY}, "still to come"),
        (CaseOutcome.PROMOTE, {"reasons": "Good."}, "Give the reasons in 40"),
        (CaseOutcome.PROMOTE, {"why": ""}, "Write why the record is corrected"),
        (CaseOutcome.PROMOTE, {"why": "A slip."}, "Say why in 40"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    database: Database, outcome: CaseOutcome, changes: dict[str, object], word: str
) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        with pytest.raises(InvalidError, match=word):
            correct(session, cast, case, outcome, **changes)  # type: ignore[arg-type]  # the parameters' own types

        assert session.scalars(select(CaseDecision.number)).all() == [1]


@pytest.mark.parametrize(
    ("by", "error"),
    [
        ("person", NotAllowedError), ("manager", NotAllowedError), ("first", NotAllowedError), ("hr", NotAllowedError),
        ("stranger", NotFoundError), ("peer", NotFoundError),
    ],
)  # fmt: skip
def test_only_the_chair_corrects(database: Database, by: str, error: type[Exception]) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        with pytest.raises(error):
            correct(session, cast, case, CaseOutcome.POSTPONE, by=by)


def test_a_chair_who_manages_the_person_by_now_does_not_correct(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        session.get_one(Reporting, cast.person.id).manager_id = cast["chair"].id
        session.flush()
        with pytest.raises(NotAllowedError):
            correct(session, cast, case, CaseOutcome.POSTPONE)


def test_a_chair_in_conflict_does_not_correct(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        session.add(
            Conflict(item_id=_item(session), member_id=cast["chair"].id, kind=ConflictKind.DECLARED, at=NOW)
        )  # fmt: skip
        session.flush()
        with pytest.raises(NotAllowedError):
            correct(session, cast, case, CaseOutcome.POSTPONE)


def test_what_is_not_decided_is_not_corrected(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.hand_in(session, cast, case)
        make.vote(session, cast, make.seat(session, cast, case))
        with pytest.raises(NotAllowedError):
            correct(session, cast, case, CaseOutcome.POSTPONE)


def test_a_correction_from_a_stale_page_is_refused(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        verdict = Verdict(CaseOutcome.PROMOTE, make.REASONS, AHEAD)
        with pytest.raises(ConflictError):
            case_decisions.correct(
                session, actor_of(cast["chair"]), case.id, verdict, why=WHY, version=case.version - 1, today=TODAY,
                now=NOW,
            )  # fmt: skip


def test_person_and_manager_are_told_that_it_was_corrected_and_not_how(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        correct(session, cast, case, CaseOutcome.NOT_YET)
        told = session.execute(
            select(Message.recipient_id, Message.body).where(
                Message.subject == "The decision on a promotion case is corrected"
            )
        ).all()

        assert {row.recipient_id for row in told} == {cast.person.id, cast.manager.id}
        assert {row.body for row in told} == {"Read what changed and why, and sign it anew."}


def test_an_appeal_stays_possible(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        correct(session, cast, case, CaseOutcome.NOT_YET)
        case_decisions.appeal(session, actor_of(cast.person), case.id, "I was told otherwise.", now=LATER)


@pytest.mark.parametrize("table", ["case_decision", "case_signature", "placement"])
def test_records_signatures_and_placements_stay_as_they_are(database: Database, table: str) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast)
        case_decisions.sign(session, actor_of(cast.person), case.id, now=NOW)
        correct(session, cast, case, CaseOutcome.NOT_YET)
    for act in (f"DELETE FROM {table}", f"UPDATE {table} SET {_COLUMN[table]} = {_COLUMN[table]}"):  # noqa: S608  own names
        with pytest.raises(sa.exc.DBAPIError), writing(database.engine) as session:
            session.execute(sa.text(act))


_COLUMN = {"case_decision": "reasons", "case_signature": "signed_at", "placement": "reason"}


def _item(session: Session) -> UUID:
    return session.scalars(select(CalibrationItem.id)).one()


def _votes(session: Session, number: int) -> list[CaseDecisionVote]:
    of_number = CaseDecision.number == number
    return list(
        session.scalars(
            select(CaseDecisionVote)
            .join(CaseDecision, CaseDecision.id == CaseDecisionVote.decision_id)
            .where(of_number)
        )
    )  # fmt: skip
