"""The person's own account: password, time zone, other browsers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.services import accounts, reminders, second_factor, sessions, time_zones
from app.web.auth import job, providers
from app.web.auth.browser_names import browser_words
from app.web.auth.forms import PasswordForm, ZoneForm
from app.web.clock import now
from app.web.credential_keys import password_rules, this_browser
from app.web.database import reading, writing
from app.web.forms import choices
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_NO_PASSWORDS = "Passwords open nothing here. Sign in with your company's account or a passkey."


@job.get("/account")
@requires(Permission.ACCOUNT_KEEP)
def account() -> tuple[str, int]:
    """Show what the person can change about their account."""
    return _page(_password_form(), _zone_form())


@job.post("/account/password")
@requires(Permission.ACCOUNT_KEEP)
def password() -> Response | tuple[str, int]:
    """Change the password; every other browser is signed out."""
    if not providers.passwords_open():
        raise NotAllowedError(_NO_PASSWORDS)
    form = _password_form(posted=True)
    browser = this_browser()
    if form.validate_on_submit():
        # Whoever got hold of a session shall not find the password out by trying.
        with writing() as database:
            second_factor.take_a_try(database, current_person().person_id, now=now())
        try:
            with writing() as database:
                accounts.change_password(
                    database, current_actor(), old=form.data.get("old", ""), new=str(form.new.data),
                    keep=browser.token, now=now(), rules=password_rules(),
                )  # fmt: skip
                token = sessions.prove(database, browser.token, now=now(), factor_done=False)
            browser.replace(token)
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
    return _page(_password_form(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


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
    with writing() as database:
        sessions.end_all(database, current_person().person_id, but=this_browser().token)
    return go("auth.account", done="sessions-ended", anchor="browsers")


@job.post("/account/sessions/end")
@requires(Permission.ACCOUNT_KEEP)
def end_session() -> Response:
    """Sign out one other browser."""
    with writing() as database:
        sessions.end_one(database, current_actor(), request.form.get("browser", "")[:64], now=now())
    return go("auth.account", done="session-ended", anchor="browsers")


def _password_form(*, posted: bool = False) -> PasswordForm:
    form = PasswordForm() if posted else PasswordForm(formdata=None)
    if not current_person().has_password:
        # Who came in by a provider or a passkey has no current password to repeat.
        del form.old
    return form


def _zone_form(*, posted: bool = False) -> ZoneForm:
    form = ZoneForm() if posted else ZoneForm(formdata=None, zone=current_person().zone)
    offered = time_zones.offered(current_person().zone)
    form.zone.choices = choices((zone, zone.replace("_", " ")) for zone in offered)
    return form


def _page(password_form: PasswordForm, zone_form: ZoneForm, *, status: int = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as database:
        browsers = sessions.listed(database, current_person().person_id, this_browser().token, now=now())
        return page(
            "auth/account.html",
            status=status,
            session=database,
            person=current_person(),
            browsers=[(browser_words(one.browser), one) for one in browsers],
            reminds=reminders.wants_soon(database, current_person().person_id),
            password_form=password_form,
            by_password=providers.passwords_open(),
            zone_form=zone_form,
        )
