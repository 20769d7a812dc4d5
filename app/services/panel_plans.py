"""The plan of a requisition's interviews: saved as a whole, and carried out for one candidate after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError
from app.domain.hiring import InterviewKind, RequisitionState
from app.domain.panel_plan.rows import PlanRow
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.models.blueprint import BlueprintVersion
from app.models.facts import application_facts, requisition_facts
from app.models.panel_plan import PanelPlan, PanelPlanFocus, PanelPlanRow
from app.models.requisition import Requisition
from app.services import audit, interviews
from app.services.interviews import InterviewPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts

MOST_ROWS, MOST_RATERS, MOST_MINUTES = 12, 20, 2880
SHORTEST, LONGEST = interviews.SHORTEST, interviews.LONGEST
_STALE = "Somebody changed this plan while you were writing. Load the page again and repeat your change."


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A whole plan; ``minutes`` is what a candidate may be asked to spend on it."""

    minutes: int
    rows: tuple[PlanRow, ...]


def save(
    session: Session, actor: ActorFacts, requisition_id: UUID, wanted: PlanDraft, *, version: int, now: datetime
) -> None:
    """Keep a plan in place of the one before; ``version`` is that one's, 0 when there was none.

    Interviews that were planned by an earlier one stay as they are. Gaps are no faults: a plan may be half done.
    """
    session.execute(select(Requisition.id).where(Requisition.id == requisition_id).with_for_update())
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.PANEL_PLAN, facts)
    if facts.state is RequisitionState.CLOSED:
        message = "This requisition is closed, so its plan stays as it is."
        raise NotAllowedError(message)
    plan = session.get(PanelPlan, requisition_id)
    kept = plan.version if plan else 0
    if kept != version:
        raise ConflictError(_STALE, current_version=kept)
    _refuse(_faults(_blueprint(session, requisition_id), wanted))
    plan = plan or PanelPlan(requisition_id=requisition_id)
    plan.minutes, plan.saved_at, plan.saved_by_id = wanted.minutes, now, actor.person_id
    session.add(plan)
    _write_rows(session, plan, wanted.rows)
    payload = {"minutes": wanted.minutes, "rows": [_told(row) for row in wanted.rows]}
    audit.record(session, actor, "panel_plan.save", f"requisition/{requisition_id}", now=now, payload=payload)


def carry_out(
    session: Session, actor: ActorFacts, application_id: UUID, seats: Mapping[UUID, Sequence[UUID]], *, now: datetime
) -> tuple[UUID, ...]:
    """Plan the interviews of these rows for one candidate, each with these people; return their ids, in order.

    All of them or none. A fault about the people of a row is in the field ``seats-<row id>``.
    """
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    rows = session.scalars(
        select(PanelPlanRow)
        .where(PanelPlanRow.requisition_id == facts.requisition_id, PanelPlanRow.id.in_(list(seats)))
        .order_by(PanelPlanRow.position)
    ).all()
    if not seats:
        raise InvalidError((Fault("rows", "Choose at least one interview to plan."),))
    if len(rows) != len(seats):
        raise ConflictError(_STALE)
    made = tuple(_plan(session, actor, application_id, row, seats[row.id], now=now) for row in rows)
    payload = {"interviews": [str(interview_id) for interview_id in made]}
    audit.record(session, actor, "panel_plan.carry_out", f"application/{application_id}", now=now, payload=payload)
    return made


def _plan(
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    row: PanelPlanRow,
    people: Sequence[UUID],
    *,
    now: datetime,
) -> UUID:
    wanted = InterviewPlan(
        kind=row.kind,
        title=row.title,
        focus=tuple(focus.dimension for focus in row.focus),
        interviewer_ids=tuple(people),
        minutes=row.minutes,
        case_study=row.case_study,
    )
    try:
        return interviews.plan(session, actor, application_id, wanted, now=now)
    except InvalidError as error:
        said = tuple(Fault(f"seats-{row.id}", f"{row.title}: {fault.message}") for fault in error.faults)
        raise InvalidError(said) from error


def _write_rows(session: Session, plan: PanelPlan, rows: Sequence[PlanRow]) -> None:
    # The rows lie in tables of their own: without this a change of them alone would not count as one.
    flag_modified(plan, "minutes")
    # Places are taken once each, so the old rows go before new ones come.
    plan.rows.clear()
    session.flush()
    plan.rows.extend(
        PanelPlanRow(
            position=position,
            kind=row.kind,
            title=one_line(row.title),
            minutes=row.minutes,
            raters=row.raters,
            case_study=row.case_study if row.kind is InterviewKind.CASE_STUDY else None,
            focus=[PanelPlanFocus(dimension=dimension) for dimension in sorted(set(row.focus))],
        )
        for position, row in enumerate(rows)
    )
    session.flush()


def _blueprint(session: Session, requisition_id: UUID) -> Blueprint:
    body = session.scalars(
        select(BlueprintVersion.body)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .where(Requisition.id == requisition_id)
    ).one()
    return from_canonical(body)


def _faults(blueprint: Blueprint, wanted: PlanDraft) -> list[Fault]:
    faults = []
    if not SHORTEST <= wanted.minutes <= MOST_MINUTES:
        faults.append(Fault("minutes", f"Write {SHORTEST} to {MOST_MINUTES} minutes."))
    if len(wanted.rows) > MOST_ROWS:
        faults.append(Fault("rows", f"A plan has at most {MOST_ROWS} interviews. Take some out."))
    for place, row in enumerate(wanted.rows):
        faults += _row_faults(blueprint, f"rows-{place}", row)
    return faults


def _row_faults(blueprint: Blueprint, field: str, row: PlanRow) -> list[Fault]:
    title = one_line(row.title)
    faults = [*text_faults(f"{field}-title", "a title", title, limit=interviews.TITLE_LIMIT, required=True)]
    if not SHORTEST <= row.minutes <= LONGEST:
        faults.append(Fault(f"{field}-minutes", f"Write {SHORTEST} to {LONGEST} minutes."))
    if not 1 <= row.raters <= MOST_RATERS:
        faults.append(Fault(f"{field}-raters", f"Write 1 to {MOST_RATERS} people."))
    if not row.focus or set(row.focus) - {dimension.id for dimension in blueprint.scorecard.dimensions}:
        faults.append(Fault(f"{field}-focus", "Tick at least one dimension for this interview to look at."))
    cases = {case.id for case in blueprint.case_studies}
    if row.kind is InterviewKind.CASE_STUDY and row.case_study not in cases:
        faults.append(Fault(f"{field}-case_study", "Choose the case that the candidate works on."))
    return faults


def _told(row: PlanRow) -> dict[str, object]:
    return {
        "kind": row.kind.value,
        "title": one_line(row.title),
        "minutes": row.minutes,
        "raters": row.raters,
        "focus": sorted(set(row.focus)),
        "case_study": row.case_study or "",
    }


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
