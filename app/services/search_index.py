"""The parts of the search index that no flush keeps: the texts of blueprints, and making the whole index anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.blueprint import from_canonical
from app.domain.outline import places
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Candidate
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.search import FULL_TEXT, Named, SearchEntry, SearchKind, entries_of, entry, keep

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint

_AT_ONCE = 500


def add_blueprint(session: Session, version: BlueprintVersion, content: Blueprint) -> None:
    """Put the texts of a new version into the index, in place of those of the role's earlier versions."""
    earlier = session.scalars(
        select(BlueprintVersion.id).where(BlueprintVersion.role == version.role, BlueprintVersion.id != version.id)
    ).all()
    rows = [
        entry(SearchKind.BLUEPRINT, version.id, place.text, place.detail, part=place.part.value, anchor=place.anchor)
        for place in places(content)
    ]
    keep(session, rows, instead_of=earlier)


def ensure(session: Session) -> None:
    """Make the index of a database that was filled before there was one; in any other, do nothing."""
    indexed, anybody = exists(select(SearchEntry.id)), exists(select(Person.id))
    if session.scalar(select(anybody & ~indexed)):
        rebuild(session)


def rebuild(session: Session) -> int:
    """Make the whole index anew from what the tables hold, and return how many entries it has."""
    if session.connection().dialect.name == "sqlite":
        session.execute(FULL_TEXT.insert().values(search_words="delete-all"))
    session.execute(delete(SearchEntry))
    named: list[Named] = [
        *session.scalars(select(Person).order_by(Person.created_at, Person.id)),
        *session.scalars(select(Requisition).order_by(Requisition.created_at, Requisition.id)),
        *session.scalars(select(Candidate).order_by(Candidate.created_at, Candidate.id)),
    ]
    for start in range(0, len(named), _AT_ONCE):
        keep(session, [row for one in named[start : start + _AT_ONCE] for row in entries_of(one)])
    for version in session.scalars(select(BlueprintVersion).where(_newest()).order_by(BlueprintVersion.role)):
        add_blueprint(session, version, from_canonical(version.body))
    return session.scalar(select(func.count()).select_from(SearchEntry)) or 0


def _newest() -> ColumnElement[bool]:
    later = aliased(BlueprintVersion)
    follows = exists(
        select(literal(1)).where(later.role == BlueprintVersion.role, later.number > BlueprintVersion.number)
    )
    return ~follows.correlate_except(later)
