"""A scorecard as its author writes it, as it reads once sealed, and as it is printed.

While a card is owed nothing here depends on anybody else's: the only other people's words on the page are the notes
that they passed on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from app.domain.access import found, require
from app.domain.card import (
    BegunRevision,
    CardContent,
    CardState,
    DimensionRating,
    KeptDraft,
    from_json,
    in_order,
    kept_from_json,
)
from app.domain.debrief import VisibleCard
from app.domain.documents import ScorecardDocument
from app.domain.errors import NotFoundError
from app.domain.history import Change, SealedState, card_history
from app.domain.permission import CardFacts, Permission, allow
from app.models.asking import asked_by
from app.models.case_grading import CreditedGrade, Grade
from app.models.facts import card_facts
from app.models.person import Installation, Person
from app.models.scorecard import RatingRow, Revision, ScorecardRow, SignalNote
from app.queries import kits

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class OwnCard:
    """The author's own card with everything beside it. ``draft`` is empty once it is sealed."""

    card_id: UUID
    state: CardState
    version: int
    draft: CardContent
    saved_at: datetime | None
    handover: str
    release_reason: str
    kit: kits.Kit


@dataclass(frozen=True, slots=True)
class SealedRevision:
    """One sealed state of a card; ``after_reveal`` when its author could see others' cards by then.

    ``entered_by`` names who typed it for the interviewer, if anybody did.
    """

    number: int
    sealed_at: datetime
    after_reveal: bool
    reason: str
    content: CardContent
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class CardToEnter:
    """Somebody else's owed card, to be typed in from their notes; nothing of a draft is in it."""

    card_id: UUID
    interviewer: str
    seat: kits.Seat


@dataclass(frozen=True, slots=True)
class SealedCard:
    """A sealed card for reading, newest revision first. The private note is there for its author only.

    So are ``draft``, what they had written themselves when somebody else entered their card, and ``begun``, a revision
    that they have not sealed, kept at ``saved_at``. ``graded`` is the case assignment whose grade this card was.
    """

    card_id: UUID
    version: int
    interviewer_id: UUID
    interviewer: str
    handover: str
    seat: kits.Seat
    revisions: tuple[SealedRevision, ...]
    is_author: bool
    may_revise: bool
    opens_debrief: bool
    draft: CardContent | None = None
    begun: BegunRevision | None = None
    saved_at: datetime | None = None
    graded: UUID | None = None

    @property
    def history(self) -> tuple[Change, ...]:
        """What each later revision changed, oldest first, as far as the reader may see the revisions."""
        states = [SealedState(one.number, one.sealed_at, one.after_reveal, one.content) for one in self.revisions]
        return card_history(states, {each.id: each.title for each in self.seat.scorecard.dimensions})

    @property
    def current(self) -> SealedRevision:
        """The newest revision."""
        return self.revisions[0]


def card_page(session: Session, actor: ActorFacts, card_id: UUID) -> OwnCard | SealedCard:
    """The form for its author while the card is not sealed, else the card for reading."""
    facts = found(card_facts(session, actor, card_id))
    _require_reader(actor, facts)
    sealed = facts.card_state is CardState.SEALED
    return _sealed(session, actor, facts) if sealed else _own(session, actor, card_id)


def own_card(session: Session, actor: ActorFacts, card_id: UUID) -> OwnCard:
    """The actor's own card, whatever its state, with the kit beside it."""
    require(actor, Permission.CARD_READ_OWN, found(card_facts(session, actor, card_id)))
    return _own(session, actor, card_id)


def sealed_card(session: Session, actor: ActorFacts, card_id: UUID) -> SealedCard:
    """A sealed card, for its author and for whoever may read others' cards on the application by now."""
    facts = found(card_facts(session, actor, card_id))
    _require_reader(actor, facts)
    return _sealed(session, actor, facts)


def own_sealed_card(session: Session, actor: ActorFacts, card_id: UUID) -> SealedCard:
    """The actor's own sealed card, to revise."""
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.CARD_REVISE, facts)
    return _sealed(session, actor, facts)


def card_to_enter(session: Session, actor: ActorFacts, card_id: UUID) -> CardToEnter:
    """A card that is owed by somebody else, for a coordinator who enters it for them."""
    require(actor, Permission.CARD_ENTER, found(card_facts(session, actor, card_id)))
    row = session.execute(_entered_row(), asked_by(actor, card_id=card_id)).one()
    return CardToEnter(card_id, row.author, kits.seat_of(session, row))


def application_of(session: Session, actor: ActorFacts, card_id: UUID) -> UUID:
    """Which application a card is about, for who may see how far its cards are."""
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.PROGRESS_SEE, facts)
    return facts.application_id


def document(session: Session, actor: ActorFacts, card_id: UUID, *, zone: str) -> ScorecardDocument:
    """A sealed card on paper, in the reader's zone; it never carries the private note."""
    card = sealed_card(session, actor, card_id)
    company = session.scalar(select(Installation.company)) or ""
    now = card.current
    seat = card.seat
    visible = VisibleCard(
        card_id=card_id,
        application_id=seat.application_id,
        interviewer_id=card.interviewer_id,
        interviewer=card.interviewer,
        interview=seat.interview,
        revision=now.number,
        sealed_at=now.sealed_at,
        after_reveal=now.after_reveal,
        counted=not now.after_reveal,
        content=replace(now.content, private_note=""),
        reason=now.reason,
        entered_by=now.entered_by,
    )
    return ScorecardDocument(
        company, seat.requisition, seat.candidate, seat.stamp, seat.scorecard, visible, seat.focus, zone
    )


