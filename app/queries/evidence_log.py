"""Entries of an evidence log as somebody may read them, with what was said of each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, exists, func, literal, or_, select, true, type_coerce
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.growth.log import Showing, Shown, Visibility, Word
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.models.evidence import Corroboration, EntryShows, LogEntry
from app.models.evidence_facts import entries_visible_to, is_confirmed, outdated, reads_whole
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAGE = 100


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody who was asked, and what they said, if anything; ``outdated`` when the entry changed since."""

    person_id: UUID
    name: str
    asked_at: datetime
    word: Word | None
    words: str
    answered_at: datetime | None
    outdated: bool

    @property
    def confirms(self) -> bool:
        """Whether it speaks for the entry as it reads now."""
        return self.word is not None and self.word.confirms and not self.outdated


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry. ``body`` is the address, the text or the file's name; ``origin`` is goal, reading or empty.

    ``corroborations`` are those that the reader may see: for one who was only asked, their own.
    """

    entry_id: UUID
    person_id: UUID
    kind: EvidenceKind
    title: str
    body: str
    size: int
    about_on: date
    visibility: Visibility
    origin: str
    added_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    version: int
    shows: tuple[Showing, ...] = ()
    corroborations: tuple[Said, ...] = ()

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        """The names of those who speak for it as it reads now."""
        return tuple(said.name for said in self.corroborations if said.confirms)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a list is narrowed to; a default narrows nothing but hides what was withdrawn.

    ``said`` is confirmed, waiting or unasked; ``shows_nothing`` keeps what names no competency and no criterion.
    """

    words: str = ""
    kind: EvidenceKind | None = None
    showing: Showing | None = None
    shows_nothing: bool = False
    visibility: Visibility | None = None
    said: str = ""
    first: date | None = None
    last: date | None = None
    withdrawn: bool = False


EVERYTHING = EntryFilter()


def entries_of(
    session: Session,
    actor: ActorFacts,
    person_id: UUID,
    wanted: EntryFilter = EVERYTHING,
    *,
    among: Collection[UUID] | None = None,
    most: int | None = None,
    offset: int = 0,
) -> tuple[EntryLine, ...]:
    """The entries of a person's log that the actor may read, newest day first, in one query.

    ``among`` keeps those of these ids; ``most`` and ``offset`` cut a page out of the list.
    """
    require(actor, Permission.EVIDENCE_LIST)
    criteria = [LogEntry.person_id == person_id, entries_visible_to(actor), *narrowed(wanted)]
    if among is not None:
        criteria.append(LogEntry.id.in_(list(among)))
    return _lines(session, actor, _chosen(*criteria).limit(most).offset(offset or None))


def count_of(session: Session, actor: ActorFacts, person_id: UUID, wanted: EntryFilter) -> int:
    """How many of them there are, in one query."""
    require(actor, Permission.EVIDENCE_LIST)
    criteria = (LogEntry.person_id == person_id, entries_visible_to(actor), *narrowed(wanted))
    return session.scalar(select(func.count(LogEntry.id)).where(*criteria)) or 0


def entry_line(session: Session, actor: ActorFacts, entry_id: UUID) -> EntryLine | None:
    """One entry that the actor may read, in one query."""
    lines = _lines(session, actor, _chosen(LogEntry.id == entry_id, entries_visible_to(actor)))
    return lines[0] if lines else None


def narrowed(wanted: EntryFilter) -> tuple[ColumnElement[bool], ...]:
    """The criteria on :class:`LogEntry` of a filter."""
    given: tuple[tuple[Any, Callable[[Any], ColumnElement[bool]]], ...] = (
        (not wanted.withdrawn, lambda _: LogEntry.withdrawn_at.is_(None)),
        (wanted.words, _has_words),
        (wanted.kind, lambda kind: LogEntry.kind == kind),
        (wanted.showing, _shows),
        (wanted.shows_nothing, lambda _: ~exists(_shown_by_it())),
        (wanted.visibility, lambda visibility: LogEntry.visibility == visibility),
        (wanted.said, _has_said),
        (wanted.first, lambda first: LogEntry.about_on >= first),
        (wanted.last, lambda last: LogEntry.about_on <= last),
    )
    return tuple(criterion(asked) for asked, criterion in given if asked)


