"""What one box finds among what the reader may know of: names, titles and texts of blueprints, never an evaluation.

What is visible is judged by the criteria of the lists, so that a hit tells nothing that a list would not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.domain import searching
from app.domain.access import require
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission, Role
from app.models.asking import Asking, asked_by, asking_as
from app.models.blind import is_blinded, shown_headline, shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Candidate
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scopes import holds_for
from app.models.search import FULL_TEXT, SearchEntry, SearchField, SearchKind
from app.models.visibility import requisitions_visible_to
from app.queries import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Label, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.candidates import Applied

SHOWN = 20
"""How many hits of one kind are shown."""
_RANKED = 60
"""How many of the newest hits of one kind are put in order; a candidate may be found by name and address."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``state`` is a requisition's, ``applications`` those of a candidate that the reader knows of.

    ``role``, ``part`` and ``anchor`` say where a blueprint's text stands; ``object_id`` is then the version's id.
    """

    object_id: UUID
    title: str
    detail: str
    state: RequisitionState | None = None
    role: str = ""
    part: str = ""
    anchor: str = ""
    applications: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for which words; ``more`` when a kind has more hits than are shown."""

    words: tuple[str, ...]
    people: tuple[Hit, ...] = ()
    candidates: tuple[Hit, ...] = ()
    requisitions: tuple[Hit, ...] = ()
    texts: tuple[Hit, ...] = ()
    more: bool = False

    @property
    def count(self) -> int:
        """How many hits are shown."""
        return sum(map(len, (self.people, self.candidates, self.requisitions, self.texts)))


def find(session: Session, actor: ActorFacts, question: str) -> Found:
    """What has every word of the question, or a word that begins with it, in two queries; no word finds nothing."""
    require(actor, Permission.SEARCH_USE)
    words = searching.asked(question)
    if not words:
        return Found(())
    dialect = session.get_bind().dialect.name
    rows = session.execute(_hits(asking_as(actor), dialect), asked_by(actor, question=_asked(words, dialect))).all()
    kinds = {kind: _ranked((row for row in rows if row.kind == kind.value), words) for kind in SearchKind}
    shown = {kind: tuple(map(_hit, hits[:SHOWN])) for kind, hits in kinds.items()}
    return Found(
        words,
        shown[SearchKind.PERSON],
        _with_applications(session, actor, shown[SearchKind.CANDIDATE]),
        shown[SearchKind.REQUISITION],
        shown[SearchKind.BLUEPRINT],
        more=any(len(hits) > SHOWN for hits in kinds.values()),
    )


def _asked(words: Sequence[str], dialect: str) -> str:
    # Words hold letters and digits only, so nothing in them can end a quotation.
    if dialect == "sqlite":
        return " ".join(f'"{word}"*' for word in words)
    return " & ".join(f"'{word}':*" for word in words)


def _ranked(rows: Iterable[Any], words: Sequence[str]) -> list[Any]:
    """One row an object and place: the best title first, then what was written last; texts as they are read."""
    single = {(row.object_id, row.part, row.anchor): row for row in rows}
    return sorted(
        single.values(),
        key=lambda row: (searching.rank(row.title, words), row.id if row.part else -row.id),
    )


def _hit(row: Any) -> Hit:  # noqa: ANN401  a row of the union
    hit = Hit(row.object_id, row.title, row.detail or "", part=row.part, anchor=row.anchor)
    if row.kind == SearchKind.REQUISITION:
        return replace(hit, state=RequisitionState(row.beside))
    return replace(hit, role=row.beside or "")


