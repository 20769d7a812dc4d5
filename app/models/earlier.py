"""Cards of openings that are over, and the newest stored fit of them: what is known of interviewers from elsewhere.

So that no page can carry a sealed card out, an application counts once its decision is recorded, or its debrief was
opened and its requisition closed, and only while nobody owes a card on its candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, and_, bindparam, cast, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.audit import timestamp
from app.domain.card import CardState
from app.domain.certainty import FitUsed, Ground
from app.domain.hiring import RequisitionState
from app.models.candidate import Application
from app.models.decision import DebriefRow, Decision
from app.models.requisition import Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.models.sealed import last_independent
from app.models.strictness import StrictnessEffect, StrictnessFit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rated:
    """Application, interviewer (ids as text without dashes), dimension and value; how many requisitions they are of."""

    ratings: tuple[tuple[str, str, str, int], ...]
    n_openings: int


def rated(session: Session, version_id: UUID, since: datetime) -> Rated:
    """Every rating with a value on one blueprint version, sealed at ``since`` or later, in one query.

    Of each card the last revision counts that was made before others' cards were visible.
    """
    rows = session.execute(_rated(), {"version_id": version_id, "since": since}).all()
    ratings = tuple((_plain(row.application), _plain(row.interviewer), row.dimension, row.value) for row in rows)
    return Rated(ratings, len({row.requisition for row in rows}))


def ground_of(session: Session, version_id: UUID, since: datetime, *, fitted: bool) -> Ground:
    """What is known of interviewers, in one query: the stored fit where one was ``fitted``, else the cards."""
    if fitted:
        return _fit(session, version_id)
    found = rated(session, version_id, since)
    return Ground(earlier=tuple(sorted(found.ratings)), n_openings=found.n_openings)


def is_fitted() -> ColumnElement[bool]:
    """A column beside :class:`Requisition`: there is a stored fit of its blueprint version."""
    fit = select(literal(1)).where(StrictnessFit.blueprint_version_id == Requisition.blueprint_version_id)
    return exists(fit.correlate(Requisition))


def past_telling() -> ColumnElement[bool]:
    """A column beside :class:`Application` and :class:`Requisition`: no sealed card of it is hidden from anybody."""
    decided = exists(select(literal(1)).where(Decision.application_id == Application.id).correlate(Application))
    opened = exists(select(literal(1)).where(DebriefRow.application_id == Application.id).correlate(Application))
    card, other = aliased(ScorecardRow), aliased(Application)
    owed = exists(
        select(literal(1))
        .select_from(card)
        .join(other, other.id == card.application_id)
        .where(other.candidate_id == Application.candidate_id, card.state == CardState.OWED)
        .correlate(Application)
    )
    return and_(or_(decided, and_(opened, Requisition.state == RequisitionState.CLOSED)), ~owed)


@cache
def _rated() -> Select[*tuple[Any, ...]]:
    """The ids come as text, because making a UUID of each costs more than the reading."""
    return (
        select(
            cast(ScorecardRow.application_id, String).label("application"),
            cast(ScorecardRow.interviewer_id, String).label("interviewer"),
            cast(Application.requisition_id, String).label("requisition"),
            RatingRow.dimension,
            RatingRow.value,
        )
        .select_from(Requisition)
        .join(Application, Application.requisition_id == Requisition.id)
        .join(ScorecardRow, ScorecardRow.application_id == Application.id)
        .join(Revision, and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == last_independent()))
        .join(RatingRow, RatingRow.revision_id == Revision.id)
        .where(
            Requisition.blueprint_version_id == bindparam("version_id"),
            past_telling(),
            RatingRow.value.is_not(None),
            Revision.sealed_at >= bindparam("since"),
        )
    )


def _plain(key: str) -> str:
    # SQLite writes ids without dashes and PostgreSQL with them.
    return key.replace("-", "")


def _fit(session: Session, version_id: UUID) -> Ground:
    rows = session.execute(_newest(), {"version_id": version_id}).all()
    if not rows:
        return Ground()
    one = rows[0]
    return Ground(
        fit=FitUsed(
            sha256=one.history_sha256,
            made_at=timestamp(one.made_at),
            n_cards=one.n_cards,
            n_openings=one.n_openings,
            target=repr(one.target),
            rater=repr(one.rater),
            residual=repr(one.residual),
            mean=repr(one.mean),
            hidden=one.hidden_why,
        ),
        effects=tuple(sorted((_plain(row.rater_id), repr(row.effect)) for row in rows)),
        n_openings=one.n_openings,
    )


@cache
def _newest() -> Select[*tuple[Any, ...]]:
    last = (
        select(StrictnessFit.id)
        .where(StrictnessFit.blueprint_version_id == bindparam("version_id"))
        .order_by(StrictnessFit.made_at.desc(), StrictnessFit.id)
        .limit(1)
        .scalar_subquery()
    )
    fit = StrictnessFit
    return (
        select(
            fit.made_at, fit.history_sha256, fit.n_cards, fit.n_openings, fit.target, fit.rater, fit.residual, fit.mean,
            fit.hidden_why, cast(StrictnessEffect.rater_id, String).label("rater_id"), StrictnessEffect.effect,
        )
        .join(StrictnessEffect, StrictnessEffect.fit_id == fit.id)
        .where(fit.id == last)
    )  # fmt: skip