def _shows(one: Showing) -> ColumnElement[bool]:
    return exists(_shown_by_it().where(EntryShows.kind == one.kind, EntryShows.key == one.key))


def _shown_by_it() -> Select[*tuple[Any, ...]]:
    return select(literal(1)).where(EntryShows.entry_id == LogEntry.id).correlate(LogEntry)


def _has_words(words: str) -> ColumnElement[bool]:
    texts = (LogEntry.title, LogEntry.body)
    found = (or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in words.split())
    return and_(true(), *found)


def _has_said(said: str) -> ColumnElement[bool]:
    waiting = exists(_asked().where(or_(Corroboration.word.is_(None), outdated())))
    criteria = {"confirmed": is_confirmed(), "waiting": waiting, "unasked": ~exists(_asked())}
    return criteria.get(said, true())


def _asked() -> Select[*tuple[Any, ...]]:
    return select(literal(1)).where(Corroboration.entry_id == LogEntry.id).correlate(LogEntry)


def _chosen(*criteria: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(LogEntry.id).where(*criteria).order_by(LogEntry.about_on.desc(), LogEntry.added_at.desc(), LogEntry.id)
    )


def _lines(session: Session, actor: ActorFacts, chosen: Select[*tuple[Any, ...]]) -> tuple[EntryLine, ...]:
    """Each entry once, in the order of the list, from rows of which there is one a corroboration."""
    found: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.execute(_rows(actor, chosen)):
        found.setdefault(row.id, []).append(row)
    return tuple(_line(one) for one in found.values())


def _rows(actor: ActorFacts, chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    page, said, by = chosen.subquery(), Corroboration, aliased(Person)
    heard = and_(said.entry_id == LogEntry.id, or_(reads_whole(actor), said.person_id == actor.person_id))
    return (
        select(
            LogEntry.id, LogEntry.person_id, LogEntry.kind, LogEntry.title, LogEntry.body, LogEntry.size,
            LogEntry.about_on, LogEntry.visibility, LogEntry.goal_evidence_id, LogEntry.reading_id, LogEntry.added_at,
            LogEntry.changed_at, LogEntry.withdrawn_at, LogEntry.withdrawn_reason, LogEntry.version,
            _shown().label("shown"), said.person_id.label("asked_id"), by.name.label("asked"), said.asked_at,
            said.word, said.words, said.answered_at,
        )
        .join(page, page.c.id == LogEntry.id)
        .outerjoin(said, heard)
        .outerjoin(by, by.id == said.person_id)
        .order_by(LogEntry.about_on.desc(), LogEntry.added_at.desc(), LogEntry.id, said.asked_at, by.name)
    )  # fmt: skip


def _shown() -> ColumnElement[str]:
    pair = type_coerce(EntryShows.kind, String).concat(":").concat(EntryShows.key)
    shown = select(func.aggregate_strings(pair, ",")).where(EntryShows.entry_id == LogEntry.id)
    return shown.correlate(LogEntry).scalar_subquery()


def _line(rows: list[Row[*tuple[Any, ...]]]) -> EntryLine:
    row = rows[0]
    return EntryLine(
        entry_id=row.id, person_id=row.person_id, kind=row.kind, title=row.title, body=row.body, size=row.size,
        about_on=row.about_on, visibility=row.visibility,
        origin="goal" if row.goal_evidence_id else "reading" if row.reading_id else "",
        added_at=row.added_at, changed_at=row.changed_at, withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason, version=row.version, shows=showings(row.shown or ""),
        corroborations=tuple(_said(one) for one in rows if one.asked_id is not None),
    )  # fmt: skip


def showings(text: str) -> tuple[Showing, ...]:
    """What :func:`str` made of several, joined by commas, read back and sorted."""
    pairs = (one.partition(":") for one in text.split(",") if one)
    return tuple(sorted(Showing(Shown(kind), key) for kind, _, key in pairs))


def _said(row: Row[*tuple[Any, ...]]) -> Said:
    outdated = bool(row.changed_at and row.answered_at and row.answered_at < row.changed_at)
    return Said(row.asked_id, row.asked, row.asked_at, row.word, row.words, row.answered_at, outdated)
