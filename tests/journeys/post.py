"""The worker's round as a journey needs it: at a moment of its choosing, over a real mail server."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email import policy
from typing import TYPE_CHECKING, Any, cast

import vobject
from icalendar import Calendar

from app.services import interview_reminders, mail
from app.services.letters import Keys
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from tests.factories.mailbox import Mailbox
    from tests.journeys.conftest import Site

SENDER = "hiring@harrow.example"


@dataclass(frozen=True)
class Office:
    """The post of an installation: what is due goes out through the server at ``smtp``, and lies in ``box``."""

    site: Site
    box: Mailbox
    smtp: str

    def round(self, now: datetime) -> int:
        """Write reminders that are due at that moment and send everything; return how many mails left."""
        engine = self.site.database.engine
        before = len(self.box.kept)
        interview_reminders.remind(engine, now=now)
        with mail.connected(self.smtp) as post:
            done = mail.deliver(engine, post, sender=SENDER, site=self.site.address, now=now, keys=Keys.of(SECRET))
        assert done.refused == 0
        assert len(self.box.kept) - before == done.sent
        return done.sent

    def letters(self, address: str) -> list[EmailMessage]:
        """What an address has got, oldest first."""
        raw = [envelope.content for envelope in self.box.kept if address in envelope.rcpt_tos]
        return [email.message_from_bytes(cast("bytes", one), policy=policy.default) for one in raw]

    def invitations(self, address: str) -> list[Event]:
        """The events that an address has got, oldest first."""
        return [event for letter in self.letters(address) for event in events(letter)]

    def everything(self, address: str) -> str:
        """All that an address has got, decoded, headers and calendars included."""
        parts: list[str] = []
        for letter in self.letters(address):
            parts += [f"{name}: {value}" for name, value in letter.items()]
            parts += [str(part.get_content()) for part in letter.walk() if not part.is_multipart()]
        return "\n".join(parts)


Event = tuple[str, str, int, "datetime"]
"""Method, UID, sequence and start."""


def events(letter: EmailMessage) -> list[Event]:
    """What a letter's calendar says, on which two parsers must agree."""
    found = []
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            found.append(_read(raw.decode()))
    return found


def _read(text: str) -> Event:
    one: Any = Calendar.from_ical(text)
    other: Any = vobject.readOne(text)
    event, vevent = one.walk("VEVENT")[0], other.vevent
    read = (str(one["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt)
    assert read == (other.method.value, vevent.uid.value, int(vevent.sequence.value), vevent.dtstart.value)
    assert str(event["SUMMARY"]) == vevent.summary.value
    return read
