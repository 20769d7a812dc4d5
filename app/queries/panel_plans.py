"""The plan of a requisition's interviews: to edit, to save as a file, and to carry out for a candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.panel_plan.rows import USUAL_MINUTES, PlanRow, Room
from app.domain.panel_plan.suggesting import Asked, Suggestion, seat
from app.domain.permission import Permission
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.facts import application_facts, requisition_facts
from app.models.panel_plan import PanelPlan, PanelPlanFocus, PanelPlanRow
from app.models.requisition import Requisition
from app.queries import blueprints, interviewers, panels, requisitions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.interviewers import Bench, Week
    from app.queries.panels import Panel
    from app.queries.requisitions import RequisitionHeader


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it is stored, its rows with their ids; version 0 and no rows where there is none."""

    version: int
    minutes: int
    rows: tuple[tuple[UUID, PlanRow], ...]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the plan of a requisition is edited from."""

    header: RequisitionHeader
    plan: KeptPlan

    @property
    def room(self) -> Room:
        """The panel's people, and the minutes of the candidate."""
        return Room(self.header.panel_size, self.plan.minutes)


@dataclass(frozen=True, slots=True)
class Offer:
    """An interview of the plan for one candidate: everybody who could hold it, best first, and who is proposed.

    ``planned`` holds where an interview of that title is planned for the candidate already.
    """

    row_id: UUID
    row: PlanRow
    titles: tuple[str, ...]
    people: tuple[Suggestion, ...]
    proposed: frozenset[UUID]
    planned: bool


@dataclass(frozen=True, slots=True)
class CarryPage:
    """A requisition's plan, about to be carried out for one candidate."""

    application_id: UUID
    candidate: str
    requisition_id: UUID
    requisition: str
    stamp: str
    owes: bool
    panel: Panel
    offers: tuple[Offer, ...]


def editor(session: Session, actor: ActorFacts, requisition_id: UUID) -> PlanPage:
    """The plan with its requisition, in three queries."""
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.PANEL_PLAN, facts)
    return PlanPage(requisitions.header(session, requisition_id), _kept(_rows(session, requisition_id)))


def carrying(session: Session, actor: ActorFacts, application_id: UUID, week: Week) -> CarryPage:
    """The plan beside the people who could hold its interviews with this candidate, in four queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    shown = panels.rows(session, actor, Application.id == application_id)
    rows = _rows(session, facts.requisition_id)
    first, panel = rows[0], panels.panel_of(shown, actor, facts)
    bench = interviewers.bench(session, actor, application_id, first.role, week)
    titles = {
        dimension.id: dimension.title for dimension in blueprints.of_digest(session, first.sha256).scorecard.dimensions
    }
    return CarryPage(
        application_id,
        shown[0].candidate,
        facts.requisition_id,
        first.requisition,
        f"{first.blueprint}, version {first.number}",
        facts.owes > 0,
        panel,
        _offers(_kept(rows).rows, panel, bench, titles),
    )


def _offers(
    rows: Sequence[tuple[UUID, PlanRow]], panel: Panel, bench: Bench, titles: Mapping[str, str]
) -> tuple[Offer, ...]:
    met = frozenset(one.person_id for one in panel.seats)
    there = {interview.title for interview in panel.interviews}
    asked = [Asked(row.kind, {each: titles[each] for each in titles if each in row.focus}, met) for _, row in rows]
    todo = [row.raters if row.title not in there else 0 for _, row in rows]
    seats = seat(bench.people, list(zip(asked, todo, strict=True)), bench.ties)
    return tuple(
        Offer(
            row_id,
            row,
            tuple(one.titles.values()),
            bench.suggested(one),
            frozenset(chosen),
            row.title in there,
        )
        for (row_id, row), one, chosen in zip(rows, asked, seats, strict=True)
    )


def _rows(session: Session, requisition_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The requisition beside its plan, if it has one: as many rows as focus dimensions, one at least."""
    return session.execute(
        select(
            Requisition.title.label("requisition"),
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            PanelPlan.version,
            PanelPlan.minutes.label("room"),
            PanelPlan.saved_at,
            PanelPlanRow.id,
            PanelPlanRow.kind,
            PanelPlanRow.title,
            PanelPlanRow.minutes,
            PanelPlanRow.raters,
            PanelPlanRow.case_study,
            PanelPlanFocus.dimension,
        )
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(PanelPlan, PanelPlan.requisition_id == Requisition.id)
        .outerjoin(PanelPlanRow, PanelPlanRow.requisition_id == PanelPlan.requisition_id)
        .outerjoin(PanelPlanFocus, PanelPlanFocus.row_id == PanelPlanRow.id)
        .where(Requisition.id == requisition_id)
        .order_by(PanelPlanRow.position, PanelPlanFocus.dimension)
    ).all()


def _kept(rows: Sequence[Row[*tuple[Any, ...]]]) -> KeptPlan:
    first = rows[0]
    if first.version is None:
        return KeptPlan(0, USUAL_MINUTES, (), None)
    focus: dict[UUID, list[str]] = {}
    for row in rows:
        if row.dimension is not None:
            focus.setdefault(row.id, []).append(row.dimension)
    planned = {
        row.id: PlanRow(row.kind, row.title, row.minutes, tuple(focus.get(row.id, ())), row.raters, row.case_study)
        for row in rows
        if row.id is not None
    }
    return KeptPlan(first.version, first.room, tuple(planned.items()), first.saved_at)
