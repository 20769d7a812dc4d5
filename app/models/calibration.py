"""Calibration sessions: members, items, sealed votes, and every change of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.growth.calibration import CalibrationState, ChangeReason, ConflictKind
from app.models.base import Base, Key, Prose, Slug, Title, choice, refers


class Calibration(Base):
    """A session in which several people hold items to one standard. The chair is a member like the others.

    ``opened_without`` says why votes were opened although some were missing, "" where none was.
    """

    __tablename__ = "calibration"

    id: Mapped[Key]
    title: Mapped[Title]
    chair_id: Mapped[UUID] = refers("person.id", index=True)
    state: Mapped[CalibrationState] = mapped_column(
        choice(CalibrationState, "calibration_state"), default=CalibrationState.PREPARING
    )
    minutes_each: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    voting_at: Mapped[datetime | None]
    discussing_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    opened_without: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __table_args__ = (CheckConstraint("minutes_each BETWEEN 1 AND 120", name="minutes_range"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CalibrationMember(Base):
    """Who votes in a session, the chair included."""

    __tablename__ = "calibration_member"

    calibration_id: Mapped[UUID] = refers("calibration.id", primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", primary_key=True, index=True)


class CalibrationItem(Base):
    """A promotion case, or an assessment in a round of ratings: exactly one of the two, each in one open session only.

    ``called_at`` is when its time began to run. ``discussed_at`` is set once it is settled: ``agreed`` is then what the
    session settled on, or "" where it was set aside, and ``agreed_words`` why where that was not what most voted for.
    ``feedback`` goes to the manager once the session is locked.
    """

    __tablename__ = "calibration_item"
    __table_args__ = (
        UniqueConstraint("calibration_id", "position"),
        UniqueConstraint("calibration_id", "case_id"),
        UniqueConstraint("calibration_id", "assessment_id"),
        CheckConstraint("(case_id IS NULL) <> (assessment_id IS NULL)", name="one_of_two"),
    )

    id: Mapped[Key]
    calibration_id: Mapped[UUID] = refers("calibration.id")
    position: Mapped[int]
    case_id: Mapped[UUID | None] = refers("promotion_case.id", index=True)
    assessment_id: Mapped[UUID | None] = refers("assessment.id", index=True)
    called_at: Mapped[datetime | None]
    discussed_at: Mapped[datetime | None]
    agreed: Mapped[Slug] = mapped_column(default="")
    agreed_words: Mapped[Prose] = mapped_column(default="")
    feedback: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Conflict(Base):
    """That a member has no vote on an item, and why. Rows are only ever added."""

    __tablename__ = "calibration_conflict"

    item_id: Mapped[UUID] = refers("calibration_item.id", primary_key=True)
    member_id: Mapped[UUID] = refers("person.id", primary_key=True)
    kind: Mapped[ConflictKind] = mapped_column(choice(ConflictKind, "conflict_kind"))
    reason: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]


class PreVote(Base):
    """A member's vote before anything is said; once ``sealed_at`` is set it never changes.

    ``value`` is an outcome for a case; for an assessment the id of the level at which the person works.
    """

    __tablename__ = "pre_vote"

    item_id: Mapped[UUID] = refers("calibration_item.id", primary_key=True)
    member_id: Mapped[UUID] = refers("person.id", primary_key=True)
    value: Mapped[Slug]
    reason: Mapped[Prose]
    saved_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class VoteChange(Base):
    """A vote that a member changed in the session. Rows are only ever added; the newest counts."""

    __tablename__ = "vote_change"
    __table_args__ = (UniqueConstraint("item_id", "member_id", "number"),)

    id: Mapped[Key]
    item_id: Mapped[UUID] = refers("calibration_item.id")
    member_id: Mapped[UUID] = refers("person.id")
    number: Mapped[int]
    before: Mapped[Slug]
    after: Mapped[Slug]
    reason: Mapped[ChangeReason] = mapped_column(choice(ChangeReason, "change_reason"))
    words: Mapped[Prose]
    at: Mapped[datetime]
