"""A sheet as a page: to be written on, or sealed and waiting."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.growth.answers import NOTE_LIMIT, TEXT_LIMIT, Answers, unanswered
from app.domain.growth.cycle import Answerer
from app.domain.growth.gap import said
from app.web.clock import now
from app.web.ladder import sheet_form as forms
from app.web.ladder import sheet_rows
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.errors import Fault
    from app.queries.assessment_head import Head
    from app.queries.assessment_page import OwnPage
    from app.web.ladder.sheet_form import Elsewhere, Typed


def answers_of(found: OwnPage) -> Answers:
    """What the reader saved so far; of the person also the levels, the first taken from where they were placed."""
    head, answers = found.head, found.own.answers if found.own else Answers()
    if found.side is not Answerer.SELF:
        return answers
    return replace(
        answers, current=head.current.id if head.current else "", target=head.target.id if head.target else ""
    )


def levels(head: Head) -> list[tuple[str, str]]:
    """The levels to choose from, lowest first, with their titles."""
    return [(level.id, level.title) for level in sorted(head.ladder.levels, key=lambda one: (one.rank, one.track))]


def stored(found: OwnPage) -> Typed:
    """The fields that show what the reader saved so far."""
    return forms.from_answers(answers_of(found), found.head.asked, found.own.version if found.own else 0)


def form(
    session: Session,
    found: OwnPage,
    typed: Typed,
    *,
    faults: Sequence[Fault] = (),
    clash: Sequence[Elsewhere] | None = None,
    version: int | None = None,
) -> tuple[str, int]:
    """The sheet to write on; what is wrong with it, or stored otherwise elsewhere, stands above it."""
    head = found.head
    groups = sheet_rows.groups(head, typed, found.entries)
    status = HTTPStatus.CONFLICT if clash is not None else HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return page(
        "ladder/sheet.html",
        status=status,
        session=session,
        blueprint=f"{head.stamp.title} {head.stamp.number}",
        found=found,
        head=head,
        typed=typed,
        groups=groups,
        progress=sheet_rows.counted(groups),
        minutes_each=sheet_rows.MINUTES_EACH,
        version=typed.version if version is None else version,
        errors=_by_field(faults),
        places={f"{kind}-{one.id}": one.title for one in head.asked for kind in ("mark", "note", "links")},
        clash=clash,
        levels=levels(head) if found.side is Answerer.SELF else (),
        note_limit=NOTE_LIMIT,
        limit=TEXT_LIMIT,
        days_left=(head.due_on - now().date()).days,
        peer=found.side is Answerer.PEER,
    )


def waiting(session: Session, found: OwnPage, *, late: Sequence[str] | None = None) -> tuple[str, int]:
    """What the reader sealed, or the little that may be said to others; ``late`` is what came after the seal."""
    answers = answers_of(found)
    marks = [(one.title, said(answers.mark(one.id)), answers.mark(one.id)) for one in found.head.asked]
    return page(
        "ladder/sheet_waiting.html",
        status=HTTPStatus.OK if late is None else HTTPStatus.CONFLICT,
        session=session,
        blueprint=f"{found.head.stamp.title} {found.head.stamp.number}",
        found=found,
        head=found.head,
        answers=answers,
        marks_made=[(title, word, mark.note) for title, word, mark in marks if mark is not None],
        open_titles=unanswered(answers, found.head.asked, found.head.needed),
        late=late,
    )


def _by_field(faults: Sequence[Fault]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for fault in faults:
        errors[fault.field] = f"{errors.get(fault.field, '')} {fault.message}".strip()
    return errors
