"""People's accounts at outside providers: who gets in by them, who gets an account, and what is connected to what.

A person is known by issuer and subject. An address opens no account that exists already: whoever has one connects it
from inside, after proving themselves here as well as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.access import require
from app.domain.errors import ConflictError, NotAllowedError, NotFoundError
from app.domain.identity import NOTICE_KEPT, in_domains
from app.domain.permission import Permission
from app.models.credentials import Passkey
from app.models.identity import Identity, LogoutNotice
from app.models.person import Person, SignIn
from app.services import audit, credential_changes, granting, group_roles
from app.services.credential_changes import Change
from app.services.sessions import hashed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.identity import Proven
    from app.domain.permission import ActorFacts
    from app.services.oidc_tokens import LoggedOut
    from app.settings.identity import Provider

HOW = "provider"
"""How a session began, as :func:`app.services.sessions.begin` keeps it."""


class NotAdmitted(Enum):
    """Why somebody whom a provider knows does not get in here; the value is the sentence on the page."""

    CLOSED = "Your account here is closed. An administrator can open it again."
    UNVERIFIED = "Your provider does not say that your address is verified, so no account can be made of it."
    OUTSIDE = "No account here is connected to you, and none is made for addresses like yours. Ask an administrator."
    TAKEN = (
        "There is an account here with your address already. Sign in as you did until now, "
        "then connect it under Your account."
    )


class NotAdmittedError(Exception):
    """Somebody proved who they are and still does not get in."""

    def __init__(self, why: NotAdmitted) -> None:
        """Say why."""
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Connected:
    """One account at a provider that opens the actor's account here."""

    issuer: str
    linked_at: datetime
    used_at: datetime | None


def admit(session: Session, provider: Provider, proven: Proven, *, now: datetime) -> UUID:
    """Who it is, with roles as their groups are now; an account is made where the provider's domains allow it.

    :class:`NotAdmittedError` says why not.
    """
    person_id = _known(session, proven)
    if person_id is None:
        person_id = _make(session, provider, proven, now=now)
    session.execute(
        update(Identity).where(Identity.issuer == proven.issuer, Identity.subject == proven.subject).values(used_at=now)
    )
    group_roles.follow(session, person_id, provider, proven, now=now)
    return person_id


def may_connect(session: Session, actor: ActorFacts) -> int:
    """Make sure that the actor may connect something now, and return how many connections they have."""
    require(actor, Permission.CREDENTIAL_CHANGE)
    return len(issuers(session, actor.person_id))


def link(session: Session, actor: ActorFacts, proven: Proven, *, keep: str, now: datetime) -> None:
    """Connect what a provider has just proven to the actor's account; ``keep`` is the token of this browser.

    :class:`ConflictError` when either of the two is connected already.
    """
    require(actor, Permission.CREDENTIAL_CHANGE)
    granting.lock_people(session)
    whose = _known_to(session, proven.issuer, proven.subject)
    if whose is not None and whose != actor.person_id:
        message = "That account opens somebody else's account here already. Nothing was changed."
        raise ConflictError(message)
    mine = session.scalar(
        select(Identity.subject).where(Identity.issuer == proven.issuer, Identity.person_id == actor.person_id)
    )
    if mine is not None:
        message = "Your account is connected there already. Disconnect that one first."
        raise ConflictError(message)
    _connect(session, actor.person_id, proven, now=now)
    credential_changes.changed(session, actor, actor.person_id, Change.CONNECTED, now=now, keep=keep)


def unlink(session: Session, actor: ActorFacts, issuer: str, *, keep: str, password_opens: bool, now: datetime) -> None:
    """Take a provider away from the actor's account, and the roles that its groups gave.

    :class:`ConflictError` when nothing else would open the account; ``password_opens`` unless that way is shut.
    """
    require(actor, Permission.CREDENTIAL_CHANGE)
    granting.lock_people(session)
    mine = (Identity.person_id == actor.person_id, Identity.issuer == issuer)
    if session.scalar(select(Identity.subject).where(*mine)) is None:
        raise NotFoundError
    if not _opens_otherwise(session, actor.person_id, issuer, password_opens=password_opens):
        message = "Nothing else opens your account. Set a password or add a passkey first."
        raise ConflictError(message)
    session.execute(delete(Identity).where(*mine))
    group_roles.bring(session, actor.person_id, issuer, frozenset(), now=now)
    credential_changes.changed(session, actor, actor.person_id, Change.DISCONNECTED, now=now, keep=keep)


def connect_by_hand(session: Session, email: str, issuer: str, subject: str, *, now: datetime) -> None:
    """Connect an account on the command line, where whoever keeps the machine vouches for both."""
    granting.lock_people(session)
    person_id = session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if person_id is None:
        raise NotFoundError
    if _known_to(session, issuer, subject) is not None or issuer in issuers(session, person_id):
        message = "One of the two is connected already."
        raise ConflictError(message)
    session.add(Identity(issuer=issuer, subject=subject, person_id=person_id, linked_at=now, used_at=None))
    session.flush()
    credential_changes.changed(session, None, person_id, Change.CONNECTED, now=now)


