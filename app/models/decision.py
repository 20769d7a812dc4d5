"""Debriefs, sealed votes, recorded decisions and the analyses that stood beside them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.canonical import sha256
from app.domain.decision import Outcome
from app.models.base import Base, Digest, Key, Prose, choice, refers


class DebriefRow(Base):
    """That the debrief of an application was opened, when and by whom."""

    __tablename__ = "debrief"

    application_id: Mapped[UUID] = refers("application.id", primary_key=True)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID] = refers("person.id")


class Vote(Base):
    """A member's vote, theirs alone to see until the decision is recorded."""

    __tablename__ = "vote"

    application_id: Mapped[UUID] = refers("application.id", primary_key=True)
    member_id: Mapped[UUID] = refers("person.id", primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    reason: Mapped[Prose]
    cast_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Decision(Base):
    """A recorded outcome. Rows never change; a correction is a new row that names the one it corrects."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        UniqueConstraint("corrects_id"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id")
    number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    reasons: Mapped[Prose]
    departure_reason: Mapped[Prose] = mapped_column(default="")
    absences: Mapped[Prose] = mapped_column(default="")
    corrects_id: Mapped[UUID | None] = refers("decision.id")
    correction_reason: Mapped[Prose] = mapped_column(default="")
    decided_by_id: Mapped[UUID] = refers("person.id")
    decided_at: Mapped[datetime]
    composite: Mapped[str | None] = mapped_column(String(64))
    coverage: Mapped[str] = mapped_column(String(64))
    blueprint_sha256: Mapped[Digest]
    checkpoint: Mapped[str] = mapped_column(String(200))

    votes: Mapped[list[DecisionVote]] = relationship()
    analysis: Mapped[KeptAnalysis | None] = relationship()


class DecisionVote(Base):
    """A vote as it stood when the decision was recorded; dissent stays by name."""

    __tablename__ = "decision_vote"

    decision_id: Mapped[UUID] = refers("decision.id", primary_key=True)
    member_id: Mapped[UUID] = refers("person.id", primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    reason: Mapped[Prose]


class KeptAnalysis(Base):
    """One analysis of one decision; rows never change.

    ``question`` is the canonical text of an ``app.domain.certainty.Question`` and ``data_sha256`` its digest;
    ``answer`` is JSON. ``libraries`` names the versions that worked it out.
    """

    __tablename__ = "kept_analysis"

    id: Mapped[Key]
    decision_id: Mapped[UUID] = refers("decision.id", unique=True)
    made_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(40))
    data_sha256: Mapped[Digest]
    seed: Mapped[int]
    libraries: Mapped[str] = mapped_column(String(120))
    question: Mapped[Prose]
    answer: Mapped[Prose]

    @property
    def digest(self) -> str:
        """The SHA-256 of all that it says, for the audit chain."""
        return sha256(f"{self.method}\n{self.libraries}\n{self.question}\n{self.answer}")
