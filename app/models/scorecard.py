"""Scorecards: the duty with its draft, and the sealed revisions that never change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.card import CardState, Recommendation
from app.models.base import Base, Key, Prose, Slug, choice, refers


class ScorecardRow(Base):
    """One interviewer's duty to score one interview. ``draft`` is card JSON; ``version`` guards every save of it."""

    __tablename__ = "scorecard"
    __table_args__ = (
        UniqueConstraint("interview_id", "interviewer_id"),
        Index("ix_scorecard_interviewer_state", "interviewer_id", "state"),
    )

    id: Mapped[Key]
    interview_id: Mapped[UUID] = refers("interview.id")
    application_id: Mapped[UUID] = refers("application.id", index=True)
    interviewer_id: Mapped[UUID] = refers("person.id")
    state: Mapped[CardState] = mapped_column(choice(CardState, "card_state"), default=CardState.OWED)
    draft: Mapped[Prose] = mapped_column(default="")
    draft_saved_at: Mapped[datetime | None]
    handover: Mapped[Prose] = mapped_column(default="")
    assigned_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[UUID | None] = refers("person.id")
    release_reason: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    revisions: Mapped[list[Revision]] = relationship(order_by="Revision.number")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Revision(Base):
    """A sealed state of a scorecard; ``after_reveal``: others' cards were visible to the author by then.

    ``entered_by_id`` is a coordinator who typed it from the interviewer's notes; it is credited to the interviewer.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("scorecard_id", "number"),)

    id: Mapped[Key]
    scorecard_id: Mapped[UUID] = refers("scorecard.id")
    number: Mapped[int]
    sealed_at: Mapped[datetime]
    after_reveal: Mapped[bool]
    reason: Mapped[Prose] = mapped_column(default="")
    recommendation: Mapped[Recommendation] = mapped_column(choice(Recommendation, "recommendation"))
    summary: Mapped[Prose] = mapped_column(default="")
    private_note: Mapped[Prose] = mapped_column(default="")
    # No rule of its own for deletion: on a column that was added later, SQLAlchemy reads none back from SQLite.
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    ratings: Mapped[list[RatingRow]] = relationship()
    signals: Mapped[list[SignalNote]] = relationship()


class RatingRow(Base):
    """A value on a dimension in a revision; no value means *not assessed*."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("value IS NULL OR value BETWEEN -100 AND 100", name="value_range"),)

    revision_id: Mapped[UUID] = refers("revision.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    evidence: Mapped[Prose] = mapped_column(default="")


class SignalNote(Base):
    """A signal that the interviewer ticked in a revision."""

    __tablename__ = "signal_note"

    revision_id: Mapped[UUID] = refers("revision.id", primary_key=True)
    signal: Mapped[Slug] = mapped_column(primary_key=True)
