"""Planning interviews: one at a time, changed, cancelled, or a whole panel copied from another candidate."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.errors import ConflictError, InvalidError
from app.domain.hiring import InterviewKind
from app.domain.panel_plan.suggesting import Asked, Suggestion
from app.domain.panel_plan.week import week_of
from app.domain.permission import Permission
from app.queries import applications as queries
from app.queries.interviewers import Week
from app.services import interviews as services
from app.services.interviews import InterviewPlan
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.hiring import clash, job
from app.web.hiring.forms import CopyForm, InterviewForm, ReasonForm
from app.web.hiring.requisitions import stamped
from app.web.local_time import EARLIEST, LATEST, to_local, to_utc
from app.web.pages import go, page

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response

    from app.queries.applications import PlanningPage
    from app.web.hiring.clash import Beside


@job.route("/applications/<uuid:application_id>/interviews/new", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def plan_interview(application_id: UUID) -> Response | tuple[str, int]:
    """Plan an interview; the form says how often each dimension is covered so far."""
    form = InterviewForm()
    with reading() as session:
        start = queries.planning(session, current_actor(), application_id, _week(form))
    _offer(form, start)
    status = HTTPStatus.OK
    if form.is_submitted() and not form.asks:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                wanted = _typed(form)
                with writing() as session:
                    services.plan(session, current_actor(), application_id, wanted, now=now())
                return go("hiring.application", application_id=application_id, done="interview-planned", anchor="panel")
        except InvalidError as error:
            form.take(error)
    return _page(form, start, status)


@job.route("/interviews/<uuid:interview_id>/edit", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def edit_interview(interview_id: UUID) -> Response | tuple[str, int]:
    """Change an interview; somebody who owes a card on the candidate leaves the seats of others alone."""
    form = InterviewForm()
    with reading() as session:
        start = queries.replanning(session, current_actor(), interview_id, _week(form))
    _offer(form, start)
    status: HTTPStatus = HTTPStatus.OK
    beside: tuple[Beside, ...] = ()
    if not form.is_submitted():
        _fill(form, start)
    if not form.is_submitted() or form.asks:
        return _page(form, start, status)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.validate():
            wanted = _typed(form)
            with writing() as session:
                services.edit(session, current_actor(), interview_id, wanted, version=form.seen_version, now=now())
            return go(
                "hiring.application", application_id=start.header.application_id, done="interview-saved", anchor="panel"
            )
    except InvalidError as error:
        form.take(error)
    except ConflictError as error:
        status, stored = HTTPStatus.CONFLICT, InterviewForm(formdata=None)
        _offer(stored, start)
        _fill(stored, start)
        beside = clash.take(form, error, stored)
    return _page(form, start, status, beside)


@job.route("/interviews/<uuid:interview_id>/cancel", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def cancel_interview(interview_id: UUID) -> Response | tuple[str, int]:
    """Say what cancelling means, ask why, and cancel."""
    form = ReasonForm()
    with reading() as session:
        start = queries.replanning(session, current_actor(), interview_id, _week_at(now()))
    status = HTTPStatus.OK
    if form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with writing() as session:
                reason = str(form.reason.data or "")
                services.cancel(session, current_actor(), interview_id, reason=reason, now=now())
            return go(
                "hiring.application",
                application_id=start.header.application_id,
                done="interview-cancelled",
                anchor="panel",
            )
        except InvalidError as error:
            form.take(error)
    form.reason.flags.required = True
    return page(
        "hiring/cancel_interview.html",
        status=status,
        blueprint=stamped(start.requisition.stamp),
        form=form,
        application=start.header,
        requisition=start.requisition,
        interview=start.interview,
    )


@job.route("/applications/<uuid:application_id>/interviews/copy", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def copy_panel(application_id: UUID) -> Response | tuple[str, int]:
    """Plan the same interviews as for another candidate of the requisition, without their times."""
    form = CopyForm()
    with reading() as session:
        header, sources = queries.sources(session, current_actor(), application_id)
    form.offer(sources)
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                source = UUID(form.source_id.data)
                with writing() as session:
                    services.copy_panel(session, current_actor(), application_id, source, now=now())
                return go("hiring.application", application_id=application_id, done="panel-copied", anchor="panel")
        except InvalidError as error:
            form.take(error)
    return page("hiring/copy_panel.html", status=status, form=form, application=header, sources=sources)


def _offer(form: InterviewForm, start: PlanningPage) -> None:
    covered = {row.dimension.id: row.interviewers for row in start.coverage}
    form.offer(start.requisition.blueprint, covered)
    if start.interview is not None and start.header.owes:
        del form.interviewer_ids
    else:
        form.offer_people((*start.bench.suggested(_asked(form, start)), *_seated(start)))


def _seated(start: PlanningPage) -> tuple[Suggestion, ...]:
    """Who holds a seat but would get none now: they stay to be chosen, or to be taken off."""
    seats = start.interview.seats if start.interview is not None else ()
    able = {one.person_id for one in start.bench.people}
    gone = ("holds this seat, and would not be given one now",)
    return tuple(Suggestion(one.person_id, one.name, gone, advised=False) for one in seats if one.person_id not in able)


def _asked(form: InterviewForm, start: PlanningPage) -> Asked:
    """What the interview is, as far as it is typed or kept; people of other interviews meet the candidate already."""
    kept, typed = start.interview, form.is_submitted()
    kind = str(form.kind.data) if typed or kept is None else kept.kind.value
    focus = (form.focus.data or () if typed else ()) if typed or kept is None else kept.focus
    others = [one for one in start.panel.interviews if kept is None or one.interview_id != kept.interview_id]
    titles = {one.id: one.title for one in start.requisition.blueprint.scorecard.dimensions if one.id in focus}
    met = frozenset(seat.person_id for one in others for seat in one.seats)
    return Asked(InterviewKind(kind) if kind in set(InterviewKind) else InterviewKind.CONVERSATION, titles, met)


def _week(form: InterviewForm) -> Week:
    """The week of the time that is typed, else this one."""
    typed = form.starts_at.data if form.is_submitted() else None
    if typed and not EARLIEST <= typed.year <= LATEST:
        return _week_at(now())  # what is wrong with it is said once the form is looked at
    return _week_at(typed.replace(tzinfo=ZoneInfo(current_person().zone)) if typed else now())


def _week_at(moment: datetime) -> Week:
    return Week(*week_of(moment, ZoneInfo(current_person().zone)), now())


def _fill(form: InterviewForm, start: PlanningPage) -> None:
    kept = start.interview
    if kept is None:
        return
    form.kind.data, form.title.data, form.minutes.data = kept.kind.value, kept.title, kept.minutes
    form.starts_at.data, form.place.data = to_local(kept.starts_at, current_person().zone), kept.place
    form.case_study.data, form.focus.data = kept.case_study or "", list(kept.focus)
    form.version.data = str(kept.version)
    if "interviewer_ids" in form:
        form.interviewer_ids.data = [str(seat.person_id) for seat in kept.seats]


def _typed(form: InterviewForm) -> InterviewPlan:
    people = form.interviewer_ids.data or () if "interviewer_ids" in form else None
    return InterviewPlan(
        kind=InterviewKind(form.kind.data),
        title=str(form.title.data),
        focus=tuple(form.focus.data or ()),
        interviewer_ids=None if people is None else tuple(UUID(person) for person in people),
        starts_at=to_utc(form.starts_at.data, current_person().zone, "starts_at"),
        minutes=form.minutes.data or 0,
        case_study=form.case_study.data or None,
        place=str(form.place.data or ""),
    )


def _page(
    form: InterviewForm, start: PlanningPage, status: HTTPStatus, beside: tuple[Beside, ...] = ()
) -> tuple[str, int]:
    return page(
        "hiring/interview_form.html",
        status=status,
        blueprint=stamped(start.requisition.stamp),
        form=form,
        application=start.header,
        requisition=start.requisition,
        coverage=start.coverage,
        interview=start.interview,
        zone=current_person().zone,
        beside=beside,
    )
