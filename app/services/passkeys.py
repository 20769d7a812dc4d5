"""Passkeys (WebAuthn): a device signs what we ask it to; only public halves are kept here.

What was asked is kept in a row of the browser that asked, and is used up by the first answer, right or wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, select

from app.domain.access import require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.models.credentials import Passkey, PasskeyChallenge
from app.models.person import Person
from app.services import credential_changes, second_factor, sessions
from app.services.credential_changes import Change

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

LASTS = timedelta(minutes=5)
MOST, NAME_LIMIT, MOST_BYTES = 10, 60, 20_000
_WRONG = "The passkey was not accepted. Try again, or use another way."


class Purpose(StrEnum):
    """What a device is asked to sign for."""

    ADD = "add"
    SIGN_IN = "sign-in"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Place:
    """For which host passkeys are made here (``host``), and from which address they may be answered (``origin``)."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey in its owner's list."""

    passkey_id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


def listed(session: Session, actor: ActorFacts) -> tuple[PasskeyRow, ...]:
    """The actor's own passkeys, oldest first."""
    require(actor, Permission.FACTOR_ENROL)
    rows = session.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.person_id == actor.person_id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return tuple(PasskeyRow(row.id, row.name, row.created_at, row.last_used_at) for row in rows)


def ask_to_add(session: Session, actor: ActorFacts, place: Place, *, browser: str, now: datetime) -> str:
    """What the browser hands to a device that shall keep a new passkey, as JSON."""
    require(actor, Permission.FACTOR_ENROL)
    import webauthn
    from webauthn.helpers import structs

    person = session.get_one(Person, actor.person_id)
    selection = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name="Plumbline",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=selection,
        exclude_credentials=_descriptors(session, person.id),
    )
    _keep(session, browser, Purpose.ADD, options.challenge, now)
    return webauthn.options_to_json(options)


def add(
    session: Session, actor: ActorFacts, place: Place, *, answer: str, name: str, browser: str, keep: str, now: datetime
) -> tuple[str, ...]:
    """Keep a new passkey of the actor's; return recovery codes if they had none. :class:`InvalidError` when refused."""
    require(actor, Permission.FACTOR_ENROL)
    called = " ".join(name.split())[:NAME_LIMIT] or "Passkey"
    if len(_descriptors(session, actor.person_id)) >= MOST:
        raise InvalidError((Fault("name", f"You have {MOST} passkeys. Remove one that you no longer use."),))
    made = _registered(_said(answer), _asked(session, browser, Purpose.ADD, now), place)
    from webauthn.helpers import bytes_to_base64url

    credential_id = bytes_to_base64url(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)):
        raise InvalidError((Fault("answer", "This passkey is in use already."),))
    session.add(
        Passkey(
            person_id=actor.person_id, credential_id=credential_id, name=called, created_at=now,
            public_key=bytes_to_base64url(made.credential_public_key), sign_count=made.sign_count,
        )
    )  # fmt: skip
    fresh = second_factor.first_recovery(session, actor.person_id, now=now)
    credential_changes.changed(session, actor, actor.person_id, Change.PASSKEY_ADDED, now=now, keep=keep)
    return fresh


def remove(session: Session, actor: ActorFacts, passkey_id: UUID, *, keep: str, now: datetime) -> None:
    """Forget a passkey of the actor's; :class:`NotFoundError` when it is none of theirs."""
    require(actor, Permission.CREDENTIAL_CHANGE)
    gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == actor.person_id).returning(Passkey.id)
    if session.scalar(gone) is None:
        raise NotFoundError
    second_factor.forget_unneeded_recovery(session, actor.person_id)
    credential_changes.changed(session, actor, actor.person_id, Change.PASSKEY_REMOVED, now=now, keep=keep)


def ask(
    session: Session, place: Place, purpose: Purpose, *, person_id: UUID | None, browser: str, now: datetime
) -> str:
    """What the browser hands to a device that shall prove who somebody is, as JSON.

    Without a ``person_id`` any passkey of this host may answer, and its device has to know its holder.
    """
    import webauthn
    from webauthn.helpers import structs

    wanted = structs.UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        allow_credentials=_descriptors(session, person_id) if person_id else [],
        user_verification=wanted.PREFERRED if person_id else wanted.REQUIRED,
    )
    _keep(session, browser, purpose, options.challenge, now)
    return webauthn.options_to_json(options)


def check(
    session: Session,
    place: Place,
    purpose: Purpose,
    *,
    answer: str,
    person_id: UUID | None,
    browser: str,
    now: datetime,
) -> UUID:
    """Whose passkey answered; only ``person_id``'s will do when one is given. :class:`InvalidError` when refused.

    Commit also when it is refused: what was asked is used up.
    """
    said = _said(answer)
    challenge = _asked(session, browser, purpose, now)
    kept = session.scalar(
        select(Passkey)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential_id == str(said.get("id", "")), Person.active.is_(True))
        .with_for_update(of=Passkey)
    )
    if kept is None or person_id not in {None, kept.person_id}:
        raise _refused()
    kept.sign_count = _authenticated(said, challenge, place, kept, verified=person_id is None)
    kept.last_used_at = now
    return kept.person_id


def _registered(said: dict[str, Any], challenge: bytes, place: Place) -> Any:  # noqa: ANN401  the library's own record
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return webauthn.verify_registration_response(
            credential=said, expected_challenge=challenge, expected_rp_id=place.host, expected_origin=place.origin
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _authenticated(said: dict[str, Any], challenge: bytes, place: Place, kept: Passkey, *, verified: bool) -> int:
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        done = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
            require_user_verification=verified,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error
    return done.new_sign_count


def _said(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer) if len(answer) <= MOST_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise _refused()
    return said


def _refused() -> InvalidError:
    return InvalidError((Fault("answer", _WRONG),))


def _keep(session: Session, browser: str, purpose: Purpose, challenge: bytes, now: datetime) -> None:
    from webauthn.helpers import bytes_to_base64url

    owner = sessions.hashed(browser)
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.created_at <= now - LASTS))
    mine = (PasskeyChallenge.browser_hash == owner) & (PasskeyChallenge.purpose == purpose)
    session.execute(delete(PasskeyChallenge).where(mine))
    session.add(
        PasskeyChallenge(
            browser_hash=owner, purpose=purpose, challenge=bytes_to_base64url(challenge), created_at=now
        )
    )  # fmt: skip


def _asked(session: Session, browser: str, purpose: Purpose, now: datetime) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    mine = (PasskeyChallenge.browser_hash == sessions.hashed(browser)) & (PasskeyChallenge.purpose == purpose)
    row = session.execute(
        delete(PasskeyChallenge).where(mine).returning(PasskeyChallenge.challenge, PasskeyChallenge.created_at)
    ).one_or_none()
    if row is None or row.created_at <= now - LASTS:
        raise _refused()
    return base64url_to_bytes(row.challenge)


def _descriptors(session: Session, person_id: UUID) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes, structs

    ids = session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id).order_by(Passkey.id))
    return [structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids]
