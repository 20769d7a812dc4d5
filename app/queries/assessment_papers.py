"""An assessment on paper: what a person sealed on themselves, and both sides together."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import NotAllowedError, NotYetError
from app.domain.growth.answers import unanswered
from app.domain.growth.gap import gap_axis, gap_rows
from app.domain.growth.papers import (
    AgreedText,
    AssessmentHead,
    Behind,
    JointDocument,
    PrintedSheet,
    SelfDocument,
    Step,
)
from app.domain.growth.readiness import expected
from app.domain.growth.trend import since
from app.domain.permission import Permission
from app.models.assessment_facts import assessment_facts
from app.models.person import Installation
from app.queries import assessment_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.assessment_head import Head
    from app.queries.assessment_page import JointPage
    from app.queries.assessment_sheets import SheetView
    from app.queries.evidence_log import EntryLine


def own(session: Session, actor: ActorFacts, assessment_id: UUID, *, zone: str) -> SelfDocument:
    """What the person sealed, in six queries: for themselves at once, for the manager and HR once both are in."""
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_OPEN, facts)
    if not facts.is_subject:
        require(actor, Permission.ASSESSMENT_READ, facts)
    page = assessment_page.page(session, actor, assessment_id)
    sheet = page.own
    if sheet is None or sheet.sealed_at is None:
        message = "There is nothing to print before the answers are sealed."
        raise NotYetError(message)
    asked = page.head.asked
    return SelfDocument(
        company=_company(session),
        head=_head(page.head),
        asked=asked,
        sheet=_printed(sheet, page.entries),
        open_titles=unanswered(sheet.answers, asked, page.head.needed),
        zone=zone,
    )


def joint(session: Session, actor: ActorFacts, assessment_id: UUID, *, zone: str) -> JointDocument:
    """Both sides, in six queries, once both are in."""
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_READ, facts)
    page = assessment_page.page(session, actor, assessment_id)
    if not isinstance(page, assessment_page.JointPage):
        message = "Answer as a peer first; what both said opens after that."
        raise NotAllowedError(message)
    head, asked = page.head, page.head.asked
    marks = page.own.answers.marks, page.manager.answers.marks
    expectations = expected(head.blueprint, head.target.id, *marks) if head.target else ()
    return JointDocument(
        company=_company(session),
        head=_head(head),
        asked=asked,
        own=_printed(page.own, page.entries),
        manager=_printed(page.manager, page.entries),
        lines=page.lines,
        alignment=page.alignment,
        axis=gap_axis(asked),
        rows=gap_rows(expectations, *marks),
        steps=tuple(Step(one.cycle, one.at, one.alignment) for one in page.past),
        since=since(asked, head.assessment_id, page.past),
        peers=_peers(page),
        agreed=tuple(AgreedText(one.text, one.at, one.by) for one in head.agreed),
        zone=zone,
    )


def _peers(page: JointPage) -> tuple[PrintedSheet, ...]:
    return tuple(_printed(peer, page.entries) for peer in page.peers if peer.sealed_at is not None)


def _head(head: Head) -> AssessmentHead:
    return AssessmentHead(head.person, head.manager, head.cycle, head.stamp, head.due_on, head.current, head.target)


def _printed(sheet: SheetView, entries: Mapping[UUID, EntryLine]) -> PrintedSheet:
    if sheet.sealed_at is None:
        raise NotYetError
    shown, hidden = [], dict[str, int]()
    for competency, entry_id in sheet.answers.links:
        entry = entries.get(entry_id)
        if entry is None:
            hidden[competency] = hidden.get(competency, 0) + 1
        else:
            shown.append((competency, Behind(entry.title, entry.about_on, entry.confirmed_by)))
    return PrintedSheet(sheet.author, sheet.answers, sheet.sealed_at, tuple(shown), tuple(hidden.items()))


def _company(session: Session) -> str:
    return session.scalar(select(Installation.company)) or ""
