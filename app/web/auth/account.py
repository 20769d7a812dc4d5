"""The person's own account: password, time zone, other browsers."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from zoneinfo import available_timezones

from flask import request, session

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.services import accounts, reminders, sessions
from app.web.auth import job
from app.web.auth.forms import PasswordForm, ZoneForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import choices
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.web.sessions import BrowserSession


@job.get("/account")
@requires(Permission.ACCOUNT_KEEP)
def account() -> tuple[str, int]:
    """Show what the person can change about their account."""
    return _page(PasswordForm(formdata=None), _zone_form())


@job.post("/account/password")
@requires(Permission.ACCOUNT_KEEP)
def password() -> Response | tuple[str, int]:
    """Change the password; every other browser is signed out."""
    form = PasswordForm()
    browser = cast("BrowserSession", session)
    if form.validate_on_submit():
        try:
            with writing() as database:
                old, new = str(form.old.data), str(form.new.data)
                accounts.change_password(database, current_actor(), old=old, new=new, keep=browser.token, now=now())
            return go("auth.account", done="password-changed")
        except InvalidError as error:
            form.take(error)
    return _page(form, _zone_form(), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/account/zone")
@requires(Permission.ACCOUNT_KEEP)
def zone() -> Response | tuple[str, int]:
    """Choose the zone in which times are shown."""
    form = _zone_form(posted=True)
    if form.validate_on_submit():
        with writing() as database:
            accounts.set_zone(database, current_actor(), str(form.zone.data), now=now())
        return go("auth.account", done="zone-changed")
    return _page(PasswordForm(formdata=None), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/account/reminders")
@requires(Permission.ACCOUNT_KEEP)
def reminders_of_soon() -> Response:
    """Switch mail about what is only due soon on or off."""
    with writing() as database:
        reminders.want_soon(database, current_actor(), wanted=request.form.get("soon") == "on", now=now())
    return go("auth.account", done="reminders-changed", anchor="reminders")


@job.post("/account/sessions")
@requires(Permission.ACCOUNT_KEEP)
def end_sessions() -> Response:
    """Sign out every other browser."""
    browser = cast("BrowserSession", session)
    with writing() as database:
        sessions.end_all(database, current_person().person_id, but=browser.token)
    return go("auth.account", done="sessions-ended")


def _zone_form(*, posted: bool = False) -> ZoneForm:
    form = ZoneForm() if posted else ZoneForm(formdata=None, zone=current_person().zone)
    form.zone.choices = choices((zone, zone.replace("_", " ")) for zone in _zones())
    return form


@cache
def _zones() -> tuple[str, ...]:
    # Looking hundreds of files up takes longer than the rest of the page, and they are the same all day.
    return tuple(sorted(available_timezones()))


def _page(password_form: PasswordForm, zone_form: ZoneForm, *, status: int = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as database:
        others = sessions.count(database, current_person().person_id) - 1
        return page(
            "auth/account.html",
            status=status,
            session=database,
            person=current_person(),
            others=others,
            reminds=reminders.wants_soon(database, current_person().person_id),
            password_form=password_form,
            zone_form=zone_form,
        )
