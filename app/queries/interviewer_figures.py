"""How each interviewer scores, from decided candidates of one blueprint version: for HR, and for the person alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.permission import Permission
from app.domain.reflection import Reflection
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.case_grading import CreditedGrade
from app.models.earlier import past_telling
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import Revision, ScorecardRow
from app.models.sealed import last_independent
from app.queries import rating_history, reflections, strictness
from app.queries.reflections import WrittenCard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.strictness import StoredFit

POOLED = timedelta(days=730)
"""How far back cards are laid together: 24 months."""
LATE_AFTER = timedelta(days=1)
"""A scorecard is late a day after its interview ended."""


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A blueprint version with decided candidates: how many of them, and how many cards the reader wrote on them."""

    version_id: UUID
    title: str
    number: int
    sha256: str
    candidates: int
    own_cards: int

    @property
    def label(self) -> str:
        """How the page names it."""
        return f"{self.title}, version {self.number}"


@dataclass(frozen=True, slots=True)
class InterviewerFigures:
    """Every interviewer of one version, by name. ``why`` says what is missing where no strictness can be told."""

    chosen: VersionChoice | None
    choices: tuple[VersionChoice, ...]
    lines: tuple[Reflection, ...] = ()
    n_cards: int = 0
    fit: StoredFit | None = None
    why: str = ""


def interviewers(session: Session, actor: ActorFacts, version_id: UUID | None, *, now: datetime) -> InterviewerFigures:
    """What HR sees of everybody, in four queries whatever the number of cards."""
    require(actor, Permission.INSIGHTS_SEE)
    return _figures(session, actor.person_id, version_id, now, most=lambda one: one.candidates)


def mirror(session: Session, actor: ActorFacts, version_id: UUID | None, *, now: datetime) -> InterviewerFigures:
    """What somebody sees of themselves: one line, none where they wrote no card. Nobody else's figure is in it."""
    require(actor, Permission.MIRROR_SEE)
    found = _figures(session, actor.person_id, version_id, now, most=lambda one: one.own_cards)
    lines = tuple(line for line in found.lines if line.rater_id == actor.person_id)
    return InterviewerFigures(found.chosen, found.choices, lines, found.n_cards, found.fit, found.why)


def choices(session: Session, reader: UUID) -> tuple[VersionChoice, ...]:
    """The versions with candidates whose evaluation is over and who have a card, by title, in one query."""
    own = case((ScorecardRow.interviewer_id == reader, ScorecardRow.id))
    version = BlueprintVersion
    rows = session.execute(
        select(
            version.id, version.title, version.number, version.sha256, func.count(Application.id.distinct()),
            func.count(own.distinct()),
        )
        .join(Requisition, Requisition.blueprint_version_id == version.id)
        .join(Application, Application.requisition_id == Requisition.id)
        .join(ScorecardRow, ScorecardRow.application_id == Application.id)
        .join(Revision, and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == 1))
        .where(past_telling())
        .group_by(version.id, version.title, version.number, version.sha256)
        .order_by(version.title, version.number.desc(), version.id)
    )  # fmt: skip
    return tuple(VersionChoice(*row) for row in rows)


def chosen_of(
    offered: Sequence[VersionChoice], version_id: UUID | None, most: Callable[[VersionChoice], int]
) -> VersionChoice | None:
    """The version that was asked for; without one, that with most of what counts here."""
    if version_id is not None:
        return next((one for one in offered if one.version_id == version_id), None)
    return max(offered, key=most, default=None)


def _figures(
    session: Session,
    reader: UUID,
    version_id: UUID | None,
    now: datetime,
    *,
    most: Callable[[VersionChoice], int],
) -> InterviewerFigures:
    offered = choices(session, reader)
    chosen = chosen_of(offered, version_id, most)
    if chosen is None:
        return InterviewerFigures(None, offered)
    fit = strictness.newest(session, chosen.version_id)
    since = now - POOLED
    history = rating_history.cards_of(session, version_id=chosen.version_id, since=since)
    written = _written(session, chosen.version_id, since)
    lines = reflections.reflected(history, fit, written)
    why = reflections.why_none(history, fit)
    return InterviewerFigures(chosen, offered, lines, len(history.cards), fit, why)


def _written(session: Session, version_id: UUID, since: datetime) -> tuple[WrittenCard, ...]:
    """Every card that the history is made of, in one query; a person may have two on one candidate."""
    first = aliased(Revision)
    rows = session.execute(
        select(
            ScorecardRow.application_id, ScorecardRow.interviewer_id, Person.name, first.sealed_at, Interview.starts_at,
            Interview.minutes, CreditedGrade.grade_id.is_not(None),
        )
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Revision, and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == last_independent()))
        .join(first, and_(first.scorecard_id == ScorecardRow.id, first.number == 1))
        .outerjoin(CreditedGrade, CreditedGrade.scorecard_id == ScorecardRow.id)
        .where(Requisition.blueprint_version_id == version_id, past_telling(), Revision.sealed_at >= since)
    )  # fmt: skip
    # A grade has no interview that it could come late after: the work waited until somebody read it.
    return tuple(
        WrittenCard(
            application_id, rater_id, name, sealed_at,
            None if starts is None or graded else sealed_at <= starts + timedelta(minutes=minutes) + LATE_AFTER,
        )
        for application_id, rater_id, name, sealed_at, starts, minutes, graded in rows
    )  # fmt: skip
