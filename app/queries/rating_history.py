"""What earlier openings on one blueprint version teach about interviewers together: only cards that are past telling.

Nothing here asks for a permission, and nothing read here is shown card by card: callers fit variances and say what
follows from them. So that no page can carry a sealed card out, an application counts once its decision is recorded,
or its debrief was opened and its requisition closed, and only while nobody owes a card on its candidate.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, and_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.hiring import RequisitionState
from app.models.candidate import Application
from app.models.decision import DebriefRow, Decision
from app.models.requisition import Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.analysis.estimate import Cards
    from app.analysis.pooling import Given

MONTHS = 24
"""How far back cards are laid together; callers subtract it from their instant."""


@dataclass(frozen=True, slots=True)
class History:
    """Cards of earlier openings, one a person and application, and the ratings that they are made of.

    The codes in ``cards`` and ``ratings`` are places in ``target_ids`` (applications), ``rater_ids`` (people) and
    ``dimensions``, each in order. ``sha256`` is of all ratings, so equal digests mean equal data.
    """

    cards: Cards
    ratings: tuple[Given, ...]
    target_ids: tuple[UUID, ...]
    rater_ids: tuple[UUID, ...]
    dimensions: tuple[str, ...]
    sha256: str
    n_openings: int


def cards_of(session: Session, *, version_id: UUID, since: datetime) -> History:
    """Each card's last revision of before others' cards were visible, if it was sealed at ``since`` or later.

    One query, whatever the number of cards; without any card everything in it is empty.
    """
    rows = session.execute(_rated(), {"version_id": version_id, "since": since}).all()
    openings = {row.requisition for row in rows}
    return history_of([(row.application, row.interviewer, row.dimension, row.value) for row in rows], len(openings))


def history_of(rated: Iterable[tuple[str, str, str, int]], n_openings: int) -> History:
    """The history of ratings given as application, interviewer (ids as text), dimension and value, in any order."""
    from app.analysis.pooling import Given, pooled

    given = sorted((_hex(one), _hex(other), dimension, value) for one, other, dimension, value in rated)
    targets, raters = sorted({row[0] for row in given}), sorted({row[1] for row in given})
    dimensions = sorted({row[2] for row in given})
    target, rater, on = _places(targets), _places(raters), _places(dimensions)
    ratings = tuple(Given(target[one], rater[other], on[name], value) for one, other, name, value in given)
    text = "".join(f"{one},{other},{name},{value}\n" for one, other, name, value in given)
    return History(
        cards=pooled(ratings, len(targets), len(raters)),
        ratings=ratings,
        target_ids=tuple(UUID(one) for one in targets),
        rater_ids=tuple(UUID(one) for one in raters),
        dimensions=tuple(dimensions),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        n_openings=n_openings,
    )


def _hex(key: str) -> str:
    # SQLite writes ids without dashes and PostgreSQL with them.
    return key.replace("-", "")


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


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
    """Every rating with a value; the ids come as text, because making a UUID of each costs more than the reading."""
    later = aliased(Revision)
    last = (
        select(func.max(later.number))
        .where(later.scorecard_id == Revision.scorecard_id, later.after_reveal.is_(False))
        .correlate(Revision)
        .scalar_subquery()
    )
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
        .join(Revision, and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == last))
        .join(RatingRow, RatingRow.revision_id == Revision.id)
        .where(
            Requisition.blueprint_version_id == bindparam("version_id"),
            past_telling(),
            RatingRow.value.is_not(None),
            Revision.sealed_at >= bindparam("since"),
        )
    )
