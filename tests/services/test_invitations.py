"""What calendars are told: one event a recipient through every change, and nothing of the inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import vobject
from icalendar import Calendar
from sqlalchemy import select

from app.domain.errors import InvalidError
from app.domain.hiring import InterviewKind, Stage
from app.domain.permission import ActorFacts, Role
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import Requisition
from app.services import applications, interviews, letters
from app.services.interviews import InterviewPlan
from app.services.letters import Keys
from app.services.mail import connected, deliver
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of
from tests.factories.mailbox import receiving

if TYPE_CHECKING:
    from email.message import EmailMessage
    from uuid import UUID

    from tests.databases import Database

import pytest

SITE, SENDER = "https://plumbline.example.org", "Plumbline <hiring@example.org>"
STARTS = NOW + timedelta(days=3, hours=5)


class World:
    """A coordinator, two interviewers and a candidate of one requisition; ``mails`` are those of the newest act."""

    def __init__(self, database: Database, *, blind: bool = False) -> None:
        self.engine = database.engine
        self.now = NOW
        with writing(self.engine) as session:
            self.ada = hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER])
            self.ada.zone = "America/New_York"
            self.ben = hiring.make_person(session, "Ben Ode", [Role.INTERVIEWER])
            coordinator = hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
            requisition = hiring.make_requisition(session)
            session.get_one(Requisition, requisition.id).blind = blind
            application = hiring.make_application(session, requisition)
            session.get_one(Candidate, application.candidate_id).zone = "Europe/Paris"
            self.actor: ActorFacts = actor_of(coordinator)
            self.application: UUID = application.id
            self.plan = InterviewPlan(
                InterviewKind.CONVERSATION, "Working, with; engineers", (hiring.DIMENSIONS[0],),
                (self.ada.id, self.ben.id), STARTS, 45, place="https://video.example.org/room",
            )  # fmt: skip

    def planned(self) -> UUID:
        with writing(self.engine) as session:
            return interviews.plan(session, self.actor, self.application, self.plan, now=self.now)

    def edited(self, interview: UUID, **changes: Any) -> None:  # noqa: ANN401  the fields of a plan
        with writing(self.engine) as session:
            version = session.get_one(Interview, interview).version
            wanted = replace(self.plan, **changes)
            interviews.edit(session, self.actor, interview, wanted, version=version, now=self.now)

    def mails(self) -> dict[str, EmailMessage]:
        """What leaves now, by address; every call takes what is new."""
        self.now += timedelta(minutes=1)
        with writing(self.engine) as session:
            claimed = letters.claim(session, now=self.now)
            for message in session.scalars(select(Message).where(Message.sent_at.is_(None))):
                message.sent_at = self.now
        return {letter.address: letters.compose(letter, sender=SENDER, site=SITE, now=self.now) for letter in claimed}


def test_everybody_gets_an_event_of_their_own_in_their_zone(database: Database) -> None:
    world = World(database)
    interview = world.planned()

    mails = world.mails()
    ada, ben = (_event(mails[who.email]) for who in (world.ada, world.ben))
    theirs = _event(_to_candidate(mails))

    assert _method(mails[world.ada.email]) == "REQUEST"
    assert len({ada["UID"], ben["UID"], theirs["UID"]}) == 3
    assert ada["DTSTART"].dt == ben["DTSTART"].dt == theirs["DTSTART"].dt == STARTS
    assert (ada["DTEND"].dt - ada["DTSTART"].dt) == timedelta(minutes=45)
    assert ada["DTSTART"].params["TZID"] == "America/New_York"
    assert theirs["DTSTART"].params["TZID"] == "Europe/Paris"
    assert ada["SUMMARY"] == "Working, with; engineers with Mira Okafor"
    assert ada["DESCRIPTION"] == f"Your interview kit:\n{SITE}/interviews/{interview}/kit"
    assert ada["ORGANIZER"] == "mailto:hiring@example.org"
    assert ada["ATTENDEE"] == f"mailto:{world.ada.email}"
    assert ada["LOCATION"] == "https://video.example.org/room"
    assert ada["SEQUENCE"] == 0


def test_a_second_parser_reads_the_same(database: Database) -> None:
    world = World(database)
    world.planned()

    mail = world.mails()[world.ada.email]
    read = vobject.readOne(_text(mail))
    assert read.method.value == "REQUEST"
    assert read.vevent.dtstart.value.astimezone(UTC) == STARTS
    assert read.vevent.summary.value == "Working, with; engineers with Mira Okafor"
    assert read.vevent.description.value.endswith("/kit")
    assert str(read.vevent.uid.value) == str(_event(mail)["UID"])
    assert len(_text(mail).encode()) > 0
    assert all(len(line.encode()) <= 75 for line in _text(mail).replace("\r\n", "\n").split("\n"))


def test_what_the_candidate_gets_says_nothing_of_the_inside(database: Database) -> None:
    world = World(database)
    world.planned()

    mail = _to_candidate(world.mails())
    event, whole = _event(mail), mail.as_string() + _text(mail)
    assert event["SUMMARY"] == "Conversation: Product Manager, Search"
    assert "DESCRIPTION" not in event
    for inside in ("Working, with", "Ada", "Ben", "Cleo", "/interviews/", "/kit", hiring.DIMENSIONS[0]):
        assert inside not in whole


def test_a_change_keeps_the_event_and_raises_its_number(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    first = world.mails()
    world.edited(interview, starts_at=STARTS + timedelta(days=1), place="Room 3")
    second = world.mails()

    for address in first:
        before, after = _event(first[address]), _event(second[address])
        assert before["UID"] == after["UID"]
        assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
        assert after["DTSTART"].dt == STARTS + timedelta(days=1)
        assert after["LOCATION"] == "Room 3"
    assert _event(first[world.ada.email])["URL"] == _event(second[world.ada.email])["URL"]


def test_a_change_that_no_calendar_shows_tells_nobody(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    world.mails()
    world.edited(interview, focus=hiring.DIMENSIONS[:2])

    assert world.mails() == {}


def test_a_change_of_the_title_is_not_the_candidates(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    world.mails()
    world.edited(interview, title="Why the last project failed")

    assert set(world.mails()) == {world.ada.email, world.ben.email}


def test_who_leaves_is_cancelled_and_who_comes_back_gets_the_same_event(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    first = world.mails()
    world.edited(interview, interviewer_ids=(world.ada.id,))
    gone = world.mails()
    assert set(gone) == {world.ben.email}
    assert _method(gone[world.ben.email]) == "CANCEL"
    assert _event(gone[world.ben.email])["STATUS"] == "CANCELLED"
    world.edited(interview)
    back = world.mails()

    assert set(back) == {world.ben.email}
    events = [_event(mails[world.ben.email]) for mails in (first, gone, back)]
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]


def test_cancelling_takes_it_out_of_every_calendar_without_the_reason(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    world.mails()
    with writing(world.engine) as session:
        interviews.cancel(session, world.actor, interview, reason="The budget is gone.", now=world.now)
    mails = world.mails()

    assert len(mails) == 3
    for mail in mails.values():
        assert _method(mail) == "CANCEL"
        assert (_event(mail)["STATUS"], _event(mail)["SEQUENCE"]) == ("CANCELLED", 1)
        assert "budget" not in mail.as_string()


def test_a_time_that_is_taken_back_and_set_again_goes_on_counting(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    world.mails()
    world.edited(interview, starts_at=None)
    open_again = world.mails()
    world.edited(interview, starts_at=STARTS)
    again = world.mails()

    assert {_method(mail) for mail in open_again.values()} == {"CANCEL"}
    assert {(_method(mail), int(_event(mail)["SEQUENCE"])) for mail in again.values()} == {("REQUEST", 2)}
    assert len(open_again) == len(again) == 3


def test_without_a_time_nobody_gets_an_event_and_the_kit_is_told_all_the_same(database: Database) -> None:
    world = World(database)
    world.plan = replace(world.plan, starts_at=None)
    world.planned()
    mails = world.mails()

    assert set(mails) == {world.ada.email, world.ben.email}
    assert not any(mail.is_multipart() for mail in mails.values())


def test_what_is_over_stays_in_the_calendar(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    world.mails()
    world.now = STARTS + timedelta(hours=1)
    world.edited(interview, interviewer_ids=(world.ada.id,))
    mails = world.mails()

    assert set(mails) == {world.ben.email}
    assert not mails[world.ben.email].is_multipart()


def test_a_withdrawal_frees_the_candidates_calendar_too(database: Database) -> None:
    world = World(database)
    world.planned()
    world.mails()
    with writing(world.engine) as session:
        applications.move_stage(
            session, world.actor, world.application, Stage.WITHDRAWN, seen=Stage.INTERVIEWING,
            reason="Took another job.", now=world.now,
        )  # fmt: skip
    mails = world.mails()

    assert len(mails) == 3
    assert {_method(mail) for mail in mails.values()} == {"CANCEL"}
    assert "another job" not in "".join(mail.as_string() for mail in mails.values())


def test_in_a_blind_requisition_no_calendar_names_the_candidate(database: Database) -> None:
    world = World(database, blind=True)
    interview = world.planned()
    world.edited(interview, starts_at=STARTS + timedelta(hours=1))
    mails = world.mails()

    for person in (world.ada, world.ben):
        assert "Okafor" not in mails[person.email].as_string() + _text(mails[person.email])
        assert str(_event(mails[person.email])["SUMMARY"]).startswith("Working, with; engineers with Candidate ")


def test_who_leaves_a_blind_interview_is_not_told_the_name_by_its_cancellation(database: Database) -> None:
    world = World(database, blind=True)
    interview = world.planned()
    first = world.mails()
    world.edited(interview, interviewer_ids=(world.ada.id,))
    gone = world.mails()[world.ben.email]

    assert _method(gone) == "CANCEL"
    assert _event(gone)["SUMMARY"] == _event(first[world.ben.email])["SUMMARY"]
    assert "Okafor" not in gone.as_string() + _text(gone)


def test_the_same_day_of_autumn_has_two_of_an_hour_and_each_is_itself(database: Database) -> None:
    world = World(database)
    twice = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    world.plan = replace(world.plan, starts_at=twice, minutes=60)
    interview = world.planned()
    first = _event(world.mails()[world.ada.email])
    world.edited(interview, starts_at=twice + timedelta(hours=1), minutes=60)
    second = _event(world.mails()[world.ada.email])

    for event, starts_at in ((first, twice), (second, twice + timedelta(hours=1))):
        assert event["DTSTART"].dt.astimezone(UTC) == starts_at
        assert event["DTEND"].dt.astimezone(UTC) == starts_at + timedelta(hours=1)


@pytest.mark.parametrize("place", ["http://video.example.org/x", "javascript://x", "x" * 501])
def test_a_place_of_another_kind_is_refused_with_a_remedy(database: Database, place: str) -> None:
    world = World(database)
    world.plan = replace(world.plan, place=place)
    with pytest.raises(InvalidError) as caught:
        world.planned()

    assert {fault.field for fault in caught.value.faults} == {"place"}
    with reading(world.engine) as session:
        assert session.scalars(select(Message)).all() == []
        assert session.scalars(select(Person)).all()


def test_what_arrives_over_a_mail_server_is_the_same_for_two_parsers(database: Database) -> None:
    world = World(database)
    interview = world.planned()
    with receiving() as (box, url), connected(url) as post:
        keys = Keys.of("only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz")
        done = deliver(world.engine, post, sender=SENDER, site=SITE, now=world.now, keys=keys)
    assert (done.sent, done.refused) == (3, 0)
    arrived = {one.rcpt_tos[0]: message_from_bytes(_bytes(one.content), policy=policy.default) for one in box.kept}
    for address, parsed in arrived.items():
        (part,) = (part for part in parsed.walk() if part.get_content_type() == "text/calendar")
        event: Any = Calendar.from_ical(part.get_content()).walk("VEVENT")[0]
        other = vobject.readOne(part.get_content()).vevent
        assert part.get_param("method") == "REQUEST"
        assert event["DTSTART"].dt == other.dtstart.value == STARTS
        assert str(event["UID"]) == other.uid.value
        assert other.attendee.value == f"mailto:{address}"
    for address, parsed in arrived.items():
        body = parsed.get_body(("plain",))
        assert body is not None
        leads = f"{SITE}/c/" if address.startswith("mira") else f"{SITE}/interviews/{interview}/kit"
        assert leads in body.get_content()


def _bytes(content: str | bytes | None) -> bytes:
    assert isinstance(content, bytes)
    return content


def _event(mail: EmailMessage) -> Any:  # noqa: ANN401  a component of another library
    return Calendar.from_ical(_text(mail)).walk("VEVENT")[0]


def _text(mail: EmailMessage) -> str:
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    found: str = part.get_content()
    return found


def _method(mail: EmailMessage) -> str:
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert Calendar.from_ical(part.get_content())["METHOD"] == part.get_param("method")
    return str(part.get_param("method"))


def _to_candidate(mails: dict[str, EmailMessage]) -> EmailMessage:
    (mail,) = (mail for address, mail in mails.items() if address.startswith("mira"))
    return mail
