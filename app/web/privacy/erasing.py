"""Erasures: the list, one with its answer, and the certificate."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app

from app.domain.errors import AlreadyDoneError, InvalidError
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.permission import Permission
from app.formats import erasure_register
from app.queries import privacy as queries
from app.services import erasures, wiping
from app.web.clock import now
from app.web.database import engine, reading, writing
from app.web.documents import send
from app.web.downloads import folder
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page
from app.web.privacy import job
from app.web.privacy.forms import AnswerForm, GoAheadForm

if TYPE_CHECKING:
    from flask import Response
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.settings import Settings


_PATIENCE = 5.0
"""Seconds that whoever approved waits for others to end; what is left then is done by the next daily round."""


@job.get("/privacy/erasures")
@requires(Permission.PRIVACY_SEE)
def erased() -> tuple[str, int]:
    """Erasures that wait, were done or refused."""
    with reading() as session:
        lines = queries.erasure_lines(session, current_actor())
        return page("privacy/erasures.html", session=session, lines=lines)


@job.get("/privacy/erasures/<uuid:erasure_id>")
@requires(Permission.PRIVACY_SEE)
def erasure(erasure_id: UUID) -> tuple[str, int]:
    """One erasure."""
    return _page(erasure_id, GoAheadForm(formdata=None), AnswerForm(formdata=None))


@job.post("/privacy/erasures/<uuid:erasure_id>/approve")
@requires(Permission.ERASURE_APPROVE)
def approve(erasure_id: UUID) -> AnyResponse | tuple[str, int]:
    """Erase; what cannot be done inside the transaction is done right after it."""
    form = GoAheadForm()
    if not form.validate():
        return _page(erasure_id, form, AnswerForm(formdata=None), 422)
    settings = _settings()
    register = settings.instance / erasure_register.NAME

    def act(session: Session) -> str:
        erasures.approve(
            session, current_actor(), erasure_id, keys=AnswerKeys.of(str(current_app.secret_key)),
            register=register, now=now(), alone=settings.single_handed,
        )  # fmt: skip
        return ""

    # A form that is sent twice gets its answer below.
    with suppress(AlreadyDoneError), writing() as session:
        erasures.announce(session, current_actor(), erasure_id, now=now(), alone=settings.single_handed)
    try:
        form.once(act)
    except BaseException:
        erasures.settle(engine(), register, now=now())
        raise
    try:
        erasures.settle(engine(), register, now=now())
    finally:
        # It is committed: whatever the register is like, its files and pages must not stay on the disk.
        wiping.finish(engine(), folder(), now=now(), patience=_PATIENCE)
    return go("privacy.erasure", erasure_id=erasure_id, done="erasure-done")


@job.post("/privacy/erasures/<uuid:erasure_id>/refuse")
@requires(Permission.ERASURE_REFUSE)
def refuse(erasure_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say no, with a reason."""
    form = AnswerForm()

    def act(session: Session) -> str:
        erasures.refuse(session, current_actor(), erasure_id, answer=str(form.answer.data), now=now())
        return ""

    try:
        if form.validate():
            form.once(act)
            return go("privacy.erasure", erasure_id=erasure_id, done="erasure-refused")
    except InvalidError as error:
        form.take(error)
    return _page(erasure_id, GoAheadForm(formdata=None), form, 422)


@job.get("/privacy/erasures/<uuid:erasure_id>.pdf")
@requires(Permission.PRIVACY_SEE)
def certificate(erasure_id: UUID) -> Response:
    """The certificate of a finished erasure."""
    with reading() as session:
        found = queries.certificate(session, current_actor(), erasure_id, zone=current_person().zone)
    return send("erasure", found, name=f"erasure {str(erasure_id)[:8]}")


def _page(erasure_id: UUID, sure: GoAheadForm, no: AnswerForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        found = queries.erasure_page(session, current_actor(), erasure_id, alone=_settings().single_handed)
        return page("privacy/erasure.html", session=session, erasure=found, sure=sure, no=no, status=status)


def _settings() -> Settings:
    settings: Settings = current_app.config["PLUMBLINE"]
    return settings
