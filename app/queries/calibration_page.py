"""One item of a calibration as this reader may see it, what managers are told of it, and one's own leaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.growth.strictness import Card, Leaning, in_counts, leaning
from app.domain.growth.voting import CASE_CHOICES
from app.domain.permission import Permission, allow
from app.models.assessment import Assessment, Cycle
from app.models.ballots import standing
from app.models.blueprint import BlueprintVersion
from app.models.calibration import Calibration, CalibrationItem
from app.models.calibration_facts import item_facts
from app.models.promotion import PromotionCase
from app.queries import blueprints, calibration_items, calibration_notes, calibration_votes
from app.queries.calibration_items import OPENED, ItemHead
from app.queries.calibration_notes import Note
from app.queries.calibration_votes import ItemVotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.growth.facts import ItemFacts
    from app.domain.permission import ActorFacts

REMEMBERED = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item. ``told`` holds votes once this reader may read them, before only who is in conflict."""

    head: ItemHead
    told: ItemVotes
    notes: tuple[Note, ...]
    reads: bool
    sits: bool
    voted: bool
    may_vote: bool
    may_change: bool
    may_declare: bool
    may_run: bool
    may_tell: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What the session says to the manager, once it is locked."""

    person: str
    calibration: str
    case_id: UUID | None
    agreed: str
    text: str


@dataclass(frozen=True, slots=True)
class RoleLeaning:
    """The reader's leaning where levels of one role were voted on."""

    role: str
    leaning: Leaning


@dataclass(frozen=True, slots=True)
class Mirror:
    """How the reader votes beside others, theirs alone to see; ``cases`` is in words, ``levels`` one a role."""

    cases: str
    levels: tuple[RoleLeaning, ...]


def page(session: Session, actor: ActorFacts, item_id: UUID) -> ItemPage:
    """One item in four queries; whom it is about finds nothing here."""
    facts = found(item_facts(session, actor, item_id))
    require(actor, Permission.CALIBRATION_READ, facts)
    head = calibration_items.of_item(session, actor, item_id)
    reads = allow(actor, Permission.PREVOTE_READ, facts).granted
    notes = calibration_notes.of_item(session, actor, head, opened=reads) if head.assessment_id else ()
    return ItemPage(
        head=head,
        told=calibration_votes.of_item(session, item_id, opened=reads),
        notes=notes,
        reads=reads,
        sits=facts.is_member or facts.is_chair,
        voted=facts.voted,
        may_vote=_may(actor, Permission.PREVOTE_CAST, facts, head) and not facts.voted,
        may_change=_may(actor, Permission.PREVOTE_CHANGE, facts, head) and facts.voted,
        may_declare=_may(actor, Permission.CONFLICT_DECLARE, facts, head) and not facts.is_conflicted,
        may_run=_may(actor, Permission.CALIBRATION_RUN, facts, head),
        may_tell=_may(actor, Permission.CALIBRATION_TELL, facts, head),
    )


def words(session: Session, actor: ActorFacts, item_id: UUID) -> Words:
    """What the manager of whom an item is about is told, in two queries; :class:`NotFoundError` where nothing is."""
    facts = found(item_facts(session, actor, item_id))
    require(actor, Permission.CALIBRATION_HEAR, facts)
    head = calibration_items.of_item(session, actor, item_id)
    if not head.feedback:
        raise NotFoundError
    return Words(head.person, head.calibration, head.case_id, head.words(head.agreed), head.feedback)


def mirror(session: Session, actor: ActorFacts, *, now: datetime) -> Mirror:
    """How the actor's own sealed votes of two years lie beside others', in one query and the blueprints behind it."""
    require(actor, Permission.CALIBRATION_LIST)
    rows = session.execute(
        standing()
        .add_columns(CalibrationItem.case_id, BlueprintVersion.role, BlueprintVersion.title, BlueprintVersion.sha256)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .outerjoin(PromotionCase, PromotionCase.id == CalibrationItem.case_id)
        .outerjoin(Assessment, Assessment.id == CalibrationItem.assessment_id)
        .outerjoin(Cycle, Cycle.id == Assessment.cycle_id)
        .join(
            BlueprintVersion,
            BlueprintVersion.id == func.coalesce(PromotionCase.blueprint_version_id, Cycle.blueprint_version_id),
        )
        .where(Calibration.state.in_(OPENED), Calibration.discussing_at >= now - REMEMBERED)
    ).all()
    return Mirror(_beside(rows, actor.person_id), tuple(_by_role(session, rows, actor.person_id)))


def _may(actor: ActorFacts, permission: Permission, facts: ItemFacts, head: ItemHead) -> bool:
    return not head.gone and allow(actor, permission, facts).granted


def _beside(rows: Sequence[Row[*tuple[object, ...]]], person_id: UUID) -> str:
    places = {choice.value: place for place, choice in enumerate(CASE_CHOICES)}
    by_item: dict[UUID, dict[UUID, int]] = {}
    for row in rows:
        if row.case_id is not None and row.before in places:
            by_item.setdefault(row.item_id, {})[row.member_id] = places[row.before]
    pairs = [
        (votes[person_id], [place for member, place in votes.items() if member != person_id])
        for votes in by_item.values()
        if person_id in votes
    ]
    return in_counts(pairs)


def _by_role(session: Session, rows: Sequence[Row[*tuple[object, ...]]], person_id: UUID) -> Iterable[RoleLeaning]:
    cards: dict[str, list[Card]] = {}
    titles: dict[str, str] = {}
    for row in rows:
        if row.case_id is not None:
            continue
        ladder = blueprints.of_digest(session, row.sha256).ladder
        ranks = {level.id: level.rank for level in ladder.levels} if ladder else {}
        if row.before in ranks:
            card = Card(row.item_id, row.member_id, float(ranks[row.before]))
            cards.setdefault(row.role, []).append(card)
            titles[row.role] = row.title
    for role in sorted(cards):
        if any(card.rater == person_id for card in cards[role]):
            yield RoleLeaning(titles[role], leaning(cards[role], person_id))
