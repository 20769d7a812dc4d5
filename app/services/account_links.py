"""One-time links to an account: invitations, resets of a password, and the first administrator's way in.

A link works once, for one purpose and one address, until its time is over or a credential of the account changes.
Looking at it uses nothing up. The token itself is never kept: the mail's sender makes it (``AccountKeys``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, exists, select, update

from app.domain import account_token
from app.domain.access import require
from app.domain.account_token import AccountKeys, LinkPurpose, digest
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission, Role
from app.models.base import new_id
from app.models.credentials import AccountLink, Passkey
from app.models.identity import Identity
from app.models.outbox import Message
from app.models.person import Installation, Person
from app.services import accounts, audit, credential_changes, granting, passwords
from app.services.credential_changes import Change
from app.services.passwords import USUAL, PasswordRules

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_OPENS_OTHERWISE = (
    "This account is opened by a passkey or by the company's own sign-in. Its holder sets a password under Your "
    "account; whoever has lost the way in is let in from the command line of this installation."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a living link is for, and whom it would let in; nobody yet when it is the first administrator's."""

    purpose: LinkPurpose
    email: str
    person_id: UUID | None


def invite(session: Session, actor: ActorFacts | None, person_id: UUID, keys: AccountKeys, *, now: datetime) -> str:
    """Send somebody a link by which they choose their first password, and return its token; it ends earlier ones.

    ``actor`` is ``None`` on the command line. :class:`ConflictError` when the account has a password or is closed,
    and for an administrator also when it is opened some other way: their link would be a way into somebody's account.
    """
    if actor is not None:
        require(actor, Permission.PERSON_INVITE)
        granting.lock_people(session, actor)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFoundError
    if person.password_hash is not None or not person.active:
        why = "has a password already" if person.active else "is closed"
        message = f"This account {why}, so there is nothing to invite to."
        raise ConflictError(message)
    if actor is not None and session.scalar(select(_opens_otherwise(person_id))):
        raise ConflictError(_OPENS_OTHERWISE)
    credential_changes.void_links(session, person_id, now=now)
    link = _made(LinkPurpose.INVITATION, person.email, person_id, keys, now=now, by=actor)
    session.add(link)
    session.add(_letter(session, link, person, now=now))
    audit.record(session, actor, "person.invite", f"user/{person_id}", now=now)
    return keys.token(link.id)


def ask_for_reset(session: Session, email: str, keys: AccountKeys, *, now: datetime) -> None:
    """Keep that somebody asked for a new password; whether there is such an account changes nothing that is done.

    The mail is written later, by :func:`write_resets`, so that neither the answer nor its time tells who is known. Who
    never had a password, because the company's own sign-in knows them, gets none by this way.
    """
    address = email.strip().lower()[: accounts.EMAIL_LIMIT]
    link = _made(LinkPurpose.RESET, address, None, keys, now=now, by=None)
    session.add(link)
    session.flush()
    known = (Person.email == address, Person.active.is_(True), Person.password_hash.is_not(None))
    whose = select(Person.id).where(*known).scalar_subquery()
    session.execute(update(AccountLink).where(AccountLink.id == link.id).values(person_id=whose))


def write_resets(session: Session, *, now: datetime) -> int:
    """Write the mails of resets that were asked for, forget those of nobody, and return how many were written."""
    waiting = session.scalars(
        select(AccountLink)
        .where(AccountLink.purpose == LinkPurpose.RESET, AccountLink.told_at.is_(None), AccountLink.used_at.is_(None))
        .where(AccountLink.person_id.is_not(None), AccountLink.expires_at > now)
        .with_for_update(skip_locked=True)
    ).all()
    for link in waiting:
        link.told_at = now
        person = session.get_one(Person, link.person_id)
        session.add(_letter(session, link, person, now=now))
        audit.record(session, None, "person.reset_asked", f"user/{person.id}", now=now)
    session.execute(
        delete(AccountLink)
        .where(AccountLink.expires_at <= now, AccountLink.purpose == LinkPurpose.RESET)
        .execution_options(synchronize_session=False)
    )
    return len(waiting)


def is_empty(session: Session) -> bool:
    """Whether nobody at all has an account yet."""
    return not session.scalar(select(exists(select(Person.id))))


def open_setup(session: Session, keys: AccountKeys, *, now: datetime) -> str | None:
    """The token by which the first administrator is made, or ``None`` when anybody has an account already."""
    if not is_empty(session):
        return None
    session.execute(delete(AccountLink).where(AccountLink.purpose == LinkPurpose.SETUP))
    link = _made(LinkPurpose.SETUP, "", None, keys, now=now, by=None)
    session.add(link)
    return keys.token(link.id)


