"""People who sign in, what they may be asked to do, and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.permission import Role
from app.models.base import Base, Digest, Email, Key, Prose, Title, choice, refers


class Person(Base):
    """Somebody who works with the program; ``email`` is stored in lower case."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[Key]
    email: Mapped[Email] = mapped_column(unique=True)
    name: Mapped[Title]
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    roles: Mapped[list[RoleGrant]] = relationship(foreign_keys="RoleGrant.person_id", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class RoleGrant(Base):
    """A role that a person holds, and who gave it."""

    __tablename__ = "role_grant"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"), primary_key=True)
    granted_by_id: Mapped[UUID | None] = refers("person.id")
    granted_at: Mapped[datetime]


class SignIn(Base):
    """One signed-in browser: only the SHA-256 of its token is kept.

    ``how`` the person came in and from which network address (``place``); ``proved_at`` when they last proved who they
    are, and ``factor_done`` whether that took more than a password. ``provider_sid`` names the session at the company's
    own sign-in, where there is one.
    """

    __tablename__ = "sign_in"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(120), default="")
    how: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(45), default="")
    proved_at: Mapped[datetime]
    factor_done: Mapped[bool]
    provider_sid: Mapped[str | None] = mapped_column(String(300), index=True)


class Attempt(Base):
    """How often something was tried in a fixed window, counted across all processes."""

    __tablename__ = "attempt"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)


class Intent(Base):
    """An act that was done once and its answer, so that sending it again repeats the answer, not the act."""

    __tablename__ = "intent"

    actor_id: Mapped[UUID] = refers("person.id", primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    route: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[Digest]
    answer: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]


class Installation(Base):
    """The one row that says whose installation this is, and whether it holds the demo."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_id: Mapped[UUID]
    company: Mapped[Title]
    demo: Mapped[bool] = mapped_column(default=False)
