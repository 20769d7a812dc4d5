"""Codes from an app (TOTP, RFC 6238) and written-down recovery codes: the second step after a password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update

from app.domain.access import require
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError, TooManyError
from app.domain.permission import Permission
from app.models.credentials import Passkey, RecoveryCode, Totp
from app.models.person import Installation, Person
from app.services import credential_changes, granting, limits
from app.services.credential_changes import Change
from app.services.limits import Limit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.services.sealing import SeedKey

STEP = 30
RECOVERY_CODES, RECOVERY_BITS = 10, 128
LIMITS = (
    ("short", Limit(5, timedelta(minutes=5))),
    ("hour", Limit(20, timedelta(hours=1))),
    ("day", Limit(50, timedelta(days=1))),
)
"""How often codes, or the password of somebody signed in, may be tried for one person, all browsers together."""
_WRONG = "This code does not fit, or was used already. Wait for the next one."
_WRONG_RECOVERY = "This is none of your recovery codes, or it was used already."


@dataclass(frozen=True, slots=True)
class Ways:
    """With what a person can prove who they are, besides a password."""

    codes: bool
    passkeys: int
    recovery_left: int

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; recovery codes alone are none."""
        return self.codes or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A seed that waits for its first code: as text to type, and as the address that an app reads from a picture."""

    seed: str
    address: str


def ways(session: Session, person_id: UUID) -> Ways:
    """What a person has set up, in one query."""
    codes = select(func.count()).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    keys = select(func.count()).where(Passkey.person_id == person_id)
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    row = session.execute(select(codes.scalar_subquery(), keys.scalar_subquery(), left.scalar_subquery())).one()
    return Ways(bool(row[0]), int(row[1]), int(row[2]))


def take_a_try(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Count one try at a code or password; :class:`TooManyError` beyond the limits.

    Commit this in a transaction of its own, so that a failed try still counts.
    """
    wait = max(limits.take(session, f"factor:{name}:{person_id}", limit, now=now) for name, limit in LIMITS)
    if wait:
        minutes = -(-wait // 60)
        message = f"Too many tries. Wait {'a minute' if minutes == 1 else f'{minutes} minutes'}, then try again."
        raise TooManyError(message, retry_after=wait)


def begin_codes(session: Session, actor: ActorFacts, key: SeedKey, *, now: datetime) -> Enrolment:
    """Make a seed of 160 bits for the actor, in place of one that was never confirmed.

    :class:`ConflictError` when codes are set up already: they are switched off first.
    """
    require(actor, Permission.FACTOR_ENROL)
    kept = session.get(Totp, actor.person_id, with_for_update=True)
    if kept is not None and kept.confirmed_at is not None:
        message = "Codes are set up already. Switch them off before you set them up with another app."
        raise ConflictError(message)
    seed = pyotp.random_base32()
    sealed = key.seal(seed, actor.person_id)
    if kept is None:
        session.add(Totp(person_id=actor.person_id, sealed_seed=sealed, created_at=now))
    else:
        kept.sealed_seed, kept.created_at, kept.last_step = sealed, now, 0
    return _enrolment(session, actor, seed)


def waiting_codes(session: Session, actor: ActorFacts, key: SeedKey) -> Enrolment:
    """The seed that waits for its first code; :class:`NotFoundError` when none does."""
    require(actor, Permission.FACTOR_ENROL)
    kept = session.get(Totp, actor.person_id)
    if kept is None or kept.confirmed_at is not None:
        raise NotFoundError
    return _enrolment(session, actor, key.unseal(kept.sealed_seed, actor.person_id))


def confirm_codes(
    session: Session, actor: ActorFacts, key: SeedKey, code: str, *, keep: str, now: datetime
) -> tuple[str, ...]:
    """Switch codes on once the app has shown the right one; return recovery codes if the actor had none."""
    require(actor, Permission.FACTOR_ENROL)
    kept = session.get(Totp, actor.person_id, with_for_update=True)
    if kept is None or kept.confirmed_at is not None:
        raise NotFoundError
    kept.last_step = _fitting(kept, key, code, now)
    kept.confirmed_at = now
    fresh = first_recovery(session, actor.person_id, now=now)
    credential_changes.changed(session, actor, actor.person_id, Change.CODES_ON, now=now, keep=keep)
    return fresh


def end_codes(session: Session, actor: ActorFacts, *, keep: str, now: datetime) -> None:
    """Switch the actor's codes off; recovery codes go with the last factor."""
    require(actor, Permission.CREDENTIAL_CHANGE)
    _forget(session, Totp, actor.person_id)
    forget_unneeded_recovery(session, actor.person_id)
    credential_changes.changed(session, actor, actor.person_id, Change.CODES_OFF, now=now, keep=keep)


def check_code(session: Session, person_id: UUID, key: SeedKey, code: str, *, now: datetime) -> None:
    """Take one code: each half minute's once, one half minute early or late; :class:`InvalidError` otherwise."""
    kept = session.get(Totp, person_id, with_for_update=True)
    if kept is None or kept.confirmed_at is None:
        raise InvalidError((Fault("code", _WRONG),))
    kept.last_step = _fitting(kept, key, code, now)


def new_recovery(session: Session, actor: ActorFacts, *, keep: str, now: datetime) -> tuple[str, ...]:
    """Make ten new recovery codes in place of all earlier ones; this is the only time they can be read."""
    require(actor, Permission.CREDENTIAL_CHANGE)
    if not ways(session, actor.person_id).any:
        message = "Recovery codes stand in for a second step. Set one up first."
        raise ConflictError(message)
    fresh = _make_recovery(session, actor.person_id, now=now)
    credential_changes.changed(session, actor, actor.person_id, Change.RECOVERY_MADE, now=now, keep=keep)
    return fresh


def first_recovery(session: Session, person_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """Recovery codes for somebody who sets up their first factor; none for whoever has some."""
    left = ways(session, person_id).recovery_left
    return () if left else _make_recovery(session, person_id, now=now)


def check_recovery(session: Session, person_id: UUID, code: str, *, now: datetime) -> None:
    """Take one recovery code, once; the person is told. :class:`InvalidError` when it is none of theirs."""
    taken = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _hashed(code), RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
        )
        .values(used_at=now)
        .returning(RecoveryCode.person_id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise InvalidError((Fault("recovery", _WRONG_RECOVERY),))
    credential_changes.tell(session, person_id, Change.RECOVERY_USED, now=now)


def reset(session: Session, actor: ActorFacts | None, person_id: UUID, *, now: datetime) -> None:
    """Take every second factor of somebody away who lost theirs; they set up another at their next sign-in.

    Nobody does this to themselves. ``actor`` is ``None`` on the command line.
    """
    if actor is not None:
        require(actor, Permission.PERSON_INVITE)
        if actor.person_id == person_id:
            message = "Nobody takes away their own second step here: change it under Your account."
            raise ConflictError(message)
        granting.lock_people(session, actor)
    if session.get(Person, person_id) is None:
        raise NotFoundError
    for table in (Totp, Passkey, RecoveryCode):
        _forget(session, table, person_id)
    credential_changes.changed(session, actor, person_id, Change.RESET, now=now)


def forget_unneeded_recovery(session: Session, person_id: UUID) -> None:
    """Recovery codes of whoever has no second factor any more open nothing, and go."""
    session.flush()
    if not ways(session, person_id).any:
        _forget(session, RecoveryCode, person_id)


def _forget(session: Session, table: type[Totp | Passkey | RecoveryCode], person_id: UUID) -> None:
    session.execute(delete(table).where(table.person_id == person_id))


def _fitting(kept: Totp, key: SeedKey, code: str, now: datetime) -> int:
    """The half minute that a code belongs to; every candidate is compared, so that the time tells nothing."""
    typed = "".join(code.split())
    made = pyotp.TOTP(key.unseal(kept.sealed_seed, kept.person_id))
    middle = int(now.timestamp()) // STEP
    fitting = [step for step in (middle - 1, middle, middle + 1) if _same(made.at(step * STEP), typed)]
    usable = [step for step in fitting if step > kept.last_step]
    if not usable:
        raise InvalidError((Fault("code", _WRONG),))
    return usable[0]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))


def _enrolment(session: Session, actor: ActorFacts, seed: str) -> Enrolment:
    company = session.scalar(select(Installation.company)) or "Plumbline"
    address = pyotp.TOTP(seed).provisioning_uri(name=actor.email, issuer_name=f"Plumbline {company}".replace(":", ""))
    return Enrolment(seed, address)


def _make_recovery(session: Session, person_id: UUID, *, now: datetime) -> tuple[str, ...]:
    _forget(session, RecoveryCode, person_id)
    fresh = tuple(secrets.token_hex(RECOVERY_BITS // 8) for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(code_hash=_hashed(code), person_id=person_id, created_at=now) for code in fresh)
    return tuple("-".join(code[at : at + 8] for at in range(0, len(code), 8)) for code in fresh)


def _hashed(code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter in "0123456789abcdef")
    return hashlib.sha256(plain.encode()).hexdigest()
