"""One's own calendars, given so that interviews are planned when one is free."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app, request
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import Fault, InvalidError, TooManyError
from app.domain.outbound import allowed
from app.domain.permission import Permission
from app.formats import busy_calendar
from app.services import busy_times as services
from app.services import limits
from app.services.fetching import Fetcher
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page
from app.web.scheduling import job

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.settings import Settings

_AROUND = 100_000
_NAME = "Own calendar"
_MANY = "You gave many calendars in a short time. Wait a few minutes and give this one again."


class FileForm(Form):
    """A calendar file."""

    file = FileField(
        "Calendar file", [FileRequired("Choose a calendar file.")],
        description="Exported from your calendar program, ending in .ics. The next 60 days are read.",
    )  # fmt: skip


class AddressForm(Form):
    """An address to read again and again."""

    name = StringField("Name", [Length(max=services.NAME_LIMIT)], description="Such as “Work”. Only you see it.")
    address = StringField(
        "Address", [InputRequired("Write the address of your calendar.")],
        description="The secret or free/busy address that your calendar program shows under sharing.",
    )  # fmt: skip


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Let a calendar file be as large as is read, before anything reads the form."""
    if request.method == "POST" and endpoint == "scheduling.add_file":
        request.max_content_length = busy_calendar.SIZE_LIMIT + _AROUND


@job.get("/account/calendar")
@requires(Permission.ACCOUNT_KEEP)
def calendars() -> tuple[str, int]:
    """The calendars that the person gave, and how to give one."""
    return _page(FileForm(formdata=None), AddressForm(formdata=None))


@job.post("/account/calendar/file")
@requires(Permission.ACCOUNT_KEEP)
def add_file() -> Response | tuple[str, int]:
    """Read a calendar file once and keep its busy times."""
    form = FileForm()
    try:
        if form.validate_on_submit():
            _count()
            sent = form.file.data
            spans = busy_calendar.read(sent.read(), zone=current_person().zone, now=now())
            with writing() as session:
                services.add_file(session, current_actor(), str(sent.filename or _NAME)[:200], spans, now=now())
            return go("scheduling.calendars", done="calendar-read")
    except ValueError as error:
        form.take(InvalidError((Fault("file", str(error)),)))
    except InvalidError as error:
        form.take(error)
    return _page(form, AddressForm(formdata=None), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/account/calendar/address")
@requires(Permission.ACCOUNT_KEEP)
def add_address() -> Response | tuple[str, int]:
    """Keep an address; the worker reads it, so that no page waits for another machine."""
    form = AddressForm()
    try:
        if form.validate_on_submit():
            with writing() as session:
                services.add_address(
                    session, current_actor(), str(form.name.data or _NAME), str(form.address.data), fetcher=_fetcher(),
                    now=now(),
                )  # fmt: skip
            return go("scheduling.calendars", done="calendar-kept")
    except InvalidError as error:
        form.take(error)
    return _page(FileForm(formdata=None), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/account/calendar/<uuid:calendar_id>/remove")
@requires(Permission.ACCOUNT_KEEP)
def remove(calendar_id: UUID) -> Response:
    """Forget a calendar and its busy times."""
    with writing() as session:
        services.remove(session, current_actor(), calendar_id, now=now())
    return go("scheduling.calendars", done="calendar-removed")


@job.post("/account/calendar/<uuid:calendar_id>/again")
@requires(Permission.ACCOUNT_KEEP)
def again(calendar_id: UUID) -> Response:
    """Let an address be read in the next round."""
    with writing() as session:
        services.read_again(session, current_actor(), calendar_id)
    return go("scheduling.calendars", done="calendar-again")


def _hosts() -> tuple[str, ...]:
    settings: Settings = current_app.config["PLUMBLINE"]
    return settings.outbound_allow


def _fetcher() -> Fetcher:
    return Fetcher.of([allowed(host) for host in _hosts()])


def _count() -> None:
    """A file may keep a process busy for seconds, so few are taken in a while."""
    with writing() as session:
        wait = limits.take(session, f"calendar:{current_actor().person_id}", limits.CALENDAR_FILES, now=now())
    if wait:
        raise TooManyError(_MANY, retry_after=wait)


def _page(file_form: FileForm, address_form: AddressForm, *, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        return page(
            "scheduling/calendars.html",
            status=status,
            session=session,
            calendars=services.own(session, current_actor()),
            file_form=file_form,
            address_form=address_form,
            hosts=[allowed(host).host for host in _hosts()],
            limit=busy_calendar.LIMITS,
        )
