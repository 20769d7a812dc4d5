"""Calibration sessions: those that somebody may see, and one of them with what this reader may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.facts import CalibrationFacts, ItemFacts
from app.domain.growth.voting import Shift, apart, differ, shifts
from app.domain.permission import Permission, allow
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember
from app.models.calibration_facts import calibration_facts, calibrations_visible_to
from app.models.person import Person
from app.queries import calibration_items, calibration_votes
from app.queries.calibration_items import OPENED, ItemHead
from app.queries.calibration_votes import ItemVotes

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.growth.voting import Choice
    from app.domain.permission import ActorFacts

PAGE = 50


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One line of the list."""

    calibration_id: UUID
    title: str
    state: CalibrationState
    chair: str
    members: int
    items: int
    created_at: datetime
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sits in a session."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of a session. ``closed``: it is about the reader, who is told nothing of it.

    ``told`` holds votes once this reader may read them, before only conflicts and, for chair and HR, who is missing.
    """

    head: ItemHead
    closed: bool
    readable: bool
    told: ItemVotes

    @property
    def differs(self) -> bool:
        """Whether members saw it differently before anything was said."""
        return differ(self.told.votes)


@dataclass(frozen=True, slots=True)
class Matrix:
    """How votes moved, for items with the same choices."""

    title: str
    choices: tuple[Choice, ...]
    rows: tuple[Shift, ...]

    @property
    def heads(self) -> list[dict[str, object]]:
        """The heads of its columns of numbers."""
        return [{"label": choice.words, "numeric": True} for choice in self.choices]


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session. ``progress`` holds for whoever may know whose votes are missing."""

    calibration_id: UUID
    title: str
    state: CalibrationState
    chair_id: UUID
    chair: str
    minutes_each: int
    voting_at: datetime | None
    discussing_at: datetime | None
    locked_at: datetime | None
    opened_without: str
    version: int
    members: tuple[Member, ...]
    lines: tuple[ItemLine, ...]
    progress: bool
    may_prepare: bool
    may_run: bool
    sits: bool

    @property
    def opened(self) -> bool:
        """Whether votes lie open to the members."""
        return self.state in OPENED

    @property
    def there(self) -> tuple[ItemLine, ...]:
        """The items that were not withdrawn."""
        return tuple(line for line in self.lines if not line.head.gone)

    @property
    def differing(self) -> tuple[ItemLine, ...]:
        """The items on which members differed before anything was said, the widest apart first."""
        lines = [line for line in self.there if line.differs]
        return tuple(sorted(lines, key=lambda line: -apart(line.told.votes, line.head.choices)))

    @property
    def agreeing(self) -> tuple[ItemLine, ...]:
        """The items on which everybody was of one mind before anything was said."""
        return tuple(line for line in self.there if line.told.votes and not line.differs)

    @property
    def voteless(self) -> tuple[ItemLine, ...]:
        """The items on which no vote counts, those that are about the reader and those that were withdrawn."""
        return tuple(line for line in self.lines if line.head.gone or not line.told.votes)

    @property
    def missing(self) -> int:
        """How many votes are missing, for whoever may know."""
        return sum(len(line.told.missing) for line in self.there)

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """How votes moved, one matrix for cases and one for each ladder that is rated on."""
        kinds: dict[tuple[Choice, ...], list[ItemLine]] = {}
        for line in self.there:
            if line.told.votes:
                kinds.setdefault(line.head.choices, []).append(line)
        return tuple(
            Matrix(lines[0].head.kind, choices, shifts([line.told.votes for line in lines], choices))
            for choices, lines in kinds.items()
        )


def listed(
    session: Session,
    actor: ActorFacts,
    *,
    state: CalibrationState | None = None,
    text: str = "",
    skip: int = 0,
    limit: int = PAGE + 1,
) -> tuple[SessionLine, ...]:
    """The sessions that the actor may see, the newest first, in one query."""
    require(actor, Permission.CALIBRATION_LIST)
    statement = _lines().where(calibrations_visible_to(actor)).offset(skip).limit(limit)
    if state is not None:
        statement = statement.where(Calibration.state == state)
    if text.strip():
        statement = statement.where(Calibration.title.icontains(text.strip(), autoescape=True))
    return tuple(SessionLine(*row) for row in session.execute(statement))


