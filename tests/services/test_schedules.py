"""Times for a whole loop: set at once, refused where somebody cannot come, and the candidate's wishes answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.candidate_link import CandidateFacts
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.requisition import RequisitionMember
from app.models.schedule import BusyCalendar, BusyTime, TimeRequest
from app.queries import schedules as queries
from app.services import schedules
from app.services.schedules import TimeWanted
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

# NOW is a Sunday; everybody is in UTC here.
MONDAY = datetime(2026, 11, 23, tzinfo=NOW.tzinfo)
TEN, ELEVEN = MONDAY + timedelta(hours=10), MONDAY + timedelta(hours=11)


class Loop:
    """Two interviews without times: Ada holds the first, Ada and Ben the second."""

    def __init__(self, database: Database) -> None:
        self.engine = database.engine
        with writing(self.engine) as session:
            ada = hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER])
            ben = hiring.make_person(session, "Ben Ode", [Role.INTERVIEWER])
            self.ada, self.ben = ada.id, ben.id
            self.actor: ActorFacts = actor_of(hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR]))
            requisition = hiring.make_requisition(session)
            self.application = hiring.make_application(session, requisition).id
            application = session.get_one(Application, self.application)
            self.first = hiring.make_interview(session, application, [ada], title="First").id
            self.second = hiring.make_interview(session, application, [ada, ben], title="Second").id
            for interview in (self.first, self.second):
                session.get_one(Interview, interview).starts_at = None
            self.candidate_id = application.candidate_id
        self.candidate = CandidateFacts(self.application, self.candidate_id, self.application)

    def settle(self, *wanted: TimeWanted, confirmed: bool = False) -> int:
        with writing(self.engine) as session:
            return schedules.settle(session, self.actor, self.application, wanted, confirmed=confirmed, now=NOW)

    def wanted(self, interview: UUID, starts_at: datetime | None, place: str = "") -> TimeWanted:
        with reading(self.engine) as session:
            return TimeWanted(interview, session.get_one(Interview, interview).version, starts_at, place)

    def times(self) -> dict[str, datetime | None]:
        with reading(self.engine) as session:
            return {one.title: one.starts_at for one in session.scalars(select(Interview))}

    def busy(self, person: UUID, starts_at: datetime, hours: int = 1) -> None:
        with writing(self.engine) as session:
            calendar = BusyCalendar(person_id=person, name="Own", address="", added_at=NOW, read_at=NOW)
            session.add(calendar)
            session.flush()
            ends_at = starts_at + timedelta(hours=hours)
            session.add(BusyTime(calendar_id=calendar.id, starts_at=starts_at, ends_at=ends_at))

    def page(self) -> queries.SchedulePage:
        with reading(self.engine) as session:
            return queries.page(session, self.actor, self.application, now=NOW)


def test_a_loop_is_set_at_once_and_everybody_is_told(database: Database) -> None:
    loop = Loop(database)
    changed = loop.settle(loop.wanted(loop.first, TEN, "Room 1"), loop.wanted(loop.second, ELEVEN + timedelta(hours=1)))

    assert changed == 2
    assert loop.times() == {"First": TEN, "Second": ELEVEN + timedelta(hours=1)}
    with reading(loop.engine) as session:
        told = session.scalars(select(Message).where(Message.calendar_method == "REQUEST")).all()
        assert sorted(str(one.recipient_id) for one in told if one.recipient_id) == sorted(
            map(str, [loop.ada, loop.ada, loop.ben])
        )
        assert sum(one.application_id == loop.application for one in told) == 2


def test_what_stays_as_it_is_tells_nobody(database: Database) -> None:
    loop = Loop(database)
    loop.settle(loop.wanted(loop.first, TEN))
    with writing(loop.engine) as session:
        before = len(session.scalars(select(Message)).all())

    assert loop.settle(loop.wanted(loop.first, TEN), loop.wanted(loop.second, None)) == 0
    with reading(loop.engine) as session:
        assert len(session.scalars(select(Message)).all()) == before


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (10, "Ada Brook is busy then."),
        (3, "Ada Brook would have to come before 07:00, after 21:00 or on a weekend."),
    ],
)
def test_a_time_at_which_somebody_cannot_come_is_refused_until_it_is_meant(
    database: Database, hour: int, words: str
) -> None:
    loop = Loop(database)
    loop.busy(loop.ada, TEN)
    starts_at = MONDAY + timedelta(hours=hour)
    with pytest.raises(InvalidError) as caught:
        loop.settle(loop.wanted(loop.first, starts_at))

    assert caught.value.faults[0].field == str(loop.first)
    assert words in caught.value.faults[0].message
    assert loop.times()["First"] is None
    assert loop.settle(loop.wanted(loop.first, starts_at), confirmed=True) == 1


def test_the_candidate_is_never_in_two_interviews_at_once_unseen(database: Database) -> None:
    loop = Loop(database)
    with pytest.raises(InvalidError) as caught:
        loop.settle(loop.wanted(loop.first, TEN), loop.wanted(loop.second, TEN + timedelta(minutes=30)))

    said = {fault.field: fault.message for fault in caught.value.faults}
    assert set(said) == {str(loop.first), str(loop.second)}
    assert "The candidate would be in two interviews at once." in said[str(loop.first)]
    assert "Ada Brook would be in two interviews at once." in said[str(loop.first)]
    assert "Ben Ode" not in said[str(loop.first)]


def test_an_interview_with_another_candidate_is_in_the_way(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        need = session.get_one(Application, loop.application).requisition
        other = hiring.make_application(session, need, hiring.make_candidate(session, "Noor Said"))
        from app.models.person import Person

        made = hiring.make_interview(session, other, [session.get_one(Person, loop.ben)], title="Elsewhere")
        made.starts_at = TEN

    with pytest.raises(InvalidError) as caught:
        loop.settle(loop.wanted(loop.second, TEN))
    assert caught.value.faults[0].message == "Ben Ode is busy then."
    assert "Elsewhere" not in repr(loop.page())
    assert "Noor" not in repr(loop.page())


def test_what_was_accepted_before_is_not_brought_up_again(database: Database) -> None:
    loop = Loop(database)
    loop.busy(loop.ada, TEN)
    loop.settle(loop.wanted(loop.first, TEN), confirmed=True)

    assert loop.settle(loop.wanted(loop.first, TEN, "Room 2")) == 1


def test_somebody_elses_change_is_not_overwritten(database: Database) -> None:
    loop = Loop(database)
    seen = loop.wanted(loop.first, TEN)
    loop.settle(loop.wanted(loop.first, ELEVEN))

    with pytest.raises(ConflictError):
        loop.settle(seen)
    assert loop.times()["First"] == ELEVEN


def test_offered_times_avoid_calendars_and_the_rest_of_the_loop(database: Database) -> None:
    loop = Loop(database)
    tuesday = MONDAY + timedelta(days=1)
    loop.busy(loop.ada, tuesday + timedelta(hours=9), hours=2)
    loop.settle(loop.wanted(loop.second, tuesday + timedelta(hours=12)))

    first = next(one for one in loop.page().ahead if one.interview.interview_id == loop.first)
    assert MONDAY + timedelta(hours=10) in first.offer.starts
    assert loop.page().proposal.times == {loop.first: first.offer.starts[0]}
    for start in first.offer.starts:
        assert not tuesday + timedelta(hours=8) < start < tuesday + timedelta(hours=11)


def test_a_page_takes_four_queries(database: Database) -> None:
    loop = Loop(database)
    loop.page()  # the blueprint is kept from here on
    with reading(loop.engine) as session, counted(loop.engine) as sent:
        queries.page(session, loop.actor, loop.application, now=NOW)
    assert len([one for one in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))]) == 4


def test_who_does_not_plan_sees_and_sets_nothing(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        stranger = actor_of(hiring.make_person(session, "Sam Otto", [Role.INTERVIEWER]))
    with reading(loop.engine) as session, pytest.raises((NotFoundError, NotAllowedError)):
        queries.page(session, stranger, loop.application, now=NOW)
    with writing(loop.engine) as session, pytest.raises((NotFoundError, NotAllowedError)):
        schedules.settle(session, stranger, loop.application, (), confirmed=False, now=NOW)


def test_a_wish_is_kept_told_without_its_words_and_answered_by_new_times(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        schedules.ask(session, loop.candidate, " Mornings only, please. ", now=NOW)
        assert [one.text for one in session.scalars(select(TimeRequest))] == ["Mornings only, please."]
        assert "Mornings" not in "".join(one.subject + one.body for one in session.scalars(select(Message)))
    assert [wish.text for wish in loop.page().wishes] == ["Mornings only, please."]

    loop.settle(loop.wanted(loop.first, TEN))
    assert loop.page().wishes == ()


def test_a_wish_can_be_answered_without_new_times_and_is_bounded(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        for _ in range(schedules.MOST_WISHES):
            schedules.ask(session, loop.candidate, "Later", now=NOW)
        with pytest.raises(NotAllowedError):
            schedules.ask(session, loop.candidate, "Later", now=NOW)
    with writing(loop.engine) as session:
        schedules.answer(session, loop.actor, loop.application, now=NOW)
    assert loop.page().wishes == ()


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001, "a\x00b"])
def test_a_wish_that_cannot_be_kept_is_refused(database: Database, text: str) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session, pytest.raises(InvalidError):
        schedules.ask(session, loop.candidate, text, now=NOW)


def test_a_candidates_zone_bounds_the_hours_that_are_offered(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        schedules.set_zone(session, loop.candidate, "America/New_York")
        with pytest.raises(InvalidError):
            schedules.set_zone(session, loop.candidate, "Mars/Olympus")
        assert session.get_one(Candidate, loop.candidate_id).zone == "America/New_York"
    starts = loop.page().ahead[0].offer.starts
    assert starts
    assert {start.hour for start in starts} <= {14, 15, 16, 17}


def test_whoever_reviews_blind_learns_neither_where_the_candidate_is_nor_their_words(database: Database) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        schedules.set_zone(session, loop.candidate, "America/New_York")
        schedules.ask(session, loop.candidate, "My lectures in Boston end at noon.", now=NOW)
        requisition = session.get_one(Application, loop.application).requisition
        requisition.blind = True
        session.add(RequisitionMember(requisition_id=requisition.id, person_id=loop.ada, part=Part.HIRING_MANAGER))
        session.flush()
        ada = actor_facts(session, loop.ada)
        assert ada is not None
        seen = queries.page(session, ada, loop.application, now=NOW)
    assert seen.blinded
    assert seen.candidate.startswith("Candidate ")
    assert len(seen.wishes) == 1
    for told in ("New_York", "Boston", "Okafor"):
        assert told not in repr(seen)
    assert "Boston" in repr(loop.page())
