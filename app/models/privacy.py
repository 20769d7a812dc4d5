"""How long data is kept, what must not go, erasures, and what people were told and agreed to."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.privacy.erasing import ErasureState, Origin
from app.domain.privacy.purposes import Purpose
from app.models.base import Base, Digest, Key, Prose, Title, choice, refers

_ONE_SUBJECT = "(candidate_id IS NULL) <> (person_id IS NULL)"
_ONE_HELD = (
    "(candidate_id IS NOT NULL AND requisition_id IS NULL AND person_id IS NULL)"
    " OR (candidate_id IS NULL AND (requisition_id IS NULL) <> (person_id IS NULL))"
)
_WAITS = "state = 'asked'"


class RetentionRule(Base):
    """The company's own time for one cell of the table; a cell without a row keeps its default.

    ``before`` are the months that held until it was set: they go on for a while where the new ones are fewer.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("months BETWEEN 1 AND 600", name="months_range"),)

    jurisdiction: Mapped[str] = mapped_column(String(32), primary_key=True)
    ending: Mapped[str] = mapped_column(String(32), primary_key=True)
    kept: Mapped[str] = mapped_column(String(32), primary_key=True)
    months: Mapped[int]
    before: Mapped[int]
    reason: Mapped[Prose]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = refers("person.id")


class LegalHold(Base):
    """Data of a candidate, of all who applied to a requisition, or of a person that must not go until it is lifted."""

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint(_ONE_HELD, name="one_subject"),)

    id: Mapped[Key]
    candidate_id: Mapped[UUID | None] = refers("candidate.id", index=True)
    requisition_id: Mapped[UUID | None] = refers("requisition.id", index=True)
    person_id: Mapped[UUID | None] = refers("person.id", index=True)
    reason: Mapped[Prose]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = refers("person.id")
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = refers("person.id")
    lifted_reason: Mapped[Prose] = mapped_column(default="")


class Erasure(Base):
    """The wish to erase one candidate's or one former colleague's data, the second person's answer, and what went.

    ``done_at`` with the row it names is the tombstone. ``counts`` is JSON: how much was removed of what, no more.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint(_ONE_SUBJECT, name="one_subject"),
        Index(
            "uq_erasure_waiting_candidate",
            "candidate_id",
            unique=True,
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
        Index(
            "uq_erasure_waiting_person",
            "person_id",
            unique=True,
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
    )

    id: Mapped[Key]
    candidate_id: Mapped[UUID | None] = refers("candidate.id")
    person_id: Mapped[UUID | None] = refers("person.id")
    origin: Mapped[Origin] = mapped_column(choice(Origin, "erasure_origin"))
    ground: Mapped[Prose]
    state: Mapped[ErasureState] = mapped_column(choice(ErasureState, "erasure_state"))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID | None] = refers("person.id")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = refers("person.id")
    answer: Mapped[Prose] = mapped_column(default="")
    single_handed: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None]
    counts: Mapped[Prose] = mapped_column(default="")
    aged_out_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class DoomedFile(Base):
    """A stored file whose record is erased and that has to leave the disk; the row goes once it has."""

    __tablename__ = "doomed_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Purge(Base):
    """One run of the rules: what went, what a hold kept, and why. ``lines`` is JSON and names nobody."""

    __tablename__ = "purge"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[UUID | None] = refers("person.id")
    removed: Mapped[int]
    held: Mapped[int]
    lines: Mapped[Prose]


class PrivacyNotice(Base):
    """What candidates are told about one purpose, version by version; rows are only ever added."""

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("purpose", "number"),)

    id: Mapped[Key]
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    number: Mapped[int]
    title: Mapped[Title]
    text: Mapped[Prose]
    sha256: Mapped[Digest]
    published_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None] = refers("person.id")


class Consent(Base):
    """That the candidate of an application was shown a notice, and what they answered, if it asks for an answer.

    ``given_at`` is empty where it was only shown; ``withdrawn_at`` is when a yes was taken back.
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("application_id", "notice_id"),
        CheckConstraint("withdrawn_at IS NULL OR given_at IS NOT NULL", name="given_before_withdrawn"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id")
    notice_id: Mapped[UUID] = refers("privacy_notice.id", index=True)
    shown_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
