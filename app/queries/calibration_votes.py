"""Votes of calibrations as they lie open, every change of one, and who has none: one query for a whole session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, and_, cast, literal, null, select, union_all

from app.domain.growth.calibration import ChangeReason, ConflictKind
from app.domain.growth.voting import Vote
from app.models.ballots import standing
from app.models.base import Instant
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict, VoteChange
from app.models.calibration_facts import conflicted, items, voted
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_VOTE, _CHANGE, _CONFLICT, _MISSING = "vote", "change", "conflict", "missing"


@dataclass(frozen=True, slots=True)
class Changed:
    """A vote that was changed in the session: from what to what, the kind of reason and the member's words."""

    name: str
    before: str
    after: str
    reason: ChangeReason
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Bound:
    """A member without a vote on an item, and why."""

    member_id: UUID
    name: str
    kind: ConflictKind
    reason: str


@dataclass(slots=True)
class ItemVotes:
    """What was voted on one item. ``missing`` names members who have not sealed; it is asked for apart."""

    votes: list[Vote] = field(default_factory=list)
    reasons: dict[UUID, str] = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)
    bound: list[Bound] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def of_session(
    session: Session, calibration_id: UUID, *, opened: bool, progress: bool = False
) -> Mapping[UUID, ItemVotes]:
    """Conflicts by item; with ``opened`` the votes and their changes too, with ``progress`` whose are missing.

    The caller has asked the permission map, also for each item.
    """
    return _gathered(session, CalibrationItem.calibration_id == calibration_id, opened=opened, progress=progress)


def of_item(session: Session, item_id: UUID, *, opened: bool) -> ItemVotes:
    """The same of one item."""
    found = _gathered(session, CalibrationItem.id == item_id, opened=opened, progress=False)
    return found.get(item_id, ItemVotes())


def _gathered(
    session: Session, wanted: ColumnElement[bool], *, opened: bool, progress: bool
) -> Mapping[UUID, ItemVotes]:
    branches = [_bound(wanted)]
    branches += [_cast(wanted), _changes(wanted)] if opened else []
    branches += [_missing(wanted)] if progress else []
    whole = union_all(*branches).subquery()
    found: dict[UUID, ItemVotes] = {}
    for row in session.execute(select(whole).order_by(whole.c.name, whole.c.member_id, whole.c.number)):
        _put(found.setdefault(row.item_id, ItemVotes()), row)
    return found


def _put(there: ItemVotes, row: Any) -> None:  # noqa: ANN401  a row of the union
    if row.what == _VOTE:
        there.votes.append(Vote(row.member_id, row.name, row.before, row.after))
        there.reasons[row.member_id] = row.words
    elif row.what == _CHANGE:
        reason = ChangeReason(row.kind)
        there.changes.append(Changed(row.name, row.before, row.after, reason, row.words, row.at))
    elif row.what == _CONFLICT:
        there.bound.append(Bound(row.member_id, row.name, ConflictKind(row.kind), row.words))
    else:
        there.missing.append(row.name)


def _cast(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    votes = standing().where(wanted).subquery()
    return select(
        *_columns(_VOTE, votes.c.item_id, votes.c.member_id, votes.c.name, votes.c.before, votes.c.now, votes.c.reason)
    )


def _changes(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    change = VoteChange
    kind, number, at = cast(change.reason, String), change.number, change.at
    return (
        select(
            *_columns(
                _CHANGE, change.item_id, change.member_id, Person.name, change.before, change.after, change.words,
                kind=kind, number=number, at=at,
            )
        )
        .join(CalibrationItem, CalibrationItem.id == change.item_id)
        .join(Person, Person.id == change.member_id)
        .where(wanted)
    )  # fmt: skip


def _bound(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    kind, nothing = cast(Conflict.kind, String), literal("", String)
    return (
        select(
            *_columns(
                _CONFLICT, Conflict.item_id, Conflict.member_id, Person.name, nothing, nothing, Conflict.reason,
                kind=kind,
            )
        )
        .join(CalibrationItem, CalibrationItem.id == Conflict.item_id)
        .join(Person, Person.id == Conflict.member_id)
        .where(wanted)
    )  # fmt: skip


def _missing(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    member, nothing = CalibrationMember.person_id, literal("", String)
    of_session = CalibrationMember.calibration_id == Calibration.id
    return (
        items(*_columns(_MISSING, CalibrationItem.id, member, Person.name, nothing, nothing, nothing))
        .join(CalibrationMember, of_session)
        .join(Person, Person.id == member)
        .where(and_(wanted, ~conflicted(member), ~voted(member)))
    )


def _columns(what: str, *columns: Any, **more: Any) -> Sequence[ColumnElement[Any]]:  # noqa: ANN401  columns of any type
    item_id, member_id, name, before, after, words = columns
    return (
        literal(what, String).label("what"),
        item_id.label("item_id"),
        member_id.label("member_id"),
        name.label("name"),
        before.label("before"),
        after.label("after"),
        words.label("words"),
        more.get("kind", literal("", String)).label("kind"),
        more.get("number", cast(literal(0), Integer)).label("number"),
        more.get("at", cast(null(), Instant)).label("at"),
    )
