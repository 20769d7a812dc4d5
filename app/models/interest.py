"""Who stands too near to a candidate to judge them: what was declared, and what the records say."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_, exists, literal, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.domain.decision import Outcome
from app.domain.interest import InterestKind
from app.models.base import Base, Key, Prose, choice, refers
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.ladder import Reporting
from app.models.person import Person

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


class ConflictOfInterest(Base):
    """What somebody declared, or had declared of them, about a candidate. It counts until it is withdrawn."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (Index("ix_conflict_of_interest_candidate_person", "candidate_id", "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id", index=True)
    candidate_id: Mapped[UUID] = refers("candidate.id")
    kind: Mapped[InterestKind] = mapped_column(choice(InterestKind, "interest_kind"))
    statement: Mapped[Prose] = mapped_column(default="")
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[UUID] = refers("person.id")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = refers("person.id")
    withdrawn_reason: Mapped[Prose] = mapped_column(default="")


def has_conflict(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A column beside :class:`Candidate`: the actor has a conflict of interest with them, declared or derived."""
    return conflict_of(actor.person_id)


def conflict_of(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  an id, a parameter or a column, as comparisons take it
    """A column beside :class:`Candidate`: the person has a conflict of interest with them.

    The record says so too: whoever referred them, and for somebody of the company who applies, who reports to whom.
    """
    return or_(_declared(person_id), _referred(person_id), _same_line(person_id))


def _declared(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  as above
    return exists(
        select(literal(1))
        .select_from(ConflictOfInterest)
        .where(
            ConflictOfInterest.candidate_id == Candidate.id,
            ConflictOfInterest.person_id == person_id,
            ConflictOfInterest.withdrawn_at.is_(None),
        )
        .correlate_except(ConflictOfInterest)
    )


def _referred(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  as above
    return and_(Candidate.referrer_id.is_not(None), Candidate.referrer_id == person_id)


def _same_line(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  as above
    """The candidate's manager, that one's manager, and who reports to the candidate.

    Only for people who had an account before they applied, and until they are hired: whoever hires somebody becomes
    their manager by it, which is no conflict.
    """
    own, line, above, _ = _aliases()
    reports = or_(
        and_(line.person_id == own.id, or_(line.manager_id == person_id, above.manager_id == person_id)),
        and_(line.manager_id == own.id, line.person_id == person_id),
    )
    in_line = exists(
        select(literal(1))
        .select_from(own)
        .join(line, or_(line.person_id == own.id, line.manager_id == own.id))
        .outerjoin(above, above.person_id == line.manager_id)
        .where(own.email == Candidate.email, own.created_at < Candidate.created_at, reports)
        .correlate_except(own, line, above)
    )
    return and_(in_line, ~_hired())


def _hired() -> ColumnElement[bool]:
    *_, application = _aliases()
    return exists(
        select(literal(1))
        .select_from(Decision)
        .join(application, application.id == Decision.application_id)
        .where(application.candidate_id == Candidate.id, Decision.outcome == Outcome.HIRE)
        .correlate_except(Decision, application)
    )


@cache
def _aliases() -> tuple[type[Person], type[Reporting], type[Reporting], type[Application]]:
    # Made once: the columns of an alias cost more than the rest of the criterion, which most pages ask for.
    return aliased(Person), aliased(Reporting), aliased(Reporting), aliased(Application)
