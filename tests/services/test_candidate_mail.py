"""Mail to candidates: it leaves with the act, carries their link and their calendar, and no dead link."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.link import CandidateLink
from app.models.outbox import Message
from app.services import applications, candidate_mail, links, mail, outbox
from app.services.letters import Keys
from tests.factories.hiring import NOW, actor_of, make_application, make_candidate, make_person
from tests.factories.mailbox import Mailbox, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from uuid import UUID

    from tests.databases import Database

SITE, SENDER = "https://plumbline.example.org", "plumbline@example.org"
KEYS = Keys.of("only for these tests")
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    "DTSTAMP:20261122T090000Z\r\nDTSTART:20261201T090000Z\r\nSUMMARY:Gespräch über Größe\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    with receiving() as box:
        yield box


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application of somebody whose mail arrives."""
    with writing(database.engine) as session:
        return make_application(session, candidate=make_candidate(session, email="mira@example.org")).id


def _write(database: Database, application_id: UUID, *, with_link: bool = True, calendar: str = "") -> None:
    with writing(database.engine) as session:
        candidate_mail.write(
            session, application_id, subject="Your interview", body="Choose a time.", now=NOW, calendar=calendar,
            method="REQUEST" if calendar else "", with_link=with_link,
        )  # fmt: skip


def _send(
    database: Database, box: Mailbox, url: str, *, now: datetime = NOW, keys: Keys | None = KEYS
) -> tuple[mail.Round, list[EmailMessage]]:
    before = len(box.kept)
    with mail.connected(url) as post:
        done = mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=now, keys=keys)
    read = [message_from_bytes(cast("bytes", one.content), policy=policy.default) for one in box.kept[before:]]
    return done, read


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _link(database: Database) -> CandidateLink:
    with reading(database.engine) as session:
        return session.scalars(select(CandidateLink)).one()


def test_the_mail_ends_with_a_link_that_this_installation_signed(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id)
    done, (letter,) = _send(database, *mailbox)
    link = _link(database)
    assert done == mail.Round(1, 0)
    assert letter["To"] == "mira@example.org"
    address = _text(letter).split()[-1]
    assert address == f"{SITE}/c/{KEYS.links.token(link.id, 1)}"
    assert link.created_by_id is None
    assert link.expires_at == NOW + links.LASTS


def test_later_mails_keep_the_address_of_earlier_ones(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id)
    _write(database, application_id)
    _, (first, second) = _send(database, *mailbox)
    assert _text(first).split()[-1] == _text(second).split()[-1]


def test_a_mail_without_a_link_makes_none(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id, with_link=False)
    _, (letter,) = _send(database, *mailbox)
    assert "http" not in _text(letter)
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateLink)).all() == []


@pytest.mark.parametrize("how", ["voided", "expired", "withdrawn"])
def test_a_link_that_ended_before_the_mail_left_is_not_sent(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID, how: str
) -> None:
    _write(database, application_id)
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        if how == "voided":
            links.void(session, clerk, application_id, now=NOW)
        elif how == "withdrawn":
            application = session.get_one(Application, application_id)
            applications.set_stage(session, clerk, application, Stage.WITHDRAWN, reason="By phone.", now=NOW)
    late = NOW + (links.LASTS if how == "expired" else timedelta(0))
    _, (letter,) = _send(database, *mailbox, now=late)
    assert _text(letter).strip() == "Choose a time."


def test_without_a_key_nothing_that_needs_a_link_leaves(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id)
    assert _send(database, *mailbox, keys=None) == (mail.Round(0, 1), [])
    done, letters = _send(database, *mailbox, now=NOW + timedelta(hours=1))
    assert done == mail.Round(1, 0)
    assert len(letters) == 1


def test_a_mail_that_cannot_be_put_together_keeps_no_other_from_leaving(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id, calendar="BEGIN:NOTHING")
    _write(database, application_id)
    done, read = _send(database, *mailbox)
    assert (done.sent, done.refused, len(read)) == (1, 1, 1)


def test_a_calendar_comes_as_what_programs_answer_and_as_a_file(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    _write(database, application_id, calendar=CALENDAR)
    with writing(database.engine) as session:
        person = make_person(session, email="ada@example.com")
        outbox.notify(
            session, person.id, subject="Interview", body="Come.", path="/", now=NOW + timedelta(minutes=1),
            calendar=CALENDAR, method="REQUEST",
        )  # fmt: skip
    _, letters = _send(database, *mailbox, now=NOW + timedelta(minutes=2))
    assert [letter["To"] for letter in letters] == ["mira@example.org", "ada@example.com"]
    for letter in letters:
        part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
        assert part.get_param("method") == "REQUEST"
        (file,) = letter.iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invitation.ics")
        for sent in (str(part.get_content()).encode(), file.get_content()):
            (event,) = icalendar.Calendar.from_ical(sent).walk("VEVENT")
            assert event["SUMMARY"] == "Gespräch über Größe"
    assert _text(letters[1]).split() == ["Come.", f"{SITE}/"]


def test_a_candidates_link_sent_by_hand_says_what_it_opens(
    database: Database, mailbox: tuple[Mailbox, str], application_id: UUID
) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        candidate_mail.send_link(session, clerk, application_id, now=NOW)
    _, (letter,) = _send(database, *mailbox)
    assert "Product Manager, Search" in _text(letter)
    with reading(database.engine) as session:
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("link.%"))).all()
    assert acts == ["link.issue", "link.send"]


def test_a_message_has_one_recipient(database: Database, application_id: UUID) -> None:
    def put(**whom: object) -> None:
        with writing(database.engine) as session:
            session.add(Message(subject="S", body="B", path="/", created_at=NOW, **whom))

    with pytest.raises(DBAPIError):
        put()
    with writing(database.engine) as session:
        person_id = make_person(session).id
    with pytest.raises(DBAPIError):
        put(recipient_id=person_id, application_id=application_id)
