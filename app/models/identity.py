"""Who somebody is at an outside identity provider, sign-ins on their way there, and what came back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.identity import Purpose
from app.domain.permission import Role
from app.models.base import Base, Digest, Key, Prose, choice, refers

ISSUER_LENGTH, SUBJECT_LENGTH = 400, 255


class Identity(Base):
    """A person's account at a provider: the issuer and the subject say which, and nothing else does."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("person_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH), primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), primary_key=True)
    person_id: Mapped[UUID] = refers("person.id")
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFlow(Base):
    """A browser that was sent to a provider and is expected back, once and within ten minutes.

    ``browser_hash`` is the SHA-256 of the token of the very browser that was sent; ``person_id`` is who was signed in
    there, where somebody had to be.
    """

    __tablename__ = "sign_in_flow"

    state_hash: Mapped[Digest] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    browser_hash: Mapped[Digest] = mapped_column(index=True)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    person_id: Mapped[UUID | None] = refers("person.id")
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    then: Mapped[str] = mapped_column(String(400), default="/")
    carried: Mapped[Prose] = mapped_column(default="")
    begun_at: Mapped[datetime] = mapped_column(index=True)


class GroupGrant(Base):
    """The mark on a role that groups at a provider give: it follows them at each sign-in."""

    __tablename__ = "group_grant"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH), primary_key=True)
    since: Mapped[datetime]


class LogoutNotice(Base):
    """A provider's notice that somebody signed out there: each counts once."""

    __tablename__ = "logout_notice"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class WayIn(Base):
    """A link from the command line that signs somebody in once while every other way is shut."""

    __tablename__ = "way_in"

    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    person_id: Mapped[UUID] = refers("person.id", index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
