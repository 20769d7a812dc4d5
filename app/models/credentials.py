"""What proves who somebody is besides a password, and the one-time links by which an account is taken over.

Nothing here opens anything by itself: tokens and codes are kept as SHA-256, seeds are sealed under a key that the
database does not hold, and of a passkey only the public half is known.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, String, exists, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.account_token import LinkPurpose
from app.models.base import Base, Digest, Email, Key, Prose, Title, choice, refers
from app.models.person import Person


class AccountLink(Base):
    """A one-time link to one address. ``used_at`` also marks one that a later change of credentials made void.

    The first administrator's (``setup``) belongs to nobody yet; a ``reset`` that was asked for an address without an
    account never will, and is kept all the same, so that asking takes as long as for any other. ``told_at`` when the
    mail about a reset was written.
    """

    __tablename__ = "account_link"
    __table_args__ = (CheckConstraint("person_id IS NOT NULL OR purpose <> 'invitation'", name="whose"),)

    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose, "link_purpose"))
    person_id: Mapped[UUID | None] = refers("person.id", index=True)
    email: Mapped[Email]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = refers("person.id")
    expires_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Totp(Base):
    """The seed of a person's codes, sealed; it counts once a code has ``confirmed_at``.

    ``last_step`` is the newest half minute whose code was taken, so that none is taken twice.
    """

    __tablename__ = "totp"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    sealed_seed: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Passkey(Base):
    """The public half of a key pair that a person's device keeps; ``sign_count`` never goes back."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id", index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[Prose]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[Title]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What a browser was asked to sign: once, within minutes, for one purpose."""

    __tablename__ = "passkey_challenge"

    browser_hash: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    challenge: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of the codes that a person wrote down; ``used_at`` once it was taken."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownBrowser(Base):
    """A browser that a person has signed in with: it has a window of its own when others fail for the account."""

    __tablename__ = "known_browser"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    seen_at: Mapped[datetime]


class DirectoryEntry(Base):
    """By which name the company's own directory knows a person, so that the same line twice is one account."""

    __tablename__ = "directory_entry"

    external_id: Mapped[Title] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", unique=True)
    read_at: Mapped[datetime]


def has_factor() -> ColumnElement[bool]:
    """Whether the :class:`Person` of the statement has a second factor that counts."""
    codes = select(literal(1)).where(Totp.person_id == Person.id, Totp.confirmed_at.is_not(None))
    keys = select(literal(1)).where(Passkey.person_id == Person.id)
    return exists(codes.correlate(Person)) | exists(keys.correlate(Person))
