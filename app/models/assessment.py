"""Assessment cycles: people, who answers on them, the answers, and what was agreed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.mark import Standing
from app.models.base import Base, Key, Prose, Slug, Title, choice, refers


class Cycle(Base):
    """A round of assessments on one blueprint version, which stays the same until it is closed and after."""

    __tablename__ = "cycle"

    id: Mapped[Key]
    title: Mapped[Title]
    blueprint_version_id: Mapped[UUID] = refers("blueprint_version.id", index=True)
    state: Mapped[CycleState] = mapped_column(choice(CycleState, "cycle_state"), default=CycleState.OPEN)
    due_on: Mapped[date]
    with_peers: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID] = refers("person.id")
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Assessment(Base):
    """One person in a cycle. The levels are ids of the cycle's ladder, or "" until the person has chosen.

    ``team`` and ``manager_id`` are as they were when the cycle opened; a moved manager changes ``manager_id``.
    ``left_at`` is set while the person is taken out of the cycle: what was sealed stays, and nobody is asked.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id"),
        Index("ix_assessment_manager", "manager_id"),
        CheckConstraint("person_id <> manager_id", name="manager_is_another"),
    )

    id: Mapped[Key]
    cycle_id: Mapped[UUID] = refers("cycle.id")
    person_id: Mapped[UUID] = refers("person.id", index=True)
    manager_id: Mapped[UUID] = refers("person.id")
    team: Mapped[Title] = mapped_column(default="")
    current_level: Mapped[Slug] = mapped_column(default="")
    target_level: Mapped[Slug] = mapped_column(default="")
    due_on: Mapped[date] = mapped_column(index=True)
    left_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Sheet(Base):
    """One answerer's answers on an assessment; once ``sealed_at`` is set they and their marks never change.

    A peer who would rather not answer has ``declined_at``, and ``declined_words`` where they said why.
    """

    __tablename__ = "assessment_sheet"
    __table_args__ = (UniqueConstraint("assessment_id", "author_id"),)

    id: Mapped[Key]
    assessment_id: Mapped[UUID] = refers("assessment.id")
    answerer: Mapped[Answerer] = mapped_column(choice(Answerer, "answerer"))
    author_id: Mapped[UUID] = refers("person.id", index=True)
    words: Mapped[Prose] = mapped_column(default="")
    asked_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_words: Mapped[Prose | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class ExpectationMark(Base):
    """Which expectation of a competency is met; ``rung`` is "" unless ``standing`` says that one is."""

    __tablename__ = "expectation_mark"
    __table_args__ = (CheckConstraint("(standing = 'met') = (rung <> '')", name="rung_where_met"),)

    sheet_id: Mapped[UUID] = refers("assessment_sheet.id", primary_key=True)
    competency: Mapped[Slug] = mapped_column(primary_key=True)
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"))
    rung: Mapped[Slug] = mapped_column(default="")
    note: Mapped[Prose] = mapped_column(default="")


class MarkEvidence(Base):
    """An entry of the evidence log that stands behind a mark."""

    __tablename__ = "mark_evidence"

    sheet_id: Mapped[UUID] = refers("assessment_sheet.id", primary_key=True)
    competency: Mapped[Slug] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = refers("log_entry.id", primary_key=True)


class AssessmentOutcome(Base):
    """What the two agreed on, or the person's own words to it. A correction is a new row."""

    __tablename__ = "assessment_outcome"
    __table_args__ = (UniqueConstraint("assessment_id", "number"),)

    id: Mapped[Key]
    assessment_id: Mapped[UUID] = refers("assessment.id")
    number: Mapped[int]
    text: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


class AssessmentEvent(Base):
    """What happened to an assessment: opened, aimed, extended, given to another manager. Rows are only ever added."""

    __tablename__ = "assessment_event"
    __table_args__ = (UniqueConstraint("assessment_id", "number"),)

    id: Mapped[Key]
    assessment_id: Mapped[UUID] = refers("assessment.id")
    number: Mapped[int]
    what: Mapped[Prose]
    reason: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")