def page(session: Session, actor: ActorFacts, calibration_id: UUID) -> SessionPage:
    """One session in four queries, besides the blueprints that this process reads for the first time."""
    facts = found(calibration_facts(session, actor, calibration_id))
    require(actor, Permission.CALIBRATION_SEE, facts)
    rows = session.execute(_head(calibration_id)).all()
    head = rows[0]
    heads = calibration_items.of_session(session, actor, calibration_id)
    reads = _reads(actor, facts)
    progress = facts.state is CalibrationState.VOTING and (facts.is_chair or not facts.is_member)
    told = calibration_votes.of_session(session, calibration_id, opened=reads, progress=progress)
    return SessionPage(
        calibration_id=calibration_id,
        title=head.title,
        state=head.state,
        chair_id=head.chair_id,
        chair=head.chair,
        minutes_each=head.minutes_each,
        voting_at=head.voting_at,
        discussing_at=head.discussing_at,
        locked_at=head.locked_at,
        opened_without=head.opened_without,
        version=head.version,
        members=tuple(Member(row.person_id, row.member) for row in rows),
        lines=tuple(_line(one, told.get(one.item_id)) for one in heads),
        progress=progress,
        may_prepare=allow(actor, Permission.CALIBRATION_PREPARE, facts).granted,
        may_run=allow(actor, Permission.CALIBRATION_RUN, facts).granted,
        sits=facts.is_member or facts.is_chair,
    )


def _reads(actor: ActorFacts, facts: CalibrationFacts) -> bool:
    """Whether the actor reads the votes on items that are about others."""
    of_another = ItemFacts(
        calibration_id=facts.calibration_id,
        state=facts.state,
        is_chair=facts.is_chair,
        is_member=facts.is_member,
        item_id=facts.calibration_id,
        is_person=False,
        is_manager=False,
        is_conflicted=False,
        voted=False,
    )
    return allow(actor, Permission.PREVOTE_READ, of_another).granted


def _line(head: ItemHead, told: ItemVotes | None) -> ItemLine:
    # What is about the reader is closed to them, whoever they are else.
    if head.is_person:
        return ItemLine(head.veiled, closed=True, readable=False, told=ItemVotes())
    return ItemLine(head, closed=False, readable=True, told=told or ItemVotes())


def _lines() -> Select[*tuple[Any, ...]]:
    chair = aliased(Person)
    members = select(func.count()).where(CalibrationMember.calibration_id == Calibration.id).scalar_subquery()
    items = select(func.count()).where(CalibrationItem.calibration_id == Calibration.id).scalar_subquery()
    return (
        select(
            Calibration.id, Calibration.title, Calibration.state, chair.name, members, items, Calibration.created_at,
            Calibration.locked_at,
        )
        .join(chair, chair.id == Calibration.chair_id)
        .order_by(Calibration.created_at.desc(), Calibration.id)
    )  # fmt: skip


def _head(calibration_id: UUID) -> Select[*tuple[Any, ...]]:
    """The session with its chair, once for each member."""
    chair, member = aliased(Person), aliased(Person)
    return (
        select(
            Calibration.title, Calibration.state, Calibration.chair_id, chair.name.label("chair"),
            Calibration.minutes_each, Calibration.voting_at, Calibration.discussing_at, Calibration.locked_at,
            Calibration.opened_without, Calibration.version, member.id.label("person_id"), member.name.label("member"),
        )
        .join(chair, chair.id == Calibration.chair_id)
        .join(CalibrationMember, CalibrationMember.calibration_id == Calibration.id)
        .join(member, member.id == CalibrationMember.person_id)
        .where(Calibration.id == calibration_id)
        .order_by(member.name, member.id)
    )  # fmt: skip
