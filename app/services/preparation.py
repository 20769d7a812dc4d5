"""Marks that a person makes while preparing for a role: their own, changed and taken back as they like.

The audit chain records nothing of it. The chain is for what bears on somebody's evaluation, auditors read it, and it
never forgets; that somebody thinks of another role is theirs to say, or to unsay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain import preparation
from app.domain.access import require
from app.domain.blueprint import from_canonical
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.preparation import Mark
from app.models.blueprint import BlueprintVersion, PreparationMark
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.guide import Guide
    from app.domain.permission import ActorFacts

Changes = Mapping[str, Mark | None]
"""What to keep under the keys of items; ``None`` takes a mark back."""

_UNFIT = "This cannot be marked that way. Load the page again and repeat your choice."


def keep(session: Session, actor: ActorFacts, version_id: UUID, changes: Changes, *, now: datetime) -> None:
    """Keep the actor's marks on items of a version's guide; items that are not named stay as they are.

    The same mark again changes nothing, not even its moment. :class:`InvalidError` for an item that the version does
    not have, or a mark that its kind does not take.
    """
    require(actor, Permission.PREPARATION_KEEP)
    role, guide = _of_version(session, version_id)
    allowed = {item.key: item.kind.marks for item in preparation.items(guide)}
    if any(mark not in (*allowed.get(key, ()), None) or key not in allowed for key, mark in changes.items()):
        raise InvalidError((Fault("marks", _UNFIT),))
    _one_at_a_time(session, actor)
    _take_back(session, actor, role, [key for key, mark in changes.items() if mark is None])
    made = {key: mark for key, mark in changes.items() if mark is not None}
    if made:
        _put(session, [_row(actor, role, key, mark, now) for key, mark in made.items()])


def start_over(session: Session, actor: ActorFacts, version_id: UUID, part: str | None) -> None:
    """Delete the actor's marks on one plan or on the self-check, or all on the role when ``part`` is ``None``.

    With all go those on texts that the version no longer has. :class:`NotFoundError` for a part that is not there.
    """
    require(actor, Permission.PREPARATION_KEEP)
    role, guide = _of_version(session, version_id)
    _one_at_a_time(session, actor)
    if part is None:
        session.execute(delete(PreparationMark).where(*_own(actor, role)))
        return
    keys = [item.key for item in preparation.part_of(guide, part)]
    if not keys:
        raise NotFoundError
    _take_back(session, actor, role, keys)


def _of_version(session: Session, version_id: UUID) -> tuple[str, Guide | None]:
    version = BlueprintVersion
    row = session.execute(select(version.role, version.body).where(version.id == version_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return row.role, from_canonical(row.body).guide


def _one_at_a_time(session: Session, actor: ActorFacts) -> None:
    """Let two tabs of the same person save one after the other; what refers to the person is not held up."""
    session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))


def _take_back(session: Session, actor: ActorFacts, role: str, keys: Collection[str]) -> None:
    if keys:
        session.execute(delete(PreparationMark).where(*_own(actor, role), PreparationMark.item.in_(keys)))


def _put(session: Session, rows: list[dict[str, object]]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(PreparationMark).values(rows)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["person_id", "role", "item"],
            set_={"mark": new.excluded.mark, "marked_at": new.excluded.marked_at},
            where=PreparationMark.mark != new.excluded.mark,
        )
    )


def _row(actor: ActorFacts, role: str, key: str, mark: Mark, now: datetime) -> dict[str, object]:
    return {"person_id": actor.person_id, "role": role, "item": key, "mark": mark, "marked_at": now}


def _own(actor: ActorFacts, role: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PreparationMark.person_id == actor.person_id, PreparationMark.role == role
