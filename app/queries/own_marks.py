"""What a person marked while preparing for a role. Nothing here can be asked about anybody but the actor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from app.domain import preparation
from app.domain.access import require
from app.domain.blueprint import Blueprint
from app.domain.debrief import BlueprintStamp
from app.domain.permission import Permission
from app.domain.preparation import Item, Mark, Marked, Marks
from app.models.blueprint import BlueprintVersion, PreparationMark
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.asking import Asking

MOST_TICKS = 200
"""The newest ticks that the home page looks at, over all roles."""


@dataclass(frozen=True, slots=True)
class Newer:
    """A later version of the same role."""

    version_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """One version and the actor's marks on its role, those on other versions' texts among them."""

    stamp: BlueprintStamp
    blueprint: Blueprint
    marks: Marks
    newer: Newer | None
    lost: Mapping[str, Item | None]


@dataclass(frozen=True, slots=True)
class Preparing:
    """The plan that the actor is at, for one role in its newest version."""

    version_id: UUID
    role: str
    plan_id: str
    plan: str
    done: int
    of: int
    touched: datetime


def own_marks(session: Session, actor: ActorFacts, version_id: UUID) -> OwnMarks:
    """Three queries, and one more where marks lie on texts that this version does not have.

    ``lost`` gives these with the item that another version has under the same key, ``None`` when none does.
    """
    require(actor, Permission.PREPARATION_KEEP)
    stamp, blueprint = blueprints.load(session, version_id)
    newest = session.execute(_newest(stamp.role)).one()
    mark = PreparationMark
    rows = session.execute(
        select(mark.item, mark.mark, mark.marked_at).where(mark.person_id == actor.person_id, mark.role == stamp.role)
    )
    marks = {row.item: Marked(row.mark, row.marked_at) for row in rows}
    lost = preparation.lost(blueprint.guide, marks)
    return OwnMarks(
        stamp=stamp,
        blueprint=blueprint,
        marks=marks,
        newer=Newer(*newest) if newest.number > stamp.number else None,
        lost=_elsewhere(session, stamp.role, lost) if lost else {},
    )


def ticks(actor: Asking) -> Select[*tuple[Any, ...]]:
    """The done tasks of whoever asks, with the newest version of each role.

    Columns are ``target``, ``title`` (its SHA-256), ``detail`` and ``at``.

    Named so that the lines can stand among others of the home page, which :func:`preparing` then reads.
    """
    version, other = BlueprintVersion, aliased(BlueprintVersion)
    newest = select(func.max(other.number)).where(other.role == version.role).correlate(version).scalar_subquery()
    return (
        select(
            version.id.label("target"),
            version.sha256.label("title"),
            PreparationMark.item.label("detail"),
            PreparationMark.marked_at.label("at"),
        )
        .join(PreparationMark, and_(PreparationMark.role == version.role, version.number == newest))
        .where(PreparationMark.person_id == actor.person_id, PreparationMark.mark == Mark.DONE)
        .order_by(PreparationMark.marked_at.desc(), PreparationMark.item)
    )


def preparing(session: Session, rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Preparing, ...]:
    """The plans that lines of :func:`ticks` show as begun and not finished, the one touched last first."""
    found = []
    for (version_id, sha256), group in groupby(sorted(rows, key=_by_version), key=_by_version):
        blueprint = blueprints.of_digest(session, sha256)
        marks = {row.detail: Marked(Mark.DONE, row.at) for row in group}
        at = preparation.current(preparation.progress(blueprint.guide, marks))
        if at is not None and at.touched is not None:
            plan = at.plan
            found.append(Preparing(version_id, blueprint.role.title, plan.id, plan.title, at.done, at.of, at.touched))
    return tuple(sorted(found, key=lambda each: each.touched, reverse=True))


def _by_version(row: Row[*tuple[Any, ...]]) -> tuple[UUID, str]:
    return row.target, row.title


def _newest(role: str) -> Select[UUID, int]:
    version = BlueprintVersion
    return select(version.id, version.number).where(version.role == role).order_by(version.number.desc()).limit(1)


def _elsewhere(session: Session, role: str, keys: Collection[str]) -> dict[str, Item | None]:
    version = BlueprintVersion
    digests = session.scalars(select(version.sha256).where(version.role == role).order_by(version.number.desc()))
    found: dict[str, Item | None] = dict.fromkeys(keys)
    for digest in digests.all():
        known = {item.key: item for item in preparation.items(blueprints.of_digest(session, digest).guide)}
        found = {key: item or known.get(key) for key, item in found.items()}
        if all(found.values()):
            break
    return found
