"""Who carries how many interviews, and which dimensions are looked at: for HR, who spreads the work.

A seat counts from the day of its interview whatever became of its scorecard, so that no count tells who has sealed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from app.domain.access import require
from app.domain.permission import Permission, Role
from app.models.case_grading_asks import made_of_grades
from app.models.interview import Interview
from app.models.person import Person, RoleGrant
from app.models.scorecard import ScorecardRow
from app.queries import blueprints, rating_history
from app.queries.interviewer_figures import POOLED, VersionChoice, choices, chosen_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.rating_history import History

BEFORE, AHEAD = timedelta(days=28), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One interviewer: interviews of the last four weeks, and of the next two."""

    name: str
    held: int
    ahead: int


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One dimension over decided candidates: by nobody, by one interviewer, and by two or more assessed."""

    title: str
    nobody: int
    one: int
    more: int


@dataclass(frozen=True, slots=True)
class LoadAndCoverage:
    """The work of every interviewer, most first, and how well the dimensions of one version were covered."""

    load: tuple[LoadLine, ...]
    chosen: VersionChoice | None
    choices: tuple[VersionChoice, ...]
    candidates: int
    coverage: tuple[CoverageLine, ...]


def load_and_coverage(
    session: Session, actor: ActorFacts, version_id: UUID | None, *, now: datetime
) -> LoadAndCoverage:
    """Both tables in three queries, one more the first time a blueprint is read."""
    require(actor, Permission.INSIGHTS_SEE)
    offered = choices(session, actor.person_id)
    chosen = chosen_of(offered, version_id, lambda one: one.candidates)
    load = _load(session, now)
    if chosen is None:
        return LoadAndCoverage(load, None, offered, 0, ())
    history = rating_history.cards_of(session, version_id=chosen.version_id, since=now - POOLED)
    dimensions = blueprints.of_digest(session, chosen.sha256).scorecard.dimensions
    titles = {dimension.id: dimension.title for dimension in dimensions}
    return LoadAndCoverage(load, chosen, offered, len(history.target_ids), _coverage(history, titles))


def _load(session: Session, now: datetime) -> tuple[LoadLine, ...]:
    """Everybody who holds interviews, or is there to: in one query."""
    held = and_(Interview.starts_at >= now - BEFORE, Interview.starts_at <= now)
    ahead = and_(Interview.starts_at > now, Interview.starts_at <= now + AHEAD)
    interviewer = Person.roles.any(RoleGrant.role == Role.INTERVIEWER)
    rows = session.execute(
        select(Person.name, _count(held).label("held"), _count(ahead).label("ahead"))
        .outerjoin(ScorecardRow, ScorecardRow.interviewer_id == Person.id)
        .outerjoin(Interview, and_(Interview.id == ScorecardRow.interview_id, *_taken_up()))
        .where(Person.active.is_(True))
        .group_by(Person.id, Person.name, interviewer)
        .having(or_(interviewer, _count(held) > 0, _count(ahead) > 0))
    )
    lines = [LoadLine(*row) for row in rows]
    return tuple(sorted(lines, key=lambda line: (-line.held - line.ahead, line.name.casefold())))


def _taken_up() -> tuple[ColumnElement[bool], ...]:
    """Interviews that somebody planned: one that was made of grades would tell that all of them are in."""
    return Interview.cancelled_at.is_(None), ~made_of_grades()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, Interview.id)).distinct())


def _coverage(history: History, titles: Mapping[str, str]) -> tuple[CoverageLine, ...]:
    """In the scorecard's order; every candidate of the history counts once a dimension."""
    raters: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one in history.ratings:
        raters[one.target, history.dimensions[one.dimension]].add(one.rater)
    lines = []
    for dimension, title in titles.items():
        sizes = Counter(min(len(raters[target, dimension]), 2) for target in range(len(history.target_ids)))
        lines.append(CoverageLine(title, sizes[0], sizes[1], sizes[2]))
    return tuple(lines)
