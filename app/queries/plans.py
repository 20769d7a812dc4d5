"""Onboarding plans as lists show them: how each is doing, what comes next, and what waits for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.onboarding.plan import WORST_FIRST, Health
from app.domain.permission import Permission
from app.models import plan_day
from app.models.asking import asked_by, asking_as
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_facts import plans_visible_to
from app.queries import plan_rows
from app.queries.plan_lines import PlanFilter, PlanLine, Upcoming, parameters, shape
from app.queries.plan_rows import SORTS

__all__ = ["SORTS", "Overview", "PlanFilter", "PlanLine", "Upcoming", "leaders", "listing", "overview"]

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


@dataclass(frozen=True, slots=True)
class Overview:
    """A list of plans, or one page of it, with what it would show otherwise.

    ``lines`` are the shown ones of ``passing``; ``counts``, ``waiting`` and ``late`` count the plans that the state,
    manager, words and dates let pass, before health and signatures narrow them; a plan without a milestone of the
    reader's has no health.
    """

    lines: tuple[PlanLine, ...]
    passing: int
    counts: Mapping[Health, int]
    waiting: int
    late: int


def listing(
    session: Session, actor: ActorFacts, wanted: PlanFilter, *, sort: str = "urgency", now: datetime
) -> tuple[PlanLine, ...]:
    """Every plan that the reader may open and the filter lets pass, in one query whatever their number.

    ``sort`` is one of `SORTS`, with a minus in front for its reverse; the reader's own first year comes first.
    """
    require(actor, Permission.ONBOARDING_LIST)
    statement = plan_rows.lines(shape(actor, wanted), sort, some=False)
    return _lines(session, statement, _asked(actor, wanted, now))


def overview(
    session: Session,
    actor: ActorFacts,
    wanted: PlanFilter,
    *,
    sort: str = "urgency",
    most: int,
    page: int = 1,
    now: datetime,
) -> Overview:
    """At most ``most`` lines of the list, those of one ``page``, with its counts: two queries whatever their number."""
    require(actor, Permission.ONBOARDING_LIST)
    form, asked = shape(actor, wanted), _asked(actor, wanted, now)
    counted = session.connection().execute(plan_rows.counts(form), asked).all()
    some = {**asked, "most": most, "before": most * (page - 1)}
    return Overview(
        lines=_lines(session, plan_rows.lines(form, sort, some=True), some),
        passing=sum(row.passing for row in counted),
        counts={WORST_FIRST[row.rank]: row.number for row in counted if row.has},
        waiting=sum(row.waiting for row in counted),
        late=sum(row.late for row in counted),
    )


def leaders(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """The managers of all plans that the reader may open, by name: what a list can be narrowed to."""
    require(actor, Permission.ONBOARDING_LIST)
    rows = session.execute(_leaders(asking_as(actor)), asked_by(actor))
    return tuple((row.id, row.name) for row in rows)


@lru_cache(maxsize=16)
def _leaders(asking: Asking) -> Select[UUID, str]:
    managers = select(Plan.manager_id).where(plans_visible_to(asking))
    return select(Person.id, Person.name).where(Person.id.in_(managers)).order_by(Person.name, Person.id)


def _asked(actor: ActorFacts, wanted: PlanFilter, now: datetime) -> dict[str, object]:
    return {**parameters(actor, wanted), **plan_day.on(now)}


def _lines(session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, object]) -> tuple[PlanLine, ...]:
    # Straight from the connection: hundreds of plain tuples need nothing of the session.
    return tuple(map(PlanLine._make, session.connection().execute(statement, asked)))
