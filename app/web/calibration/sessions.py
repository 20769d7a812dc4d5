"""Sessions: the list on a page and as a file, one of them, a new one, and how oneself votes beside others."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for

from app.domain.errors import InvalidError
from app.domain.growth.calibration import CalibrationState
from app.domain.permission import Permission, allow
from app.queries import calibration_choosing, calibration_page, calibrations
from app.services import calibrations as services
from app.web.calibration import job
from app.web.calibration.forms import HandOverForm, OpenForm, SessionForm
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.looking import words
from app.web.pages import go, page

if TYPE_CHECKING:
    from flask import Response as Sent
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.calibrations import SessionLine

MOST_ROWS, MOST_PAGES = 10_000, 1_000


@job.get("/calibrations")
@requires(Permission.CALIBRATION_LIST)
def sessions() -> tuple[str, int]:
    """The sessions that somebody may see, narrowed by the address."""
    state, text = request.args.get("state", type=CalibrationState), words()
    number = min(max(1, request.args.get("page", default=1, type=int)), MOST_PAGES)
    with reading() as session:
        skip = (number - 1) * calibrations.PAGE
        lines = calibrations.listed(session, current_actor(), state=state, text=text, skip=skip)
        return page(
            "calibration/sessions.html",
            session=session,
            lines=lines[: calibrations.PAGE],
            state=state,
            text=text,
            states=tuple(CalibrationState),
            narrowed=bool(state or text),
            previous_url=_page_url(number - 1, state, text) if number > 1 else "",
            next_url=_page_url(number + 1, state, text) if len(lines) > calibrations.PAGE else "",
            last_url=_last_url(session, state, text) if skip and not lines else "",
            may_open=allow(current_actor(), Permission.CALIBRATION_OPEN).granted,
        )


@job.get("/calibrations.csv")
@requires(Permission.CALIBRATION_LIST)
def sessions_csv() -> Sent:
    """The same list, one line a session."""
    state, text = request.args.get("state", type=CalibrationState), words()
    with reading() as session:
        lines = calibrations.listed(session, current_actor(), state=state, text=text, limit=MOST_ROWS)
    header = ("Session", "State", "Chair", "Members", "Items", "Prepared on", "Locked on")
    return csv_file("calibrations", header, map(_row, lines))


@job.get("/calibrations/mirror")
@requires(Permission.CALIBRATION_LIST)
def mirror() -> tuple[str, int]:
    """How the reader's own votes lie beside others'; nobody else sees it."""
    with reading() as session:
        found = calibration_page.mirror(session, current_actor(), now=now())
        return page("calibration/mirror.html", session=session, mirror=found)


@job.get("/calibrations/new")
@requires(Permission.CALIBRATION_OPEN)
def new() -> tuple[str, int]:
    """The form of a new session."""
    return _new(SessionForm(formdata=None), HTTPStatus.OK)


@job.post("/calibrations/new")
@requires(Permission.CALIBRATION_OPEN)
def create() -> Response | tuple[str, int]:
    """Make a session; sent twice it is one."""
    form = SessionForm()
    with reading() as session:
        form.offer(calibration_choosing.sitters(session, current_actor()))
    if not form.validate():
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = form.once(lambda session: str(services.begin(session, current_actor(), form.sitting, now=now())))
    except InvalidError as error:
        form.take(error)
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("calibration.choose", calibration_id=UUID(made), done="calibration-begun")


@job.get("/calibrations/<uuid:calibration_id>")
@requires(Permission.CALIBRATION_SEE)
def session(calibration_id: UUID) -> tuple[str, int]:
    """One session, as this reader may see it in its present state."""
    with reading() as opened:
        return drawn(opened, calibration_id)


def drawn(
    opened: Session,
    calibration_id: UUID,
    *,
    opening: OpenForm | None = None,
    handing: HandOverForm | None = None,
    problems: tuple[str, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, int]:
    """The page of a session, also with what was typed and refused."""
    found = calibrations.page(opened, current_actor(), calibration_id)
    chairing = handing or HandOverForm(formdata=None, prefix="chair-")
    others = [(one.person_id, one.name) for one in found.members if one.person_id != found.chair_id]
    chairing.member_id.choices = choices(others)
    asked = opening or OpenForm(formdata=None, prefix="open-")
    asked.reason.flags.required = True
    return page(
        "calibration/session.html",
        session=opened,
        status=status,
        found=found,
        opening=asked,
        handing=chairing,
        problems=problems,
        states=CalibrationState,
        steps=_steps(found.state),
    )


def _new(form: SessionForm, status: HTTPStatus) -> tuple[str, int]:
    with reading() as session:
        people = calibration_choosing.sitters(session, current_actor())
        form.offer(people)
        return page("calibration/form.html", session=session, status=status, form=form, found=None)


def _steps(state: CalibrationState) -> list[tuple[str, str]]:
    order = list(CalibrationState)
    place = order.index(state)
    last = state is CalibrationState.LOCKED
    return [
        (one.words, "done" if number < place or last else "now" if number == place else "next")
        for number, one in enumerate(order)
    ]


def _last_url(session: Session, state: CalibrationState | None, text: str) -> str:
    """Where the list ends, for who went past it; an empty text where there is no list."""
    found = calibrations.listed(session, current_actor(), state=state, text=text, limit=MOST_ROWS)
    return _page_url(-(-len(found) // calibrations.PAGE), state, text) if found else ""


def _page_url(number: int, state: CalibrationState | None, text: str) -> str:
    return url_for("calibration.sessions", page=number, state=state.value if state else None, q=text or None)


def _row(line: SessionLine) -> tuple[str | int, ...]:
    locked = line.locked_at.date().isoformat() if line.locked_at else ""
    prepared = line.created_at.date().isoformat()
    return line.title, line.state.words, line.chair, line.members, line.items, prepared, locked