def is_of(session: Session, person_id: UUID, proven: Proven) -> bool:
    """Whether what a provider has proven is this very person."""
    return _known_to(session, proven.issuer, proven.subject) == person_id


def connected(session: Session, actor: ActorFacts) -> tuple[Connected, ...]:
    """What opens the actor's account from outside, the oldest first."""
    require(actor, Permission.ACCOUNT_KEEP)
    rows = session.execute(
        select(Identity.issuer, Identity.linked_at, Identity.used_at)
        .where(Identity.person_id == actor.person_id)
        .order_by(Identity.linked_at)
    )
    return tuple(Connected(*row) for row in rows)


def came_by(session: Session, token: str) -> str | None:
    """The issuer at which the session of this token began; ``None`` for any other, and where it cannot be told."""
    rows = session.execute(
        select(Identity.issuer, Identity.used_at, SignIn.created_at)
        .join(SignIn, SignIn.person_id == Identity.person_id)
        .where(SignIn.token_hash == hashed(token), SignIn.how == HOW)
    ).all()
    # Of several, it is the one that was used in the very moment in which the session began.
    fitting = rows if len(rows) == 1 else [row for row in rows if row.used_at == row.created_at]
    return fitting[0].issuer if len(fitting) == 1 else None


def end_notified(session: Session, issuer: str, said: LoggedOut, *, now: datetime) -> int:
    """End the sessions that a provider's notice names, once a notice; return how many ended."""
    session.execute(delete(LogoutNotice).where(LogoutNotice.at < now - NOTICE_KEPT))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = session.scalar(
        insert(LogoutNotice)
        .values(token_hash=said.token_id, at=now)
        .on_conflict_do_nothing()
        .returning(LogoutNotice.token_hash)
    )
    if first is None:
        message = "This notice was taken before."
        raise NotAllowedError(message)
    if said.session is not None:
        return end_session(session, said.session, now=now)
    person_id = _known_to(session, issuer, said.subject or "")
    if person_id is None:
        return 0
    ended = session.scalars(
        delete(SignIn).where(SignIn.person_id == person_id, SignIn.how == HOW).returning(SignIn.person_id)
    ).all()
    return _told(session, ended, now=now)


def end_session(session: Session, name: str, *, now: datetime) -> int:
    """End the sessions that began in one of a provider's own, by its (hashed) name; return how many ended."""
    ended = session.scalars(delete(SignIn).where(SignIn.provider_sid == name).returning(SignIn.person_id)).all()
    return _told(session, ended, now=now)


def _told(session: Session, people: Sequence[UUID], *, now: datetime) -> int:
    for person_id in sorted(set(people)):
        audit.record(session, None, "session.end_by_provider", f"user/{person_id}", now=now)
    return len(people)


def _known(session: Session, proven: Proven) -> UUID | None:
    row = session.execute(
        select(Person.id, Person.active)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == proven.issuer, Identity.subject == proven.subject)
    ).one_or_none()
    if row is not None and not row.active:
        raise NotAdmittedError(NotAdmitted.CLOSED)
    return None if row is None else row.id


def _known_to(session: Session, issuer: str, subject: str) -> UUID | None:
    return session.scalar(select(Identity.person_id).where(Identity.issuer == issuer, Identity.subject == subject))


def _make(session: Session, provider: Provider, proven: Proven, *, now: datetime) -> UUID:
    if not provider.domains:
        raise NotAdmittedError(NotAdmitted.OUTSIDE)
    if proven.email is None:
        raise NotAdmittedError(NotAdmitted.UNVERIFIED)
    if not in_domains(proven.email, provider.domains):
        raise NotAdmittedError(NotAdmitted.OUTSIDE)
    # Two first sign-ins at once wait for each other here, and the second one finds the account.
    granting.lock_people(session)
    again = _known(session, proven)
    if again is not None:
        return again
    if session.scalar(select(Person.id).where(Person.email == proven.email)) is not None:
        raise NotAdmittedError(NotAdmitted.TAKEN)
    person = Person(email=proven.email, name=proven.name or proven.email, zone="UTC", created_at=now)
    session.add(person)
    session.flush()
    _connect(session, person.id, proven, now=now)
    said = {"email": person.email, "name": person.name, "issuer": proven.issuer}
    audit.record(session, None, "person.create", f"user/{person.id}", now=now, payload=said)
    return person.id


def _connect(session: Session, person_id: UUID, proven: Proven, *, now: datetime) -> None:
    session.add(Identity(issuer=proven.issuer, subject=proven.subject, person_id=person_id, linked_at=now, used_at=now))
    session.flush()


def issuers(session: Session, person_id: UUID) -> frozenset[str]:
    """The providers whose accounts open a person's account."""
    return frozenset(session.scalars(select(Identity.issuer).where(Identity.person_id == person_id)))


def _opens_otherwise(session: Session, person_id: UUID, issuer: str, *, password_opens: bool) -> bool:
    if issuers(session, person_id) - {issuer}:
        return True
    if session.scalar(select(Passkey.id).where(Passkey.person_id == person_id).limit(1)) is not None:
        return True
    password = session.scalar(select(Person.password_hash).where(Person.id == person_id))
    return password_opens and password is not None
