"""Sealed scorecards as their reader may see them, and who owes one; callers have asked the permission map before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Executable, Integer, Row, Select, Text, cast, null, select, union_all
from sqlalchemy.orm import aliased

from app.domain.card import CardContent, CardState, DimensionRating
from app.domain.debrief import Duty, VisibleCard
from app.models.interview import Interview
from app.models.person import Person
from app.models.scorecard import RatingRow, Revision, ScorecardRow, SignalNote

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_Details = dict[UUID, tuple[list[DimensionRating], list[str]]]


@dataclass(frozen=True, slots=True)
class CardSet:
    """The cards of one application.

    ``counted`` holds the last independent revision of each card, ``later`` every revision that was made after others'
    cards were visible, ``missing`` the duties without a sealed card.
    """

    counted: tuple[VisibleCard, ...] = ()
    later: tuple[VisibleCard, ...] = ()
    missing: tuple[Duty, ...] = ()


def card_sets(session: Session, application_ids: Sequence[UUID], *, reader: UUID) -> dict[UUID, CardSet]:
    """The cards of these applications in two queries; a private note only where ``reader`` wrote it.

    Cards stand by the interviewer's name, never by when they came in.
    """
    rows = session.execute(_cards(application_ids)).all() if application_ids else []
    details = _details(session, application_ids) if rows else {}
    grouped: dict[UUID, dict[UUID, list[Row[Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        grouped[row.application_id][row.card_id].append(row)
    return {
        application_id: _card_set(list(grouped[application_id].values()), details, reader)
        for application_id in application_ids
    }


def _cards(application_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    typist = aliased(Person)
    return (
        select(
            ScorecardRow.id.label("card_id"),
            ScorecardRow.application_id,
            ScorecardRow.interviewer_id,
            ScorecardRow.state,
            ScorecardRow.release_reason,
            Person.name.label("interviewer"),
            Interview.title.label("interview"),
            Revision.id.label("revision_id"),
            Revision.number,
            Revision.sealed_at,
            Revision.after_reveal,
            Revision.reason,
            Revision.recommendation,
            Revision.summary,
            Revision.private_note,
            typist.name.label("entered_by"),
        )
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .outerjoin(Revision, Revision.scorecard_id == ScorecardRow.id)
        .outerjoin(typist, typist.id == Revision.entered_by_id)
        .where(ScorecardRow.application_id.in_(application_ids))
        .order_by(ScorecardRow.id, Revision.number)
    )


def _details(session: Session, application_ids: Sequence[UUID]) -> _Details:
    found: _Details = defaultdict(lambda: ([], []))
    for revision_id, name, value, evidence in session.execute(_ratings_and_signals(application_ids)):
        ratings, signals = found[revision_id]
        if evidence is None:
            signals.append(name)
        else:
            ratings.append(DimensionRating(name, value, evidence))
    return found


def _ratings_and_signals(application_ids: Sequence[UUID]) -> Executable:
    # Signals come as rows without evidence, so that one query brings both.
    of_these = (
        select(Revision.id)
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .where(ScorecardRow.application_id.in_(application_ids))
    )
    ratings = select(
        RatingRow.revision_id, RatingRow.dimension.label("name"), RatingRow.value, RatingRow.evidence.label("evidence")
    ).where(RatingRow.revision_id.in_(of_these))
    signals = select(SignalNote.revision_id, SignalNote.signal, cast(null(), Integer), cast(null(), Text)).where(
        SignalNote.revision_id.in_(of_these)
    )
    return union_all(ratings, signals).order_by("name")


def _card_set(cards: Sequence[Sequence[Row[Any]]], details: _Details, reader: UUID) -> CardSet:
    counted, later, missing = [], [], []
    for revisions in sorted(cards, key=_place):
        first = revisions[0]
        if first.state is not CardState.SEALED:
            missing.append(_duty(first))
            continue
        independent = [row for row in revisions if not row.after_reveal]
        counted += [_visible(row, details, reader, counted=True) for row in independent[-1:]]
        later += [_visible(row, details, reader, counted=False) for row in revisions if row.after_reveal]
    return CardSet(tuple(counted), tuple(later), tuple(missing))


def _place(revisions: Sequence[Row[Any]]) -> tuple[str, str, str]:
    # In Python, because databases disagree about the order of letters.
    first = revisions[0]
    return first.interviewer.casefold(), first.interview.casefold(), str(first.card_id)


def _duty(row: Row[Any]) -> Duty:
    return Duty(row.interviewer, row.interview, row.state.value, row.release_reason, row.card_id)


def _visible(row: Row[Any], details: _Details, reader: UUID, *, counted: bool) -> VisibleCard:
    ratings, signals = details.get(row.revision_id, ((), ()))
    return VisibleCard(
        card_id=row.card_id,
        application_id=row.application_id,
        interviewer_id=row.interviewer_id,
        interviewer=row.interviewer,
        interview=row.interview,
        revision=row.number,
        sealed_at=row.sealed_at,
        after_reveal=bool(row.after_reveal),
        counted=counted,
        content=CardContent(
            ratings=tuple(ratings),
            signals=tuple(signals),
            recommendation=row.recommendation,
            summary=row.summary,
            private_note=row.private_note if row.interviewer_id == reader else "",
        ),
        reason=row.reason,
        entered_by=row.entered_by or "",
    )
