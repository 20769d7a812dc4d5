"""What follows whenever something that proves who somebody is has changed: links end, browsers are out, mail goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update

from app.models.credentials import AccountLink
from app.models.identity import WayIn
from app.models.outbox import Message
from app.models.person import Person
from app.services import audit, sessions
from app.services.outbox import SUBJECT_LIMIT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

ACCOUNT_PAGE = "/account"
_NOT_ME = (
    "If this was not you, tell an administrator at once: they can close the account while it is looked into. "
    "Nobody will ever ask you for a code or a password."
)


@dataclass(frozen=True, slots=True)
class _Told:
    action: str
    subject: str
    said: str


class Change(Enum):
    """What changed, under which action it is audited, and how the person is told."""

    PASSWORD = _Told("person.password", "Your password was changed", "The password of your account was changed.")
    CODES_ON = _Told("factor.codes_on", "Codes were set up", "Codes from an app are now asked for when you sign in.")
    CODES_OFF = _Told("factor.codes_off", "Codes were switched off", "Codes from an app no longer open your account.")
    PASSKEY_ADDED = _Told("factor.passkey_add", "A passkey was added", "A new passkey can open your account.")
    PASSKEY_REMOVED = _Told("factor.passkey_remove", "A passkey was removed", "A passkey no longer opens your account.")
    RECOVERY_MADE = _Told("factor.recovery_make", "New recovery codes", "Earlier recovery codes have ended.")
    RECOVERY_USED = _Told("factor.recovery_use", "A recovery code was used", "One of your recovery codes was used.")
    RESET = _Told("factor.reset", "Your second step was taken away", "An administrator took your second step away.")
    CONNECTED = _Told("identity.connect", "A way to sign in was added", "An account elsewhere now opens yours here.")
    DISCONNECTED = _Told(
        "identity.disconnect", "A way to sign in was removed", "An account elsewhere no longer opens yours here."
    )
    ADDRESS = _Told("person.address", "Your address was changed", "The address that you sign in with was changed.")


def changed(
    session: Session,
    actor: ActorFacts | None,
    person_id: UUID,
    change: Change,
    *,
    now: datetime,
    keep: str | None = None,
    also: str = "",
) -> None:
    """End every link and every browser but the one with the token ``keep``, tell the person, and record it.

    ``also`` is a second address to tell, such as the one that they had before.
    """
    void_links(session, person_id, now=now)
    sessions.end_all(session, person_id, but=keep)
    tell(session, person_id, change, now=now, also=also)
    audit.record(session, actor, change.value.action, f"user/{person_id}", now=now)


def tell(session: Session, person_id: UUID, change: Change, *, now: datetime, also: str = "") -> None:
    """Write to the person, at their own address and at ``also`` when one is given."""
    name = session.scalar(select(Person.name).where(Person.id == person_id)) or ""
    told = change.value
    body = f"Hello {name},\n\n{told.said}\n\n{_NOT_ME}"
    for address in dict.fromkeys(("", also)):
        session.add(
            Message(
                recipient_id=person_id, subject=told.subject[:SUBJECT_LIMIT], body=body, path=ACCOUNT_PAGE,
                address=address, created_at=now,
            )
        )  # fmt: skip


def void_links(session: Session, person_id: UUID, *, now: datetime) -> None:
    """No invitation, reset or emergency link that was made before opens the account any more."""
    for links in (AccountLink, WayIn):
        session.execute(update(links).where(links.person_id == person_id, links.used_at.is_(None)).values(used_at=now))
