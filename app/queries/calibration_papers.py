"""The minutes of a locked calibration, for its members and HR; what is about the reader is left out of their copy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.debrief import BlueprintStamp
from app.domain.errors import NotYetError
from app.domain.growth.calibration import CalibrationState, ConflictKind
from app.domain.growth.minutes import MinutedChange, MinutedItem, MinutedMatrix, MinutedVote, MinutesDocument
from app.domain.permission import Permission
from app.models.calibration_facts import calibration_facts
from app.models.person import Installation
from app.queries import calibrations

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.calibrations import ItemLine, SessionPage

_BOUND = {
    ConflictKind.SELF: "the item is about them",
    ConflictKind.OWN_REPORT: "manages the person",
    ConflictKind.DECLARED: "declared a conflict",
}


def minutes(session: Session, actor: ActorFacts, calibration_id: UUID, *, zone: str) -> MinutesDocument:
    """The minutes, in six queries; :class:`NotYetError` until the session is locked."""
    facts = found(calibration_facts(session, actor, calibration_id))
    require(actor, Permission.CALIBRATION_SEE, facts)
    if facts.state is not CalibrationState.LOCKED:
        message = "The minutes are written when the session is locked."
        raise NotYetError(message)
    page = calibrations.page(session, actor, calibration_id)
    return _document(session.scalar(select(Installation.company)) or "", page, zone)


def _document(company: str, page: SessionPage, zone: str) -> MinutesDocument:
    if page.voting_at is None or page.discussing_at is None or page.locked_at is None:
        message = "a locked session was voted in, opened and locked"
        raise ValueError(message)
    return MinutesDocument(
        company=company,
        title=page.title,
        chair=page.chair,
        members=tuple(one.name for one in page.members),
        minutes_each=page.minutes_each,
        voting_at=page.voting_at,
        discussing_at=page.discussing_at,
        locked_at=page.locked_at,
        opened_without=page.opened_without,
        items=tuple(_item(line) for line in page.lines if not line.closed),
        matrices=tuple(MinutedMatrix(one.title, one.choices, one.rows) for one in page.matrices),
        omitted=sum(line.closed for line in page.lines),
        zone=zone,
    )


def _item(line: ItemLine) -> MinutedItem:
    head, told = line.head, line.told
    votes = tuple(
        MinutedVote(one.name, head.words(one.before), head.words(one.now), told.reasons.get(one.member_id, ""))
        for one in told.votes
    )
    changes = tuple(
        MinutedChange(one.name, head.words(one.before), head.words(one.after), one.reason.words, one.words, one.at)
        for one in told.changes
    )
    bound = tuple((one.name, " ".join(filter(None, (f"{_BOUND[one.kind]}.", one.reason)))) for one in told.bound)
    return MinutedItem(
        person=head.person,
        kind=head.kind,
        detail=head.detail,
        stamp=BlueprintStamp(head.role, head.role_title, head.number, head.sha256),
        votes=votes,
        changes=changes,
        bound=bound,
        settled="" if head.gone else head.words(head.agreed),
        set_aside=not head.agreed,
        settled_words=head.agreed_words,
        called_at=head.called_at,
        discussed_at=head.discussed_at,
    )
