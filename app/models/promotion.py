"""Promotion cases: what they cite, what peers say, and how they end."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, String, UniqueConstraint, exists, literal, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
from app.models.base import Base, Digest, Key, Prose, Slug, choice, refers


class PromotionCase(Base):
    """A case for one person and one level, on one blueprint version.

    ``business_need`` answers another question than whether the person is ready, and is kept apart from it.
    """

    __tablename__ = "promotion_case"
    __table_args__ = (CheckConstraint("person_id <> manager_id", name="manager_is_another"),)

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id", index=True)
    manager_id: Mapped[UUID] = refers("person.id", index=True)
    requested_by_id: Mapped[UUID] = refers("person.id")
    blueprint_version_id: Mapped[UUID] = refers("blueprint_version.id")
    assessment_id: Mapped[UUID | None] = refers("assessment.id")
    from_level: Mapped[Slug]
    to_level: Mapped[Slug]
    level_since: Mapped[date | None]
    state: Mapped[CaseState] = mapped_column(choice(CaseState, "case_state"), default=CaseState.DRAFT)
    brief: Mapped[Prose] = mapped_column(default="")
    case_against: Mapped[Prose] = mapped_column(default="")
    against_by_id: Mapped[UUID | None] = refers("person.id")
    development: Mapped[Prose] = mapped_column(default="")
    business_need: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CaseEvidence(Base):
    """An entry of the evidence log that a case cites for a criterion, and why."""

    __tablename__ = "case_evidence"

    case_id: Mapped[UUID] = refers("promotion_case.id", primary_key=True)
    criterion: Mapped[Slug] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = refers("log_entry.id", primary_key=True, index=True)
    why: Mapped[Prose] = mapped_column(default="")


class PeerFeedback(Base):
    """What a peer who was asked says: in which situation, what the person did, and what came of it.

    ``decline_words`` are for whoever asked, and say nothing about the person.
    """

    __tablename__ = "peer_feedback"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = refers("promotion_case.id")
    person_id: Mapped[UUID] = refers("person.id", index=True)
    asked_by_id: Mapped[UUID] = refers("person.id")
    asked_at: Mapped[datetime]
    situation: Mapped[Prose] = mapped_column(default="")
    behaviour: Mapped[Prose] = mapped_column(default="")
    impact: Mapped[Prose] = mapped_column(default="")
    declined: Mapped[bool] = mapped_column(default=False)
    decline_words: Mapped[Prose] = mapped_column(default="")
    saved_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CaseDecision(Base):
    """How a case ended. Rows are only ever added; a correction is a new row with a reason, and the newest counts.

    ``gaps`` is JSON: the criteria and competencies that are not shown yet. ``day`` is the one on which a promotion
    takes effect, or to which it is postponed.
    """

    __tablename__ = "case_decision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = refers("promotion_case.id")
    number: Mapped[int]
    outcome: Mapped[CaseOutcome] = mapped_column(choice(CaseOutcome, "case_outcome"))
    day: Mapped[date | None]
    gaps: Mapped[Prose] = mapped_column(default="[]")
    reasons: Mapped[Prose]
    correction_reason: Mapped[Prose] = mapped_column(default="")
    decided_by_id: Mapped[UUID] = refers("person.id")
    decided_at: Mapped[datetime]
    blueprint_sha256: Mapped[Digest]
    checkpoint: Mapped[str] = mapped_column(String(200))


class CaseDecisionVote(Base):
    """A vote as it stood when the case was decided; dissent stays by name. Rows are only ever added."""

    __tablename__ = "case_decision_vote"

    decision_id: Mapped[UUID] = refers("case_decision.id", primary_key=True)
    member_id: Mapped[UUID] = refers("person.id", primary_key=True)
    outcome: Mapped[CaseOutcome] = mapped_column(choice(CaseOutcome, "case_outcome"))
    reason: Mapped[Prose]


class CaseSignature(Base):
    """That a party has read and signed one record of how a case ended. Rows are only ever added."""

    __tablename__ = "case_signature"

    decision_id: Mapped[UUID] = refers("case_decision.id", primary_key=True)
    party: Mapped[CaseParty] = mapped_column(choice(CaseParty, "case_party"), primary_key=True)
    person_id: Mapped[UUID] = refers("person.id")
    signed_at: Mapped[datetime]


class CaseEvent(Base):
    """What happened to a case. Rows are only ever added."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = refers("promotion_case.id")
    number: Mapped[int]
    what: Mapped[Prose]
    reason: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


class Appeal(Base):
    """What the person has to say to how their case ended. Rows are only ever added."""

    __tablename__ = "appeal"

    id: Mapped[Key]
    case_id: Mapped[UUID] = refers("promotion_case.id", index=True)
    text: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


def newest_record() -> ColumnElement[bool]:
    """A criterion on :class:`CaseDecision`: no later record corrects it."""
    later = aliased(CaseDecision)
    corrects = (later.case_id == CaseDecision.case_id, later.number > CaseDecision.number)
    return ~exists(select(literal(1)).where(*corrects).correlate(CaseDecision))