def _with_applications(session: Session, actor: ActorFacts, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    applied = candidates.applications_of(session, actor, [hit.object_id for hit in hits])
    return tuple(replace(hit, applications=applied.get(hit.object_id, ())) for hit in hits)


@lru_cache(maxsize=64)
def _hits(actor: Asking, dialect: str) -> Select[*tuple[Any, ...]]:
    """Hits of every kind that the actor may know of, the newest of each."""
    arms = [build(actor, dialect) for build in _KINDS]
    found = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    return select(found)


def _people(actor: Asking, dialect: str) -> Select[*tuple[Any, ...]]:
    entry = SearchEntry
    return (
        _matching(SearchKind.PERSON, dialect, Person.name.label("title"), _nothing("detail"), _nothing("beside"))
        .join(Person, Person.id == entry.object_id)
        .where(_person_visible(actor))
        .order_by(_place(dialect).desc())
    )


def _person_visible(actor: Asking) -> ColumnElement[bool]:
    """Whoever keeps accounts finds them all, HR the open ones, and everybody those who report to them."""
    if Role.ADMIN in actor.roles:
        return true()
    reports = exists(
        select(literal(1)).where(Reporting.person_id == Person.id, Reporting.manager_id == actor.person_id)
    )
    theirs: ColumnElement[bool] = true() if Role.HR_PARTNER in actor.roles else reports.correlate(Person)
    if Role.HR_PARTNER in actor.scoped_roles:
        theirs = or_(theirs, holds_for(actor, Role.HR_PARTNER, Person.id))
    return and_(Person.active.is_(True), theirs)


def _candidates(actor: Asking, dialect: str) -> Select[*tuple[Any, ...]]:
    entry, blinded = SearchEntry, is_blinded(actor)
    named = [SearchField.TEXT]
    if actor.roles & candidates.READS_ALL:
        named.append(SearchField.ADDRESS)
    fits = or_(and_(entry.field.in_(named), ~blinded), and_(entry.field == SearchField.CODE, blinded))
    return (
        _matching(
            SearchKind.CANDIDATE, dialect,
            shown_name(actor).label("title"), shown_headline(actor).label("detail"), _nothing("beside"),
        )
        .join(Candidate, Candidate.id == entry.object_id)
        .where(candidates.knows_of(actor), fits)
        .order_by(_place(dialect).desc())
    )  # fmt: skip


def _requisitions(actor: Asking, dialect: str) -> Select[*tuple[Any, ...]]:
    entry, title = SearchEntry, Requisition.title.label("title")
    role = BlueprintVersion.title.label("detail")
    return (
        _matching(SearchKind.REQUISITION, dialect, title, role, cast(Requisition.state, String).label("beside"))
        .join(Requisition, Requisition.id == entry.object_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(requisitions_visible_to(actor))
        .order_by(_place(dialect).desc())
    )


def _texts(_actor: Asking, dialect: str) -> Select[*tuple[Any, ...]]:
    entry = SearchEntry
    title, detail = entry.title.label("title"), entry.detail.label("detail")
    return (
        _matching(SearchKind.BLUEPRINT, dialect, title, detail, BlueprintVersion.title.label("beside"))
        .join(BlueprintVersion, BlueprintVersion.id == entry.object_id)
        .order_by(_place(dialect))
    )


_KINDS: tuple[Callable[[Asking, str], Select[*tuple[Any, ...]]], ...] = (_people, _candidates, _requisitions, _texts)


def _place(dialect: str) -> ColumnElement[int]:
    """The id of an entry. SQLite's index gives its hits in this order, so that what is not shown is not judged."""
    return FULL_TEXT.c.rowid if dialect == "sqlite" else type_coerce(SearchEntry.id, Integer())


def _nothing(label: str) -> Label[Any]:
    return cast(null(), String).label(label)


def _matching(kind: SearchKind, dialect: str, *shown: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    entry, question = SearchEntry, bindparam("question", type_=String())
    statement = select(
        entry.id, cast(entry.kind, String).label("kind"), entry.object_id, *shown, entry.part, entry.anchor
    )
    statement = statement.where(entry.kind == kind).limit(_RANKED)
    if dialect == "sqlite":
        joined = statement.select_from(entry).join(FULL_TEXT, FULL_TEXT.c.rowid == entry.id)
        return joined.where(FULL_TEXT.c.search_words.op("MATCH")(question))
    words = func.array_to_tsvector(func.string_to_array(entry.words, literal_column("' '")))
    return statement.select_from(entry).where(words.op("@@")(cast(question, TSQUERY)))
