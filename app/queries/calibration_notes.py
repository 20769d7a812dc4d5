"""What members read of an assessment that they calibrate: both sides' notes, and the evidence behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Date, String, Text, Uuid, and_, cast, literal, null, select, union_all

from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Standing
from app.models.assessment import ExpectationMark, MarkEvidence, Sheet
from app.models.evidence import LogEntry
from app.models.evidence_facts import entries_visible_to
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.calibration_items import ItemHead

_PAIR = (Answerer.SELF, Answerer.MANAGER)


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry of the evidence log that this reader may open."""

    entry_id: UUID
    title: str
    about_on: date


@dataclass(frozen=True, slots=True)
class Note:
    """What the person or the manager wrote on a competency; ``mark`` is empty until votes lie open.

    ``pieces`` are those behind it that the reader may open, ``closed`` counts the others.
    """

    answerer: Answerer
    competency: str
    text: str
    mark: str
    pieces: tuple[Piece, ...] = ()
    closed: int = 0


def of_item(session: Session, actor: ActorFacts, head: ItemHead, *, opened: bool) -> tuple[Note, ...]:
    """What both wrote, by competency, in one query; their marks only once votes lie open, so that none votes by them.

    The caller has asked the permission map. Calibrating an assessment opens no entry that was closed to the reader.
    """
    rows = session.execute(union_all(_marks(head.assessment_id), _links(head.assessment_id, actor))).all()
    blueprint = blueprints.of_digest(session, head.sha256)
    places = {one.id: (place, one.title) for place, one in enumerate(blueprint.competencies)}
    cells: dict[tuple[str, str], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        cells.setdefault((row.competency, row.answerer), []).append(row)
    ordered = sorted(cells, key=lambda key: (places.get(key[0], (len(places), ""))[0], key[1] == Answerer.MANAGER))
    notes = (_note(places.get(key[0], (0, key[0]))[1], Answerer(key[1]), cells[key], opened=opened) for key in ordered)
    return tuple(note for note in notes if note.text or note.mark or note.pieces or note.closed)


def _note(competency: str, answerer: Answerer, rows: Sequence[Row[*tuple[Any, ...]]], *, opened: bool) -> Note:
    links = [row for row in rows if not row.standing]
    mark = next((row for row in rows if row.standing), None)
    pieces = _pieces(links)
    return Note(
        answerer=answerer,
        competency=competency,
        text=mark.note if mark else "",
        mark=_words(mark) if mark and opened else "",
        pieces=pieces,
        closed=len(links) - len(pieces),
    )


def _pieces(links: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Piece, ...]:
    open_ones = [Piece(row.entry_id, row.title, row.about_on) for row in links if row.entry_id is not None]
    return tuple(sorted(open_ones, key=lambda one: (one.about_on, one.title), reverse=True))


def _words(row: Row[*tuple[Any, ...]]) -> str:
    standing_there = Standing(row.standing)
    return f"Meets {row.rung}" if standing_there is Standing.MET else standing_there.words


def _marks(assessment_id: UUID | None) -> Select[*tuple[Any, ...]]:
    mark = ExpectationMark
    return (
        select(
            cast(Sheet.answerer, String).label("answerer"), mark.competency.label("competency"),
            mark.note.label("note"), cast(mark.standing, String).label("standing"), mark.rung.label("rung"),
            cast(null(), Uuid).label("entry_id"), literal("", String).label("title"),
            cast(null(), Date).label("about_on"),
        )
        .join(Sheet, Sheet.id == mark.sheet_id)
        .where(*_sealed(assessment_id))
    )  # fmt: skip


def _links(assessment_id: UUID | None, actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    """Each entry behind a mark; without its id and title where it was withdrawn or is not the reader's."""
    link = MarkEvidence
    readable = and_(LogEntry.id == link.entry_id, LogEntry.withdrawn_at.is_(None), entries_visible_to(actor))
    return (
        select(
            cast(Sheet.answerer, String), link.competency, literal("", Text), literal("", String),
            literal("", String), LogEntry.id, LogEntry.title, LogEntry.about_on,
        )
        .select_from(link)
        .join(Sheet, Sheet.id == link.sheet_id)
        .outerjoin(LogEntry, readable)
        .where(*_sealed(assessment_id))
    )  # fmt: skip


def _sealed(assessment_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    return Sheet.assessment_id == assessment_id, Sheet.sealed_at.is_not(None), Sheet.answerer.in_(_PAIR)
