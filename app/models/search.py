"""The search index: what can be found by name, title or text. No evaluation, note or document is ever in it.

Rows are written by the flush that writes what they are of, in the same transaction, because words must be folded
alike on both databases and only Python does that. On SQLite a full-text table without a copy of the words stands beside
the rows; triggers could not fill it, as this program lets no schema use a virtual table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, column, delete, event, insert, literal, select, table
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain import searching
from app.domain.blind import code_of
from app.models.base import Base, Prose, choice
from app.models.candidate import Candidate
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from collections.abc import Sequence

ANCHOR_LIMIT = 200


class SearchKind(StrEnum):
    """What an entry is of."""

    PERSON = "person"
    CANDIDATE = "candidate"
    REQUISITION = "requisition"
    BLUEPRINT = "blueprint"


class SearchField(StrEnum):
    """What the words of an entry are, because not everybody who may find something may find it by everything."""

    TEXT = "text"
    ADDRESS = "address"
    CODE = "code"


class SearchEntry(Base):
    """One thing that can be found; ``words`` are folded, one blank between them. Later ids were written later.

    A candidate has three: by name and headline, by address, and by the code for those who may not learn the name.
    ``part`` and ``anchor`` say where in a blueprint version its text stands; they are empty for everything else.
    """

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(choice(SearchKind, "search_kind"))
    object_id: Mapped[UUID] = mapped_column(index=True)
    field: Mapped[SearchField] = mapped_column(choice(SearchField, "search_field"), default=SearchField.TEXT)
    part: Mapped[str] = mapped_column(String(40), default="")
    anchor: Mapped[str] = mapped_column(String(ANCHOR_LIMIT), default="")
    title: Mapped[Prose]
    detail: Mapped[Prose] = mapped_column(default="")
    words: Mapped[Prose]


FULL_TEXT = table("search_words", column("search_words"), column("rowid"), column("words"))
"""SQLite's index of the words. Its first column takes commands and asks questions."""

Row = dict[str, Any]
"""The columns of an entry but its id."""

Named = Person | Candidate | Requisition
NAMED: tuple[type[Named], ...] = (Person, Candidate, Requisition)
"""What is indexed whenever it is written."""


def entries_of(one: Named) -> list[Row]:
    """The rows of the index for a person, a candidate or a requisition; none for somebody who was erased."""
    if isinstance(one, Requisition):
        return [entry(SearchKind.REQUISITION, one.id, one.title)]
    if one.erased_at:
        return []
    if isinstance(one, Person):
        named = entry(SearchKind.PERSON, one.id, one.name)
        return [named, _by(SearchField.ADDRESS, named, one.email)]
    named = entry(SearchKind.CANDIDATE, one.id, one.name, one.headline)
    return [named, _by(SearchField.ADDRESS, named, one.email), _by(SearchField.CODE, named, code_of(one.id))]


def entry(kind: SearchKind, object_id: UUID, title: str, detail: str = "", *, part: str = "", anchor: str = "") -> Row:
    """One row of the index, found by every word of its title and detail."""
    return {
        "kind": kind,
        "object_id": object_id,
        "field": SearchField.TEXT,
        "part": part,
        "anchor": anchor,
        "title": title,
        "detail": detail,
        "words": _words(f"{title} {detail}"),
    }


def _by(field: SearchField, named: Row, text: str) -> Row:
    return {**named, "field": field, "words": _words(text)}


def _words(text: str) -> str:
    return " ".join(searching.terms(text))


def keep(session: Session, rows: Sequence[Row], *, instead_of: Sequence[UUID] = ()) -> None:
    """Put rows into the index in place of those of the objects given."""
    connection = session.connection()
    full_text = connection.dialect.name == "sqlite"
    if instead_of:
        out_of_date = SearchEntry.object_id.in_(instead_of)
        if full_text:
            was = select(literal("delete"), SearchEntry.id, SearchEntry.words).where(out_of_date)
            connection.execute(FULL_TEXT.insert().from_select(["search_words", "rowid", "words"], was))
        connection.execute(delete(SearchEntry).where(out_of_date))
    if rows:
        connection.execute(insert(SearchEntry), rows)
        if full_text:
            of = {row["object_id"] for row in rows}
            now = select(SearchEntry.id, SearchEntry.words).where(SearchEntry.object_id.in_(of))
            connection.execute(FULL_TEXT.insert().from_select(["rowid", "words"], now))


def forget(session: Session) -> None:
    """Make SQLite's index of words anew from the rows there are: taking a row out leaves its words in the file."""
    if session.connection().dialect.name == "sqlite":
        session.execute(FULL_TEXT.insert().values(search_words="rebuild"))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    gone = [one.id for one in session.deleted if isinstance(one, NAMED)]
    written = [one for one in (*session.new, *session.dirty) if isinstance(one, NAMED) and session.is_modified(one)]
    known = [one.id for one in written if one in session.dirty]
    if gone or written:
        rows = [row for one in sorted(written, key=_age) for row in entries_of(one)]
        keep(session, rows, instead_of=[*gone, *known])


def _age(one: Named) -> tuple[str, str]:
    return one.created_at.isoformat(), str(one.id)
