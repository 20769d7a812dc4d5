"""An assessment as each of its readers may see it: their own sheet, or everything once both sides are in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import found, require
from app.domain.growth.alignment import Alignment, Line, alignment, lines
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission, allow
from app.models.assessment_facts import assessment_facts
from app.queries import assessment_head, assessment_sheets, evidence_log
from app.queries.assessment_history import Past, history

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.domain.growth.facts import AssessmentFacts
    from app.domain.permission import ActorFacts
    from app.queries.assessment_head import Head
    from app.queries.assessment_sheets import SheetView
    from app.queries.evidence_log import EntryLine


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An assessment before both are in: the reader's own sheet and nothing of anybody else.

    ``own`` is None for HR, who are told no more than what stands in the head. ``entries`` are what the reader may point
    to. ``may_write`` holds while their sheet is open; ``declined``: they would rather not answer as a peer. ``apart``:
    the reader still votes on it apart, in a calibration.
    """

    head: Head
    side: Answerer | None
    own: SheetView | None
    entries: Mapping[UUID, EntryLine]
    may_write: bool
    may_ask: bool
    may_extend: bool
    apart: bool
    declined: bool


@dataclass(frozen=True, slots=True)
class JointPage:
    """An assessment of which both are in. ``peers`` who have not sealed are there by name only.

    ``entries`` are those behind the marks that this reader may read. ``past`` has every cycle that this reader may
    read, this one included, the oldest first.
    """

    head: Head
    side: Answerer | None
    own: SheetView
    manager: SheetView
    peers: tuple[SheetView, ...]
    lines: tuple[Line, ...]
    alignment: Alignment
    entries: Mapping[UUID, EntryLine]
    past: tuple[Past, ...]
    may_conclude: bool
    may_ask: bool


def page(session: Session, actor: ActorFacts, assessment_id: UUID) -> OwnPage | JointPage:
    """The assessment in four queries; a peer sees their own sheet, whoever else is in."""
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_OPEN, facts)
    # A peer who may read both for another reason answers first.
    answers_first = facts.is_peer and allow(actor, Permission.ASSESSMENT_WRITE, facts).granted
    if allow(actor, Permission.ASSESSMENT_READ, facts).granted and not answers_first:
        return _joint(session, actor, facts)
    return _own(session, actor, facts)


def own_page(session: Session, actor: ActorFacts, assessment_id: UUID) -> OwnPage:
    """The reader's own sheet, also once both are in."""
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_OPEN, facts)
    return _own(session, actor, facts)


def _own(session: Session, actor: ActorFacts, facts: AssessmentFacts) -> OwnPage:
    head = assessment_head.head(session, facts.assessment_id, with_agreed=False)
    side = _side(facts)
    # The aim is among the person's answers, so nobody else sees it before both are in.
    shown = head if side is Answerer.SELF else replace(head, current=None, target=None)
    sheet = assessment_sheets.own(session, actor, facts.assessment_id) if side else None
    entries = evidence_log.entries_of(session, actor, head.person_id) if side else ()
    return OwnPage(
        head=shown,
        side=side,
        own=sheet,
        entries={entry.entry_id: entry for entry in entries},
        may_write=allow(actor, Permission.ASSESSMENT_WRITE, facts).granted,
        may_ask=head.with_peers and allow(actor, Permission.ASSESSMENT_ASK, facts).granted,
        may_extend=allow(actor, Permission.ASSESSMENT_EXTEND, facts).granted,
        apart=facts.apart,
        declined=facts.declined,
    )


def _joint(session: Session, actor: ActorFacts, facts: AssessmentFacts) -> JointPage:
    head = assessment_head.head(session, facts.assessment_id, with_agreed=True)
    sheets = assessment_sheets.opened(session, actor, facts.assessment_id, head.person_id)
    here = [sheet for sheet in sheets if sheet.assessment_id == facts.assessment_id]
    sides = {sheet.answerer: sheet for sheet in here if sheet.answerer is not Answerer.PEER}
    own, manager = sides[Answerer.SELF], sides[Answerer.MANAGER]
    linked = {entry_id for sheet in here for _, entry_id in sheet.answers.links}
    entries = evidence_log.entries_of(session, actor, head.person_id, among=linked)
    return JointPage(
        head=head,
        side=_side(facts),
        own=own,
        manager=manager,
        peers=tuple(sheet for sheet in here if sheet.answerer is Answerer.PEER),
        lines=lines(head.asked, own.answers.marks, manager.answers.marks),
        alignment=alignment(head.asked, own.answers.marks, manager.answers.marks),
        entries={entry.entry_id: entry for entry in entries},
        past=history(session, sheets),
        may_conclude=allow(actor, Permission.ASSESSMENT_CONCLUDE, facts).granted,
        may_ask=head.with_peers and allow(actor, Permission.ASSESSMENT_ASK, facts).granted,
    )


def _side(facts: AssessmentFacts) -> Answerer | None:
    if facts.is_subject:
        return Answerer.SELF
    if facts.is_manager:
        return Answerer.MANAGER
    return Answerer.PEER if facts.is_peer else None
