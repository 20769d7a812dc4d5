"""Where people stand on a ladder, and who reports to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Label, SQLColumnExpression, Subquery
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """The level that somebody holds in a role since a day; ``title`` is the level's in the role's newest version.

    A level that the newest version no longer has is called by its id. ``version_id`` is that of the newest version.
    """

    role: str
    level: str
    since: date
    title: str
    version_id: UUID | None


def current(session: Session, person_ids: Iterable[UUID], on: date) -> dict[UUID, Standing]:
    """Who of these people stands where on a day, in one query; whoever was never placed is left out.

    The placement that began last counts; of two that begin on one day, the one recorded later. One that another
    replaces does not count.
    """
    newest = newest_placements(on)
    rows = session.execute(
        select(
            newest.c.person_id, newest.c.role, newest.c.level, newest.c.since,
            newest_content(newest.c.role), _newest_version(newest.c.role),
        )
        .where(newest.c.person_id.in_(list(person_ids)), newest.c.place == 1)
        .order_by(newest.c.person_id)
    )  # fmt: skip
    return {
        row.person_id: Standing(
            row.role, row.level, row.since, level_title(session, row.sha256, row.level), row.version_id
        )
        for row in rows
    }


def reports_of(session: Session, manager_id: UUID) -> tuple[UUID, ...]:
    """The people with an open account who report to somebody now, by name."""
    rows = session.scalars(
        select(Person.id)
        .join(Reporting, Reporting.person_id == Person.id)
        .where(Reporting.manager_id == manager_id, Person.active.is_(True))
        .order_by(Person.name, Person.id)
    )
    return tuple(rows)


def newest_placements(on: date) -> Subquery:
    """Placements that have begun by a day, numbered a person from the newest: the one that counts has ``place`` 1."""
    place = func.row_number().over(
        partition_by=Placement.person_id, order_by=(Placement.since.desc(), Placement.recorded_at.desc(), Placement.id)
    )
    return (
        select(Placement.person_id, Placement.role, Placement.level, Placement.since, place.label("place"))
        .where(Placement.since <= on, unreplaced())
        .subquery()
    )


def level_title(session: Session, sha256: str | None, level: str) -> str:
    """What a level is called in the content with this SHA-256: no query once this process has read that content."""
    ladder = blueprints.of_digest(session, sha256).ladder if sha256 else None
    return next((one.title for one in ladder.levels if one.id == level), level) if ladder else level


def newest_content(role: SQLColumnExpression[str]) -> Label[str]:
    """The SHA-256 of the newest version of a role, labelled ``sha256``; null where none is published."""
    version = aliased(BlueprintVersion)
    wanted = select(version.sha256).where(version.role == role).order_by(version.number.desc()).limit(1)
    return wanted.correlate_except(version).scalar_subquery().label("sha256")


def _newest_version(role: SQLColumnExpression[str]) -> Label[UUID]:
    version = aliased(BlueprintVersion)
    wanted = select(version.id).where(version.role == role).order_by(version.number.desc()).limit(1)
    return wanted.correlate_except(version).scalar_subquery().label("version_id")
