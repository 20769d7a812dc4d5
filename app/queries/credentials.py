"""What an administrator sees of how somebody signs in: what there is, never what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import require
from app.domain.account_token import LinkPurpose
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.credentials import AccountLink, Passkey, Totp
from app.models.person import Person, SignIn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Held:
    """How somebody signs in. ``invited_until`` when an invitation is out; ``browsers`` counts those signed in."""

    person_id: UUID
    name: str
    email: str
    active: bool
    has_password: bool
    codes: bool
    passkeys: int
    browsers: int
    invited_until: datetime | None


def held(session: Session, actor: ActorFacts, person_id: UUID, *, now: datetime) -> Held:
    """What one person signs in with, in one query; :class:`NotFoundError` when there is nobody of that id."""
    require(actor, Permission.PERSON_INVITE)
    invited = select(func.max(AccountLink.expires_at)).where(
        AccountLink.person_id == person_id, AccountLink.purpose == LinkPurpose.INVITATION,
        AccountLink.used_at.is_(None), AccountLink.expires_at > now,
    )  # fmt: skip
    codes = select(func.count()).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    keys = select(func.count()).where(Passkey.person_id == person_id)
    browsers = select(func.count()).where(SignIn.person_id == person_id)
    row = session.execute(
        select(
            Person.name, Person.email, Person.active, Person.password_hash.is_not(None).label("has_password"),
            codes.scalar_subquery().label("codes"), keys.scalar_subquery().label("passkeys"),
            browsers.scalar_subquery().label("browsers"), invited.scalar_subquery().label("invited_until"),
        ).where(Person.id == person_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError
    return Held(
        person_id, row.name, row.email, row.active, row.has_password, bool(row.codes), row.passkeys, row.browsers,
        row.invited_until,
    )  # fmt: skip
