"""Letters made of waiting notices: claimed, addressed to a person or a candidate, and composed as mails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.domain.account_token import AccountKeys
from app.domain.candidate_link import LinkState, has_ended
from app.domain.link_token import LinkKeys
from app.formats import invitation
from app.models.candidate import Application, Candidate
from app.models.credentials import AccountLink
from app.models.link import CandidateLink
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

BATCH = 50
LINK_PATH = "/c/"
"""Where a candidate's link leads; its token follows."""
ACCOUNT_LINK_PATH = "/choose-password/"
"""Where an invitation or a reset leads; its token follows."""
_ENDED = "The link that belonged here has ended. Ask for a new one."
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""How long to wait after each refusal; after the last one a notice stays unsent, and waits in the inbox only."""
_PATH = re.compile(r"^/[\w/#-]*$", re.MULTILINE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed notice with the address it goes to.

    ``link`` is the id and generation of the candidate's link that it ends with. A letter to a candidate has no other
    address to end with. ``account_link`` is the one-time link to an account that it ends with.
    """

    message_id: UUID
    address: str
    subject: str
    body: str
    path: str = ""
    calendar: str = ""
    method: str = ""
    link: tuple[UUID, int] | None = None
    account_link: UUID | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What makes the links in mails: those of candidates, and the one-time links to accounts."""

    links: LinkKeys
    accounts: AccountKeys

    @classmethod
    def of(cls, secret_key: str) -> Keys:
        """The keys of an installation; :class:`ValueError` without a secret."""
        return cls(LinkKeys.of(secret_key), AccountKeys.of(secret_key))


def claim(session: Session, *, now: datetime) -> list[Letter]:
    """Mark due notices as under way and return them; a closed account gets no mail."""
    due = session.execute(
        _addressed()
        .where(_due(now), or_(Person.active.is_(True), Message.recipient_id.is_(None)))
        .order_by(Message.created_at, Message.id)
        .limit(BATCH)
    ).all()
    claimed = []
    for row in due:
        mine = session.scalar(
            update(Message)
            .where(Message.id == row.id, Message.attempts == row.attempts, _due(now))
            .values(attempts=row.attempts + 1, try_after=now + RETRY_AFTER[row.attempts])
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
        if mine is not None:
            claimed.append(_letter(row, now))
    return claimed


def compose(letter: Letter, *, sender: str, site: str, now: datetime, keys: Keys | None = None) -> EmailMessage:
    """The mail of a notice: plain text that ends with its link; a line that is nothing but a path becomes one too."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"] = sender, letter.address, now
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    at = site.rstrip("/")
    text = _PATH.sub(lambda found: at + found[0], letter.body)
    path = _path(letter, keys)
    mail.set_content(f"{text}\n\n{at}{path}\n" if path else f"{text}\n")
    if letter.calendar:
        _add_calendar(mail, letter, site=at, sender=sender)
    return mail


def _path(letter: Letter, keys: Keys | None) -> str:
    if keys is not None and letter.link is not None:
        return f"{LINK_PATH}{keys.links.token(*letter.link)}"
    if keys is not None and letter.account_link is not None:
        return f"{ACCOUNT_LINK_PATH}{keys.accounts.token(letter.account_link)}"
    return letter.path


def _add_calendar(mail: EmailMessage, letter: Letter, *, site: str, sender: str) -> None:
    """Add the calendar as what programs answer to, and as a file for those that only open files."""
    what = {"method": letter.method} if letter.method else {}
    calendar = invitation.addressed(letter.calendar, site=site, sender=parseaddr(sender)[1])
    mail.add_alternative(calendar, subtype="calendar", params=what)
    content = calendar.encode()
    mail.add_attachment(content, maintype="application", subtype="ics", filename="invitation.ics")


def _due(now: datetime) -> ColumnElement[bool]:
    return (
        Message.sent_at.is_(None)
        & (Message.attempts < len(RETRY_AFTER))
        & or_(Message.try_after.is_(None), Message.try_after <= now)
    )


def _addressed() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Message.id, Message.recipient_id, Message.subject, Message.body, Message.path, Message.with_link,
            Message.calendar, Message.calendar_method, Message.attempts, Person.email, Candidate.email.label("theirs"),
            CandidateLink.id.label("link_id"), CandidateLink.generation, CandidateLink.expires_at,
            CandidateLink.voided_at, CandidateLink.afterwards, Application.stage, Requisition.state,
            Message.address, Message.account_link_id, AccountLink.expires_at.label("account_until"),
            AccountLink.used_at.label("account_used"),
        )
        .outerjoin(AccountLink, AccountLink.id == Message.account_link_id)
        .outerjoin(Person, Person.id == Message.recipient_id)
        .outerjoin(Application, Application.id == Message.application_id)
        .outerjoin(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(CandidateLink, CandidateLink.application_id == Application.id)
    )  # fmt: skip


def _letter(row: Row[*tuple[Any, ...]], now: datetime) -> Letter:
    calendar = (row.calendar, row.calendar_method)
    if row.recipient_id is not None:
        return _to_a_person(row, now)
    link = _living(row, now) if row.with_link else None
    return Letter(row.id, row.theirs, row.subject, row.body, "", *calendar, link=link)


def _to_a_person(row: Row[*tuple[Any, ...]], now: datetime) -> Letter:
    address, calendar = row.address or row.email, (row.calendar, row.calendar_method)
    if row.account_link_id is None:
        return Letter(row.id, address, row.subject, row.body, row.path, *calendar)
    if row.account_until is None or row.account_used is not None or row.account_until <= now:
        return Letter(row.id, address, row.subject, f"{row.body}\n\n{_ENDED}", row.path)
    return Letter(row.id, address, row.subject, row.body, account_link=row.account_link_id)


def _living(row: Row[*tuple[Any, ...]], now: datetime) -> tuple[UUID, int] | None:
    """The link that a mail to a candidate ends with, unless it ended before the mail could leave."""
    if row.link_id is None:
        return None
    ended = has_ended(row.stage, row.state)
    state = LinkState(row.generation, row.expires_at, row.voided_at, row.afterwards, ended)
    return (row.link_id, row.generation) if state.alive(now) else None
