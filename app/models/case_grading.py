"""Who grades a case, what they noted by question, and the sealed grades that never change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.case_grading import GradeState
from app.models.base import Base, Key, Prose, choice, refers


class Grader(Base):
    """A person who grades a task; ``whole`` is false for somebody asked about single submissions only.

    ``released_at`` is set while the person is out of it. What they had sealed by then stays and counts.
    """

    __tablename__ = "case_grader"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[Key]
    task_id: Mapped[UUID] = refers("case_task.id")
    person_id: Mapped[UUID] = refers("person.id", index=True)
    whole: Mapped[bool] = mapped_column(default=True)
    appointed_at: Mapped[datetime]
    appointed_by_id: Mapped[UUID] = refers("person.id")
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[UUID | None] = refers("person.id")
    release_reason: Mapped[Prose] = mapped_column(default="")


class FurtherGrade(Base):
    """A submission on which one more grader was asked for, and why; rows are only ever added."""

    __tablename__ = "case_further_grade"

    grader_id: Mapped[UUID] = refers("case_grader.id", primary_key=True)
    assignment_id: Mapped[UUID] = refers("case_assignment.id", primary_key=True, index=True)
    reason: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


class Grade(Base):
    """One grader's duty on one submission, from the first thing that they save. ``draft`` is card JSON, and ``version``
    counts its saves: marks on questions are saved beside it without touching it.

    ``returned_at`` is set when the grader gave the submission back without a grade, with their reason.
    """

    __tablename__ = "case_grade"
    __table_args__ = (UniqueConstraint("grader_id", "assignment_id"),)

    id: Mapped[Key]
    grader_id: Mapped[UUID] = refers("case_grader.id")
    assignment_id: Mapped[UUID] = refers("case_assignment.id", index=True)
    state: Mapped[GradeState] = mapped_column(choice(GradeState, "grade_state"), default=GradeState.OWED)
    draft: Mapped[Prose] = mapped_column(default="")
    draft_saved_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)


class Mark(Base):
    """What a grader noted on the answer to one question while they write; ``value`` of None is *not assessed*.

    ``marked`` tells that from a question without a mark. ``seen`` are ids of the checklist, one a line.
    """

    __tablename__ = "case_mark"
    __table_args__ = (CheckConstraint("value IS NULL OR marked", name="value_where_marked"),)

    grade_id: Mapped[UUID] = refers("case_grade.id", primary_key=True)
    question_id: Mapped[UUID] = refers("case_question.id", primary_key=True)
    marked: Mapped[bool]
    value: Mapped[int | None]
    seen: Mapped[Prose] = mapped_column(default="")
    note: Mapped[Prose] = mapped_column(default="")
    saved_at: Mapped[datetime]
    version: Mapped[int]


class SealedGrade(Base):
    """A grade as it was sealed, whole, as canonical JSON of :class:`~app.domain.case_grading.GradeContent`."""

    __tablename__ = "case_sealed_grade"

    grade_id: Mapped[UUID] = refers("case_grade.id", primary_key=True)
    body: Mapped[Prose]
    sealed_at: Mapped[datetime]


class GradesReveal(Base):
    """All grades of a submission are in: from then on they are scorecards of this interview."""

    __tablename__ = "case_reveal"

    assignment_id: Mapped[UUID] = refers("case_assignment.id", primary_key=True)
    interview_id: Mapped[UUID] = refers("interview.id", unique=True)
    revealed_at: Mapped[datetime]


class CreditedGrade(Base):
    """The scorecard that a sealed grade became."""

    __tablename__ = "case_credit"

    grade_id: Mapped[UUID] = refers("case_grade.id", primary_key=True)
    scorecard_id: Mapped[UUID] = refers("scorecard.id", unique=True)
