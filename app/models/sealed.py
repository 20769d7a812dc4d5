"""The counted scorecards of an application as two texts, for statements that read one row an application.

The last revision of each card that was made before others' cards were visible is the one that counts. Whoever uses
these has asked the permission map before: a text belongs only to applications whose cards are open to the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.sealed import FIELD, NOT_ASSESSED, RECORD
from app.models.candidate import Application
from app.models.person import Person
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, ScalarSelect
    from sqlalchemy.orm import Session


def last_independent() -> ScalarSelect[int]:
    """Beside :class:`Revision`: the number of the revision that counts on its card."""
    other = aliased(Revision)
    return (
        select(func.max(other.number))
        .where(other.scorecard_id == Revision.scorecard_id, other.after_reveal.is_(False))
        .correlate(Revision)
        .scalar_subquery()
    )


def cards_text() -> ScalarSelect[Any]:
    """A column beside :class:`Application`: interviewer, recommendation and name of each counted card."""
    record = (
        cast(ScorecardRow.interviewer_id, String)
        + literal(FIELD)
        + cast(Revision.recommendation, String)
        + literal(FIELD)
        + Person.name
    )
    return (
        select(func.aggregate_strings(record, RECORD))
        .select_from(ScorecardRow)
        .join(Revision, _counted())
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .where(ScorecardRow.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )


def ratings_text() -> ScalarSelect[Any]:
    """A column beside :class:`Application`: interviewer, dimension, value, and 1 where evidence was written, else 0."""
    noted = case((func.length(func.trim(RatingRow.evidence)) > 0, "1"), else_="0")
    record = (
        cast(ScorecardRow.interviewer_id, String)
        + literal(FIELD)
        + RatingRow.dimension
        + literal(FIELD)
        + func.coalesce(cast(cast(RatingRow.value, Integer), String), NOT_ASSESSED)
        + literal(FIELD)
        + noted
    )
    return (
        select(func.aggregate_strings(record, RECORD))
        .select_from(ScorecardRow)
        .join(Revision, _counted())
        .join(RatingRow, RatingRow.revision_id == Revision.id)
        .where(ScorecardRow.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )


def _counted() -> ColumnElement[bool]:
    return and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == last_independent())


def texts_of(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Cards and ratings of these applications as texts, in one query."""
    rows = session.execute(
        select(Application.id, cards_text().label("cards"), ratings_text().label("ratings")).where(
            Application.id.in_(application_ids)
        )
    )
    return {row.id: (row.cards or "", row.ratings or "") for row in rows}
