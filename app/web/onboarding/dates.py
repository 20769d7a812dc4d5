"""The dates of a plan: everything they are made from, what a change would move, and only then the change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request
from wtforms import DateField, HiddenField
from wtforms.validators import Optional

from app.domain.errors import ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import goal_desk, plan_schedule
from app.services import plan_dates
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.goal_forms import number
from app.web.onboarding.schedule_changes import changes, left_out
from app.web.onboarding.schedule_form import ScheduleForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.onboarding.plan import Shift
    from app.formats.holiday_calendar import CalendarDays
    from app.queries.plan_schedule import MilestoneDate, PlanSchedule
    from app.services.plan_dates import ScheduleDraft


class PinForm(Form):
    """The day to which one milestone is held."""

    version = HiddenField(default="0")
    day = DateField("Held to", [Optional()])


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A wanted schedule, what it moves, and what a calendar file added to it."""

    wanted: ScheduleDraft
    moves: tuple[Shift, ...]
    read: CalendarDays | None

    @property
    def mark(self) -> str:
        """A short text that changes with anything that the reader was shown."""
        shown = [f"{one.key}:{one.before}:{one.after}:{one.stays}" for one in self.moves]
        return hashlib.sha256(repr((self.wanted, shown)).encode()).hexdigest()[:32]


@job.route("/onboarding/<uuid:plan_id>/dates", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def dates(plan_id: UUID) -> Response | tuple[str, int]:
    """First the form, then the same form with what would move, then the change: exactly what was shown."""
    form, wanted = ScheduleForm(), request.form.get("step", "")
    form.prepare()
    if not form.is_submitted() or form.step(wanted):
        return _page(plan_id, form, filled=form.is_submitted())
    if not form.validate():
        return _page(plan_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with reading() as session:
            found = _reckon(session, plan_id, form)
        if wanted == "apply" and form.seen.data == found.mark:
            return _apply(plan_id, form, found)
    except InvalidError as error:
        form.take(error)
        return _page(plan_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as error:
        form.version.data = str(error.current_version)
        form.form_errors.append("Somebody changed this plan while you were here. Look at what would move now.")
        return _page(plan_id, form, HTTPStatus.CONFLICT, found)
    return _page(plan_id, form, HTTPStatus.OK, found, changed=wanted == "apply")


@job.post("/onboarding/milestones/<uuid:milestone_id>/pin")
@requires(Permission.PLAN_EDIT)
def pin(milestone_id: UUID) -> Response | tuple[str, int]:
    """Hold a milestone to a day, or let it follow its distance from the start again."""
    form = PinForm(prefix=milestone_id.hex)
    with reading() as session:
        plan_id = goal_desk.plan_of(session, current_actor(), milestone_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            day = _held_to(form)
            with writing() as session:
                plan_dates.pin(
                    session, current_actor(), milestone_id, day, version=number(form.version.data), now=now()
                )
            return go("onboarding.dates", plan_id=plan_id, done="date-pinned", anchor="pins")
        except InvalidError as error:
            form.take(InvalidError(tuple(Fault("day", fault.message) for fault in error.faults)))
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.version.data = str(error.current_version)
            form.form_errors.append("Somebody changed this plan while you were here. Look at it, then send it again.")
    schedule = ScheduleForm(formdata=None)
    schedule.prepare()
    return _page(plan_id, schedule, status, pinning=(milestone_id, form), filled=False)


def _held_to(form: PinForm) -> date | None:
    """The day, or ``None`` to follow the start again; an empty day is more likely forgotten than meant."""
    if request.form.get("step") == "free":
        return None
    if form.day.data is None:
        raise InvalidError((Fault("day", "Choose the day to which this milestone is held."),))
    return form.day.data


def _reckon(session: Session, plan_id: UUID, form: ScheduleForm) -> Reckoned:
    today = now().date()
    wanted, read = form.draft(today)
    moves = plan_dates.preview(session, current_actor(), plan_id, wanted, today=today)
    return Reckoned(wanted, moves, read)


def _apply(plan_id: UUID, form: ScheduleForm, found: Reckoned) -> Response:
    today, version = now().date(), form.seen_version
    with writing() as session:
        plan_dates.reschedule(
            session, current_actor(), plan_id, found.wanted, today=today, version=version, now=now()
        )  # fmt: skip
    return go("onboarding.plan", plan_id=plan_id, done="dates-applied")


def _page(
    plan_id: UUID,
    form: ScheduleForm,
    status: int = HTTPStatus.OK,
    found: Reckoned | None = None,
    *,
    changed: bool = False,
    filled: bool = True,
    pinning: tuple[UUID, PinForm] | None = None,
) -> tuple[str, int]:
    with reading() as session:
        kept = plan_schedule.schedule(session, current_actor(), plan_id)
        if not filled:
            form.begin(kept)
        form.leave_room()
        form.seen.data = found.mark if found else ""
        return page(
            "onboarding/dates.html",
            status=status,
            session=session,
            form=form,
            kept=kept,
            found=found,
            moved=sum(bool(one.days) for one in found.moves) if found else 0,
            changes=changes(kept, found.wanted) if found else (),
            left_out=left_out(found.read) if found and found.read else (),
            changed=changed,
            pins=_pins(kept, pinning),
            wrong=pinning[1] if pinning else form,
        )


def _pins(kept: PlanSchedule, pinning: tuple[UUID, PinForm] | None) -> list[tuple[MilestoneDate, PinForm]]:
    """A form for each milestone whose date can still change."""
    forms: list[tuple[MilestoneDate, PinForm]] = []
    for one in kept.milestones:
        if one.settled is None:
            fresh = PinForm(formdata=None, prefix=one.milestone_id.hex, version=str(kept.version), day=one.pinned)
            fresh.day.flags.required = True
            forms.append((one, pinning[1] if pinning and pinning[0] == one.milestone_id else fresh))
    return forms
