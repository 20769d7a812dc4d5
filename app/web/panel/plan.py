"""The plan of a requisition: interviews beside dimensions, with gaps and overload said at once."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import make_response, render_template, request

from app.domain.errors import ConflictError, InvalidError
from app.domain.hiring import RequisitionState
from app.domain.panel_plan.proposing import propose
from app.domain.panel_plan.rows import Review, Room, review
from app.domain.permission import Permission
from app.queries import panel_plans as queries
from app.services import panel_plans as services
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.panel import job
from app.web.panel.plan_form import PlanForm

if TYPE_CHECKING:
    from flask import Response as FlaskResponse
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.panel_plan.proposing import Proposal
    from app.queries.panel_plans import PlanPage

MOST_MINUTES = services.MOST_MINUTES


@job.route("/requisitions/<uuid:requisition_id>/plan", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def plan(requisition_id: UUID) -> Response | tuple[str, int]:
    """Edit the plan; ``?propose=yes`` fills in one that is made from the blueprint, for ``?minutes=``."""
    form = PlanForm()
    with reading() as session:
        start = queries.editor(session, current_actor(), requisition_id)
        if not form.is_submitted():
            return _begin(session, form, start)
    form.leave_out()
    if form.acts == "add":
        form.add()
    form.offer(start.header.blueprint)
    return _save(form, start) if form.acts == "save" else _draw(form, start)


@job.post("/requisitions/<uuid:requisition_id>/plan/check")
@requires(Permission.PANEL_PLAN)
def check_plan(requisition_id: UUID) -> FlaskResponse:
    """What the plan that is being typed comes to, as a piece of the page; nothing is kept."""
    form = PlanForm()
    with reading() as session:
        start = queries.editor(session, current_actor(), requisition_id)
    form.leave_out()
    form.offer(start.header.blueprint)
    found, room = _review(form, start)
    return make_response(render_template("panel/plan_checked.html", review=found, room=room))


@job.get("/requisitions/<uuid:requisition_id>/plan.csv")
@requires(Permission.PANEL_PLAN)
def plan_csv(requisition_id: UUID) -> FlaskResponse:
    """One line an interview, one column a dimension."""
    with reading() as session:
        start = queries.editor(session, current_actor(), requisition_id)
    dimensions = start.header.blueprint.scorecard.dimensions
    lines = [
        (
            row.title, row.kind.words, row.minutes, row.raters, row.case_study or "",
            *("yes" if each.id in row.focus else "" for each in dimensions),
        )
        for _, row in start.plan.rows
    ]  # fmt: skip
    header = ("Interview", "Kind", "Minutes", "People", "Case", *(each.title for each in dimensions))
    return csv_file("interview-plan", header, lines)


def _begin(session: Session, form: PlanForm, start: PlanPage) -> tuple[str, int]:
    minutes, proposal = start.plan.minutes, None
    form.version.data = str(start.plan.version)
    rows = tuple(row for _, row in start.plan.rows)
    if request.args.get("propose") == "yes":
        wanted = request.args.get("minutes", type=int) or minutes
        minutes = min(max(wanted, services.SHORTEST), MOST_MINUTES)
        proposal = propose(start.header.blueprint, frozenset(start.header.musts), replace(start.room, minutes=minutes))
        rows = proposal.rows
    form.show(minutes, rows)
    form.offer(start.header.blueprint)
    return _draw(form, start, session=session, proposal=proposal)


def _save(form: PlanForm, start: PlanPage) -> Response | tuple[str, int]:
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    clash = ""
    try:
        if form.validate():
            requisition_id, version = start.header.requisition_id, form.seen_version
            with writing() as session:
                services.save(session, current_actor(), requisition_id, form.draft, version=version, now=now())
            return go("panel.plan", requisition_id=requisition_id, done="plan-kept")
    except InvalidError as error:
        form.take(error)
    except ConflictError as error:
        status, clash = HTTPStatus.CONFLICT, str(error)
        form.version.data = str(error.current_version or 0)
    return _draw(form, start, status, clash=clash)


def _review(form: PlanForm, start: PlanPage) -> tuple[Review, Room]:
    draft = form.draft
    room = replace(start.room, minutes=draft.minutes)
    titles = {each.id: each.title for each in start.header.blueprint.scorecard.dimensions}
    return review(draft.rows, titles, room), room


def _draw(
    form: PlanForm,
    start: PlanPage,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    session: Session | None = None,
    proposal: Proposal | None = None,
    clash: str = "",
) -> tuple[str, int]:
    found, room = _review(form, start)
    return page(
        "panel/plan.html",
        status=status,
        session=session,
        blueprint=f"{start.header.stamp.title}, version {start.header.stamp.number}",
        form=form,
        requisition=start.header,
        kept=start.plan,
        review=found,
        room=room,
        proposal=proposal,
        clash=clash,
        open=start.header.state is not RequisitionState.CLOSED,
        most=services.MOST_ROWS,
    )