def look(session: Session, token: str, *, now: datetime) -> Opened | None:
    """What a link is for, without using it up; ``None`` alike for one that never was, was used, or is too old."""
    row = session.execute(
        select(AccountLink.purpose, AccountLink.email, AccountLink.person_id, Person.email.label("theirs"))
        .outerjoin(Person, (Person.id == AccountLink.person_id) & Person.active.is_(True))
        .where(AccountLink.token_hash == digest(token), AccountLink.used_at.is_(None), AccountLink.expires_at > now)
    ).one_or_none()
    if row is None or (row.purpose is not LinkPurpose.SETUP and row.theirs != row.email):
        return None
    return Opened(row.purpose, row.email, row.person_id)


def take(session: Session, token: str, password: str, *, now: datetime, rules: PasswordRules = USUAL) -> UUID:
    """Use an invitation or reset: set the password, end every browser and link, and return whose it is.

    A password that is refused uses nothing up. :class:`NotFoundError` when the link is no longer good.
    """
    opened = look(session, token, now=now)
    if opened is None or opened.person_id is None:
        raise NotFoundError
    person = session.get_one(Person, opened.person_id, with_for_update=True)
    _use(session, token, now=now)
    faults = passwords.faults(password, about=accounts.telling(person.name, person.email), rules=rules)
    if faults:
        raise InvalidError(tuple(Fault("new", fault.message) for fault in faults))
    person.password_hash = passwords.hashed(password)
    credential_changes.changed(session, None, person.id, Change.PASSWORD, now=now)
    return person.id


def take_setup(
    session: Session, token: str, *, email: str, name: str, password: str, now: datetime, rules: PasswordRules = USUAL
) -> UUID:
    """Make the first administrator, once; :class:`NotFoundError` when the token is no longer good."""
    session.execute(select(Installation.id).with_for_update())
    opened = look(session, token, now=now)
    if opened is None or opened.purpose is not LinkPurpose.SETUP or not is_empty(session):
        raise NotFoundError
    _use(session, token, now=now)
    return accounts.create_person(
        session, None, email=email, name=name, password=password, roles=[Role.ADMIN], now=now, rules=rules
    )


def _use(session: Session, token: str, *, now: datetime) -> None:
    # One statement decides: of two workers with the same token one changes the row, the other finds it used.
    used = session.scalar(
        update(AccountLink)
        .where(AccountLink.token_hash == digest(token), AccountLink.used_at.is_(None), AccountLink.expires_at > now)
        .values(used_at=now)
        .returning(AccountLink.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise NotFoundError


def _opens_otherwise(person_id: UUID) -> ColumnElement[bool]:
    """Whether a passkey, or an account elsewhere, opens this one."""
    keys = exists(select(Passkey.id).where(Passkey.person_id == person_id))
    return keys | exists(select(Identity.subject).where(Identity.person_id == person_id))


def _made(
    purpose: LinkPurpose, email: str, person_id: UUID | None, keys: AccountKeys, *, now: datetime, by: ActorFacts | None
) -> AccountLink:
    lasts = {
        LinkPurpose.INVITATION: account_token.INVITATION_LASTS,
        LinkPurpose.RESET: account_token.RESET_LASTS,
        LinkPurpose.SETUP: account_token.SETUP_LASTS,
    }[purpose]
    link_id = new_id()
    return AccountLink(
        id=link_id, token_hash=digest(keys.token(link_id)), purpose=purpose, person_id=person_id, email=email,
        created_at=now, created_by_id=by.person_id if by else None, expires_at=now + lasts,
    )  # fmt: skip


def _letter(session: Session, link: AccountLink, person: Person, *, now: datetime) -> Message:
    company = session.scalar(select(Installation.company)) or ""
    if link.purpose is LinkPurpose.INVITATION:
        subject = f"Your account at {company}"
        said = (
            "an account was made for you. Choose a password by the link below. It works once, within three days; "
            "after that, ask whoever invited you for another."
        )
    else:
        subject = "Choose a new password"
        said = (
            "somebody, perhaps you, asked for a new password. The link below works once, for ten minutes. If it was "
            "not you, do nothing: your password stays as it is."
        )
    return Message(
        recipient_id=person.id, subject=subject, body=f"Hello {person.name},\n\n{said}", path="",
        account_link_id=link.id, created_at=now,
    )  # fmt: skip
