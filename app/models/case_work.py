"""Cases that candidates work on: the task, who was given it, how long they have, and what they handed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.case_work import CaseMode, Extends
from app.models.base import Base, Digest, Key, Prose, Slug, Title, choice, refers


class CaseTask(Base):
    """A case study of a requisition's blueprint as its candidates get it.

    ``minutes`` of ``None`` means that there is no countdown. ``frozen_at`` is the first assignment: from then on the
    task and its questions stay as they are, so that all candidates get the same.
    """

    __tablename__ = "case_task"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_range"),)

    id: Mapped[Key]
    requisition_id: Mapped[UUID] = refers("requisition.id", index=True)
    case_study: Mapped[Slug]
    mode: Mapped[CaseMode] = mapped_column(choice(CaseMode, "case_mode"))
    title: Mapped[Title]
    minutes: Mapped[int | None]
    instructions: Mapped[Prose]
    takes_files: Mapped[bool]
    frozen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    questions: Mapped[list[CaseQuestion]] = relationship(cascade="all, delete-orphan", order_by="CaseQuestion.number")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CaseQuestion(Base):
    """One thing that candidates are asked for; ``number`` counts from 1."""

    __tablename__ = "case_question"
    __table_args__ = (UniqueConstraint("task_id", "number"),)

    id: Mapped[Key]
    task_id: Mapped[UUID] = refers("case_task.id")
    number: Mapped[int]
    text: Mapped[Prose]

    focus: Mapped[list[CaseQuestionFocus]] = relationship(cascade="all, delete-orphan")


class CaseQuestionFocus(Base):
    """A dimension that the answer to a question bears on."""

    __tablename__ = "case_question_focus"

    question_id: Mapped[UUID] = refers("case_question.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)


class CaseAssignment(Base):
    """A task given to one application; ``code`` is all that graders ever learn of whose work it is.

    ``closed_by_clock``: the candidate did not press the button, so what was saved in time counts as handed in.
    ``interview_id`` is the interview in which a live case is worked on.
    """

    __tablename__ = "case_assignment"
    __table_args__ = (
        UniqueConstraint("task_id", "code"),
        Index(
            "uq_case_assignment_living",
            "task_id",
            "application_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("closes_at > opens_at", name="window_forward"),
    )

    id: Mapped[Key]
    task_id: Mapped[UUID] = refers("case_task.id")
    application_id: Mapped[UUID] = refers("application.id", index=True)
    interview_id: Mapped[UUID | None] = refers("interview.id")
    code: Mapped[str] = mapped_column(String(4))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    handed_in_at: Mapped[datetime | None]
    closed_by_clock: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[str | None] = mapped_column(String(20), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_for: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CaseAllowance(Base):
    """Time added for one candidate. Why is not kept: it is theirs, and only the coordinator and they know of it."""

    __tablename__ = "case_allowance"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 300", name="percent_range"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_range"),
    )

    assignment_id: Mapped[UUID] = refers("case_assignment.id", primary_key=True)
    percent: Mapped[int]
    minutes: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = refers("person.id")


class CaseExtension(Base):
    """Time added with a reason; rows are only ever added."""

    __tablename__ = "case_extension"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 1000000", name="minutes_range"),)

    id: Mapped[Key]
    assignment_id: Mapped[UUID] = refers("case_assignment.id", index=True)
    extends: Mapped[Extends] = mapped_column(choice(Extends, "extends"))
    minutes: Mapped[int]
    reason: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


class CaseAnswer(Base):
    """What a candidate wrote to one question, in Markdown; once it is handed in it can only be blanked.

    ``writer`` is the open page that saved last and ``serial`` the number of its save: on a bad connection a save can
    arrive twice, or after a later one, and must not look like somebody else's.
    """

    __tablename__ = "case_answer"

    assignment_id: Mapped[UUID] = refers("case_assignment.id", primary_key=True)
    question_id: Mapped[UUID] = refers("case_question.id", primary_key=True)
    text: Mapped[Prose]
    saved_at: Mapped[datetime]
    writer: Mapped[str] = mapped_column(String(32))
    serial: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CaseFile(Base):
    """A document handed in with the answers, already without metadata; ``name`` is for the candidate alone.

    ``number`` counts from 1 within an assignment and is all that others see of the name.
    """

    __tablename__ = "case_file"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    id: Mapped[Key]
    assignment_id: Mapped[UUID] = refers("case_assignment.id")
    number: Mapped[int]
    name: Mapped[Title]
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[Digest]
    added_at: Mapped[datetime]
