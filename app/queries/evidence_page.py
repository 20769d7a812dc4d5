"""An evidence log as its owner or a reader sees it: a page of entries, when they are from, and what they cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, exists, func, literal, or_, select, type_coerce, union_all

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.growth.coverage import Covered, Month, Tally, Wanted, concerns, covered, months, wanted
from app.domain.growth.log import Showing, Shown
from app.domain.permission import Permission
from app.models.evidence import EntryShows, LogEntry
from app.models.evidence_facts import entries_visible_to, is_confirmed
from app.models.evidence_role import role_of
from app.models.ladder import Reporting
from app.models.person import Person
from app.queries import blueprints
from app.queries.evidence_log import PAGE, EntryFilter, EntryLine, count_of, entries_of

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class RoleView:
    """The role in which somebody gathers evidence: its title, and what there is to show in it.

    ``titles`` knows the criteria of every step, ``wanted`` those of the next one.
    """

    title: str
    wanted: tuple[Wanted, ...]
    titles: Mapping[Showing, str]

    def of_kind(self, kind: Shown) -> tuple[Wanted, ...]:
        """What there is to show of a kind."""
        return tuple(one for one in self.wanted if one.showing.kind is kind)


NO_ROLE = RoleView("", (), {})
"""Nobody has said in which role somebody works."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of a log. ``name`` is whose it is; ``total`` counts all entries that the reader may see, not the page's.

    ``more`` says whether another page follows; ``last`` is the number of the last one where this lies beyond it.
    """

    person_id: UUID
    name: str
    role: RoleView
    lines: tuple[EntryLine, ...]
    more: bool
    total: int
    months: tuple[Month, ...]
    covered: tuple[Covered, ...]
    concerns: tuple[str, ...]
    last: int = 0


def own(session: Session, actor: ActorFacts, asked: EntryFilter, *, number: int = 1, today: date) -> LogPage:
    """The actor's own log, in three queries."""
    return _page(session, actor, actor.person_id, asked, name="", number=number, today=today)


def of(
    session: Session, actor: ActorFacts, person_id: UUID, asked: EntryFilter, *, number: int = 1, today: date
) -> LogPage:
    """What the actor may read of somebody's log, in four queries.

    :class:`NotFoundError` unless they manage the person or may read at least one entry.
    """
    require(actor, Permission.EVIDENCE_LIST)
    name = _name_for(session, actor, person_id)
    return _page(session, actor, person_id, asked, name=name, number=number, today=today)


def whose(session: Session, actor: ActorFacts, person_id: UUID) -> str:
    """The name of somebody of whose log the actor may read something; :class:`NotFoundError` otherwise."""
    require(actor, Permission.EVIDENCE_LIST)
    return _name_for(session, actor, person_id)


def role_view(session: Session, person_id: UUID, on: date) -> RoleView:
    """The person's role on a day, in one query, or two the first time this process reads its content."""
    row = session.execute(role_of(person_id, on)).one_or_none()
    if row is None:
        return NO_ROLE
    blueprint = blueprints.of_digest(session, row.sha256)
    titles = {one.showing: one.title for one in wanted(blueprint)}
    return RoleView(row.title, wanted(blueprint, row.level), titles)


def _page(
    session: Session, actor: ActorFacts, person_id: UUID, asked: EntryFilter, *, name: str, number: int, today: date
) -> LogPage:
    lines = entries_of(session, actor, person_id, asked, most=PAGE + 1, offset=(number - 1) * PAGE)
    tallies = _tallies(session, actor, person_id)
    role = role_view(session, person_id, today)
    return LogPage(
        person_id=person_id,
        name=name,
        role=role,
        lines=lines[:PAGE],
        more=len(lines) > PAGE,
        total=sum(tally.count for tally in tallies if tally.showing is None),
        months=months(tallies, today),
        covered=covered(role.wanted, tallies, today),
        concerns=concerns(tallies, today),
        last=_last(count_of(session, actor, person_id, asked)) if number > 1 and not lines else 0,
    )


def _last(entries: int) -> int:
    return -(-entries // PAGE)


def _name_for(session: Session, actor: ActorFacts, person_id: UUID) -> str:
    reports = select(literal(1)).where(Reporting.person_id == person_id, Reporting.manager_id == actor.person_id)
    reads = select(literal(1)).where(LogEntry.person_id == person_id, entries_visible_to(actor))
    name = session.scalar(select(Person.name).where(Person.id == person_id, or_(exists(reports), exists(reads))))
    if name is None or person_id == actor.person_id:
        raise NotFoundError
    return name


def _tallies(session: Session, actor: ActorFacts, person_id: UUID) -> tuple[Tally, ...]:
    """Standing entries by day, whole and by what they show."""
    standing = (LogEntry.person_id == person_id, LogEntry.withdrawn_at.is_(None), entries_visible_to(actor))
    return tuple(
        Tally(Showing(Shown(row.kind), row.key) if row.kind else None, row.day, row.entries, int(row.confirmed or 0))
        for row in session.execute(_counts(*standing))
    )


def _counts(*standing: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    # Whether somebody speaks for an entry is asked of each entry once, and only then counted.
    entry = select(LogEntry.id, LogEntry.about_on, case((is_confirmed(), 1), else_=0).label("confirmed"))
    of_log = entry.where(*standing).cte("standing")
    number = (func.count().label("entries"), func.sum(of_log.c.confirmed).label("confirmed"))
    nothing = literal("", String)
    whole = select(nothing.label("kind"), nothing.label("key"), of_log.c.about_on.label("day"), *number)
    shows: Select[*tuple[Any, ...]] = select(
        type_coerce(EntryShows.kind, String), EntryShows.key, of_log.c.about_on, *number
    ).join(EntryShows, EntryShows.entry_id == of_log.c.id)
    return union_all(
        whole.group_by(of_log.c.about_on), shows.group_by(EntryShows.kind, EntryShows.key, of_log.c.about_on)
    )