def _require_reader(actor: ActorFacts, facts: CardFacts) -> None:
    if facts.is_author:
        require(actor, Permission.CARD_READ_OWN, facts)
    else:
        require(actor, Permission.CARD_READ, facts)
        if facts.card_state is not CardState.SEALED:
            raise NotFoundError


def _own(session: Session, actor: ActorFacts, card_id: UUID) -> OwnCard:
    row = session.execute(_own_row(), asked_by(actor, card_id=card_id)).one()
    return OwnCard(
        card_id=card_id,
        state=row.card_state,
        version=row.version,
        draft=from_json(row.draft) if row.draft else CardContent(),
        saved_at=row.draft_saved_at,
        handover=row.handover,
        release_reason=row.release_reason,
        kit=kits.with_enclosures(session, actor, kits.seat_of(session, row)),
    )


@cache
def _own_row() -> Select[*tuple[Any, ...]]:
    columns = (
        ScorecardRow.version,
        ScorecardRow.draft,
        ScorecardRow.draft_saved_at,
        ScorecardRow.handover,
        ScorecardRow.release_reason,
    )
    return kits.seat_rows().add_columns(*columns).where(ScorecardRow.id == bindparam("card_id"))


def _sealed(session: Session, actor: ActorFacts, facts: CardFacts) -> SealedCard:
    row = session.execute(_sealed_row(), asked_by(actor, card_id=facts.card_id)).one_or_none()
    if row is None:
        raise NotFoundError
    seat = kits.seat_of(session, row)
    kept = kept_from_json(row.draft) if facts.is_author else KeptDraft()
    return SealedCard(
        card_id=facts.card_id,
        version=row.version,
        interviewer_id=row.interviewer_id,
        interviewer=row.author,
        handover=row.handover,
        seat=seat,
        revisions=_revisions(session, facts, seat.scorecard),
        is_author=facts.is_author,
        may_revise=allow(actor, Permission.CARD_REVISE, facts).granted,
        opens_debrief=allow(actor, Permission.DEBRIEF_SEE, facts).granted,
        draft=kept.own,
        begun=kept.begun,
        saved_at=row.draft_saved_at if kept.begun else None,
        graded=row.graded,
    )


@cache
def _entered_row() -> Select[*tuple[Any, ...]]:
    return (
        kits.card_rows()
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .add_columns(Person.name.label("author"))
        .where(ScorecardRow.id == bindparam("card_id"))
    )


@cache
def _sealed_row() -> Select[*tuple[Any, ...]]:
    columns = (
        ScorecardRow.version,
        ScorecardRow.interviewer_id,
        ScorecardRow.handover,
        ScorecardRow.draft,
        ScorecardRow.draft_saved_at,
        Person.name.label("author"),
        Grade.assignment_id.label("graded"),
    )
    return (
        kits.card_rows()
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .outerjoin(CreditedGrade, CreditedGrade.scorecard_id == ScorecardRow.id)
        .outerjoin(Grade, Grade.id == CreditedGrade.grade_id)
        .add_columns(*columns)
        .where(ScorecardRow.id == bindparam("card_id"), ScorecardRow.state == CardState.SEALED)
    )


def _revisions(session: Session, facts: CardFacts, scorecard: Scorecard) -> tuple[SealedRevision, ...]:
    rows = session.execute(_revision_rows(), {"card_id": facts.card_id}).all()
    numbers = sorted({row.number for row in rows}, reverse=True)
    return tuple(_revision([r for r in rows if r.number == number], facts, scorecard) for number in numbers)


@cache
def _revision_rows() -> Select[*tuple[Any, ...]]:
    signals = (
        select(func.aggregate_strings(SignalNote.signal, ","))
        .where(SignalNote.revision_id == Revision.id)
        .correlate(Revision)
        .scalar_subquery()
    )
    return (
        select(
            Revision.number,
            Revision.sealed_at,
            Revision.after_reveal,
            Revision.reason,
            Revision.recommendation,
            Revision.summary,
            Revision.private_note,
            Person.name.label("entered_by"),
            signals.label("signals"),
            RatingRow.dimension,
            RatingRow.value,
            RatingRow.evidence,
        )
        .outerjoin(RatingRow, RatingRow.revision_id == Revision.id)
        .outerjoin(Person, Person.id == Revision.entered_by_id)
        .where(Revision.scorecard_id == bindparam("card_id"))
        .order_by(Revision.number.desc())
    )


def _revision(rows: list[Row[Any]], facts: CardFacts, scorecard: Scorecard) -> SealedRevision:
    first = rows[0]
    chosen = frozenset((first.signals or "").split(","))
    content = CardContent(
        ratings=in_order(
            (DimensionRating(r.dimension, r.value, r.evidence) for r in rows if r.dimension is not None), scorecard
        ),
        signals=tuple(signal.id for signal in scorecard.signals if signal.id in chosen),
        recommendation=first.recommendation,
        summary=first.summary,
        private_note=first.private_note if facts.is_author else "",
    )
    return SealedRevision(
        first.number, first.sealed_at, first.after_reveal, first.reason, content, first.entered_by or ""
    )
