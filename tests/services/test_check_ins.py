"""Check-ins: apart, sealed until both are in, then concluded; private notes stay private. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.plan import PartyName
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.queries import check_ins as queries
from app.services import check_ins, plans
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
WHOLE = Answers(4, Against.MET, went_well="The map is done.", goals=(("learn", Against.PARTLY),))


def _save(session: Session, cast: Cast, person: Person, answers: Answers = WHOLE, version: int = 0) -> int:
    milestone = cast.milestone(session, "day-30")
    return check_ins.save(session, make.actor_of(person), milestone.id, answers, version=version, today=TODAY, now=NOW)


def _seal(session: Session, cast: Cast, person: Person, answers: Answers = WHOLE, version: int = 0) -> bool:
    milestone = cast.milestone(session, "day-30")
    return check_ins.seal(session, make.actor_of(person), milestone.id, answers, version=version, today=TODAY, now=NOW)


def _row(session: Session, cast: Cast, party: PartyName) -> CheckIn:
    return session.get_one(CheckIn, (cast.milestone(session, "day-30").id, party))


def test_a_draft_is_kept_and_changed(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        version = _save(session, cast, cast.hire, Answers(confidence=2))
        _save(session, cast, cast.hire, WHOLE, version)

        own = queries.page(session, make.actor_of(cast.hire), _row(session, cast, PartyName.HIRE).milestone_id).own
        assert own is not None
        assert (own.answers, own.sealed_at) == (WHOLE, None)


def test_a_draft_of_another_tab_is_not_overwritten(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _save(session, cast, cast.hire)
        with pytest.raises(ConflictError, match="another tab"):
            _save(session, cast, cast.hire, replace(WHOLE, confidence=1))


def test_both_are_told_once_both_have_sealed_and_nobody_before(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        told = select(Message.recipient_id).where(Message.subject.startswith("Both have answered"))

        assert not _seal(session, cast, cast.hire)
        assert session.scalars(told).all() == []
        assert _seal(session, cast, cast.manager)
        assert set(session.scalars(told)) == {cast.hire.id, cast.manager.id}


def test_sealed_answers_stay_in_the_program_and_in_the_database(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _seal(session, cast, cast.hire)
        with pytest.raises(AlreadyDoneError, match="sealed already"):
            _save(session, cast, cast.hire, WHOLE, 1)
    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE check_in SET confidence = 5"))


def test_a_half_answer_is_not_sealed_and_not_lost(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError) as refused:
            _seal(session, cast, cast.hire, Answers(confidence=4))

        assert [fault.field for fault in refused.value.faults] == ["against", "went_well"]


def test_a_check_in_opens_five_days_before_its_milestone(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        milestone = cast.milestone(session, "day-30")
        opens = date(2026, 10, 30)
        assert milestone.opens_on == opens

        actor = make.actor_of(cast.hire)
        with pytest.raises(NotYetError, match="opens on 30 October 2026"):
            check_ins.save(
                session, actor, milestone.id, WHOLE, version=0, today=opens - timedelta(days=1), now=NOW
            )  # fmt: skip
        assert check_ins.save(session, actor, milestone.id, WHOLE, version=0, today=opens, now=NOW) == 1


@pytest.mark.parametrize("part", ["buddy", "hr"])
def test_nobody_else_answers(database: Database, part: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises((NotAllowedError, NotFoundError)):
            _save(session, cast, getattr(cast, part))


def test_what_was_agreed_is_written_once_both_are_in_and_corrected_beside_it(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        milestone = cast.milestone(session, "day-30")
        manager = make.actor_of(cast.manager)
        _seal(session, cast, cast.hire)
        with pytest.raises(NotAllowedError):
            check_ins.conclude(session, manager, milestone.id, "Agreed.", now=NOW)
        _seal(session, cast, cast.manager)
        check_ins.conclude(session, manager, milestone.id, "Meet support next week.", now=NOW)
        check_ins.conclude(session, manager, milestone.id, "Meet support this week.", now=NOW)

        texts = session.scalars(select(CheckInOutcome.text).order_by(CheckInOutcome.number)).all()
        assert texts == ["Meet support next week.", "Meet support this week."]
        with pytest.raises(InvalidError, match="what you agreed on"):
            check_ins.conclude(session, manager, milestone.id, " ", now=NOW)


def _note(session: Session, cast: Cast, person: Person, *, shared: bool, talked_on: date = TODAY) -> None:
    check_ins.write_note(
        session, make.actor_of(person), cast.plan.id, "We talked.", talked_on=talked_on, shared=shared, now=NOW
    )


def test_a_private_note_leaves_no_trace_in_the_chain(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
    with writing(database.engine) as session:
        _note(session, cast, cast.manager, shared=False)
    with writing(database.engine) as session:
        actions = set(session.scalars(select(AuditEvent.action)))
        _note(session, cast, cast.hire, shared=True)
    with reading(database.engine) as session:
        assert set(session.scalars(select(AuditEvent.action))) - actions == {"talk.share"}
        assert {(row.author_id, row.shared) for row in session.scalars(select(TalkNote))} == {
            (cast.manager.id, False),
            (cast.hire.id, True),
        }


def test_a_note_is_of_a_talk_that_was(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError, match="today or an earlier day"):
            _note(session, cast, cast.hire, shared=True, talked_on=TODAY + timedelta(days=1))
        with pytest.raises(NotAllowedError):
            _note(session, cast, cast.buddy, shared=True)


def test_a_new_manager_finds_no_draft_of_the_former_one(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        new = make.make_person(session, "Nia New", [Role.PEOPLE_MANAGER])
        _save(session, cast, cast.manager)
        _seal(session, cast, cast.hire)
        plans.reassign(
            session, make.actor_of(cast.hr), cast.plan.id, manager_id=new.id, buddy_id=None,
            version=cast.plan.version, now=NOW,
        )  # fmt: skip
        page = queries.page(session, make.actor_of(new), cast.milestone(session, "day-30").id)

        assert page.own is not None
        assert (page.own.answers, page.own.version) == (Answers(), 0)
        assert _row(session, cast, PartyName.HIRE).sealed_at == NOW
