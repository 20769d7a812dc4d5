"""A candidate's own schedule: on their clock, as a calendar file, and with a way to ask for other times."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import InvalidError
from app.formats import invitation
from app.formats.invitation import Appointment, Method
from app.queries import candidate_schedule as queries
from app.services import schedules as services
from app.services import time_zones
from app.services.invitations import when
from app.web.candidate import job
from app.web.candidate.frame import Section, candidate_page, installed
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import by_link, current_candidate
from app.web.pages import go

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.candidate_link import CandidateFacts
    from app.queries.candidate_schedule import CandidateInterview, CandidateSchedule


class ZoneForm(Form):
    """Where the candidate is."""

    zone = SelectField("Your time zone", [InputRequired("Choose a time zone.")])


class WishForm(Form):
    """What would suit the candidate, in their own words."""

    text = TextAreaField(
        "What would suit you?", [InputRequired("Write what would suit you."), Length(max=services.WISH_LIMIT)],
        description="Days and hours are enough. You need not say why.",
    )  # fmt: skip


def section(session: Session, candidate: CandidateFacts) -> Section | None:
    """The interviews on the candidate's home; one statement."""
    found = _schedule(session, candidate)
    if not found.interviews:
        return None
    return Section(
        "candidate/schedule_section.html", {"interviews": found.interviews, "zone": found.zone, "when": when}
    )


@job.get("/your-application/times")
@by_link
def times() -> tuple[str, int]:
    """Every interview that the candidate was told of, where it is, and what to do when it does not suit."""
    return _page(WishForm(formdata=None))


@job.post("/your-application/times/zone")
@by_link
def set_zone() -> Response | tuple[str, int]:
    """Keep where the candidate is."""
    form = _zone_form(posted=True)
    if form.validate_on_submit():
        with writing() as session:
            services.set_zone(session, current_candidate(), str(form.zone.data))
        return go("candidate.times", done="candidate-zone")
    return _page(WishForm(formdata=None), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/your-application/times/ask")
@by_link
def ask_for_times() -> Response | tuple[str, int]:
    """Send what would suit the candidate to who plans the interviews."""
    form = WishForm()
    try:
        if form.validate_on_submit():
            with writing() as session:
                services.ask(session, current_candidate(), str(form.text.data), now=now())
            return go("candidate.times", done="time-asked")
    except InvalidError as error:
        form.take(error)
    return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/your-application/times/interviews.ics")
@by_link
def calendar_file() -> Response:
    """All interviews as one calendar file; the same events that came by mail."""
    with reading() as session:
        found = _schedule(session, current_candidate())
    body = invitation.written([_appointment(found, one) for one in found.interviews], Method.PUBLISH)
    response = make_response(body)
    response.mimetype = invitation.MEDIA_TYPE
    response.headers.set("Content-Disposition", "attachment", filename="interviews.ics")
    return response


def _appointment(found: CandidateSchedule, one: CandidateInterview) -> Appointment:
    return Appointment(
        uid=one.invitation_id,
        number=one.number,
        title=f"{one.kind.words}: {found.role}",
        text="",
        starts_at=one.starts_at,
        minutes=one.minutes,
        zone=found.zone,
        place=one.place,
        path="",
        name=found.name,
        address=found.email,
        at=one.told_at,
    )


def _schedule(session: Session, candidate: CandidateFacts) -> CandidateSchedule:
    return queries.of(session, candidate.application_id, named=installed().name_interviewers, now=now())


def _page(
    wish_form: WishForm, zone_form: ZoneForm | None = None, *, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    with reading() as session:
        found = _schedule(session, current_candidate())
        return candidate_page(
            "candidate/times.html",
            session=session,
            status=status,
            schedule=found,
            when=when,
            wish_form=wish_form,
            zone_form=zone_form or _zone_form(zone=found.zone),
        )


def _zone_form(*, zone: str = "", posted: bool = False) -> ZoneForm:
    form = ZoneForm() if posted else ZoneForm(formdata=None, zone=zone)
    form.zone.choices = choices([("", "Choose your zone"), *((one, one) for one in time_zones.offered(zone))])
    return form
