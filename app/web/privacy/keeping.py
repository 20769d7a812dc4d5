"""How long what is kept: what is due, the rules, holds, the log of what went, and the data map."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission, allow
from app.domain.privacy.data_map import DATA_MAP, About
from app.domain.privacy.retention import Jurisdiction
from app.queries import holds as hold_queries
from app.queries import privacy as queries
from app.services import holds, retention
from app.services.due_data import due_data
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.privacy import job
from app.web.privacy.forms import CELLS, PlaceForm, ReasonForm, RuleForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response


@job.get("/privacy")
@requires(Permission.PRIVACY_SEE)
def due() -> tuple[str, int]:
    """What the next run of the rules would remove, and what a hold keeps: a dry run."""
    with reading() as session:
        require(current_actor(), Permission.PRIVACY_SEE)
        found = due_data(session, today=now().date())
        return page("privacy/due.html", session=session, due=found)


@job.get("/privacy/rules")
@requires(Permission.PRIVACY_SEE)
def rules() -> tuple[str, int]:
    """How long what is kept."""
    return _rules(RuleForm())


@job.post("/privacy/rules")
@requires(Permission.RETENTION_SET)
def set_rule() -> Response | tuple[str, int]:
    """Change one cell."""
    form = RuleForm()
    if not form.validate():
        return _rules(form, 422)

    def act(session: Session) -> str:
        cell = CELLS[str(form.cell.data)]
        months, reason = form.months.data, str(form.reason.data)
        retention.set_rule(session, current_actor(), cell, months=months, reason=reason, now=now())
        return ""

    try:
        form.once(act)
    except InvalidError as error:
        form.take(error)
        return _rules(form, 422)
    return go("privacy.rules", done="rule-set")


@job.get("/privacy/holds")
@requires(Permission.PRIVACY_SEE)
def held() -> tuple[str, int]:
    """Legal holds."""
    with reading() as session:
        lines = hold_queries.hold_lines(session, current_actor())
        may_lift = allow(current_actor(), Permission.RETENTION_SET).granted
        return page("privacy/holds.html", session=session, holds=lines, may_lift=may_lift)


@job.route("/privacy/holds/<uuid:hold_id>/lift", methods=["GET", "POST"])
@requires(Permission.HOLD_SET)
def lift(hold_id: UUID) -> Response | tuple[str, int]:
    """Ask why, then lift a hold."""
    form = ReasonForm()

    def act(session: Session) -> str:
        holds.lift(session, current_actor(), hold_id, reason=str(form.reason.data), now=now())
        return ""

    if form.is_submitted():
        try:
            if form.validate():
                form.once(act)
                return go("privacy.held", done="hold-lifted")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        holds.liftable(session, current_actor(), hold_id)
        hold = hold_queries.hold_line(session, current_actor(), hold_id)
        status = 422 if form.is_submitted() else 200
        return page("privacy/lift.html", session=session, form=form, hold=hold, status=status)


@job.get("/privacy/log")
@requires(Permission.PRIVACY_SEE)
def log() -> tuple[str, int]:
    """What the rules removed."""
    with reading() as session:
        lines = queries.purge_lines(session, current_actor())
        return page("privacy/log.html", session=session, lines=lines)


@job.get("/privacy/map")
@requires(Permission.PRIVACY_SEE)
def data_map() -> tuple[str, int]:
    """What is kept where, what for, and how long."""
    held_by = {
        about: sorted((one, DATA_MAP[one]) for one in DATA_MAP if DATA_MAP[one].about is about) for about in About
    }
    return page("privacy/map.html", held_by=held_by)


@job.get("/privacy/opening/<uuid:need_id>")
@requires(Permission.PRIVACY_SEE)
def need(need_id: UUID) -> tuple[str, int]:
    """Whose law holds for an opening, and a hold on everybody who applied."""
    return _need(need_id, PlaceForm(formdata=None), ReasonForm(formdata=None))


@job.post("/privacy/opening/<uuid:need_id>/law")
@requires(Permission.RETENTION_SET)
def place(need_id: UUID) -> Response | tuple[str, int]:
    """Say whose law holds."""
    form = PlaceForm()
    if not form.validate():
        return _need(need_id, form, ReasonForm(formdata=None), 422)

    def act(session: Session) -> str:
        retention.set_jurisdiction(session, current_actor(), need_id, Jurisdiction(form.place.data), now=now())
        return ""

    form.once(act)
    return go("privacy.need", need_id=need_id, done="place-set")


@job.post("/privacy/opening/<uuid:need_id>/hold")
@requires(Permission.HOLD_SET)
def hold_need(need_id: UUID) -> Response | tuple[str, int]:
    """Hold everybody who applied to an opening."""
    form = ReasonForm()

    def act(session: Session) -> str:
        holds.hold_requisition(session, current_actor(), need_id, reason=str(form.reason.data), now=now())
        return ""

    try:
        if form.validate():
            form.once(act)
            return go("privacy.need", need_id=need_id, done="hold-set")
    except InvalidError as error:
        form.take(error)
    return _need(need_id, PlaceForm(formdata=None), form, 422)


def _rules(form: RuleForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        lines = queries.rule_lines(session, current_actor(), today=now().date())
        return page(
            "privacy/rules.html", session=session, lines=lines, form=form,
            decided=queries.rules_decided(session, current_actor()),
            may_set=allow(current_actor(), Permission.RETENTION_SET).granted, status=status,
        )  # fmt: skip


def _need(need_id: UUID, form: PlaceForm, hold: ReasonForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        found = queries.need_page(session, current_actor(), need_id)
        if not form.is_submitted():
            form.place.data = found.place.value
        return page("privacy/need.html", session=session, need=found, form=form, hold=hold, status=status)
