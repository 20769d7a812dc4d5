"""People and levels: who stands where and reports to whom, as a list, as a file, and one by one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.formats.csv_cells import Cell
from app.queries import eligible, ladders
from app.queries.eligible import NOBODY, PlacedFilter
from app.services import placements as services
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.placing_form import LevelForm, LineForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from flask import Response as Sent
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.eligible import Placed
    from app.services.placements import Placing

MOST_ROWS, MOST_IN_FILE = 500, 100_000
HEADER = ("name", "email", "manager", "team", "role", "level", "since")
_LONGEST = 200


@job.get("/ladder/people")
@requires(Permission.PLACEMENT_KEEP)
def placements() -> tuple[str, int]:
    """Everybody with an open account, narrowed by the address."""
    wanted = _asked()
    with reading() as session:
        found = eligible.everybody(session, current_actor(), wanted, today=now().date(), most=MOST_ROWS)
        return page(
            "ladder/placements.html", session=session, found=found, wanted=wanted, given=_given(wanted),
            nobody=NOBODY, me=current_actor().person_id,
        )  # fmt: skip


@job.get("/ladder/people.csv")
@requires(Permission.PLACEMENT_KEEP)
def placements_csv() -> Sent:
    """The same people as a file, which can be changed and imported again."""
    with reading() as session:
        found = eligible.everybody(session, current_actor(), _asked(), today=now().date(), most=MOST_IN_FILE)
    return csv_file("people and levels", HEADER, map(_cells, found.lines))


@job.get("/ladder/people/<uuid:person_id>")
@requires(Permission.PLACEMENT_KEEP)
def place_of(person_id: UUID) -> tuple[str, int]:
    """One person: where they stood and stand, and the forms to change it."""
    with reading() as session:
        return _drawn(session, person_id)


@job.post("/ladder/people/<uuid:person_id>/level")
@requires(Permission.PLACEMENT_KEEP)
def place(person_id: UUID) -> Response | tuple[str, int]:
    """Record a level from a day on."""
    form = LevelForm()
    with reading() as session:
        form.offer(ladders.ladders(session))
    if form.validate():
        try:
            form.once(lambda session: _placed(session, form.placing(person_id)))
            return go("ladder.place_of", person_id=person_id, done="level-recorded")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        return _drawn(session, person_id, level_form=form)


@job.post("/ladder/people/<uuid:person_id>/line")
@requires(Permission.PLACEMENT_KEEP)
def report_to(person_id: UUID) -> Response | tuple[str, int]:
    """Record whom somebody reports to, and their team."""
    form = LineForm()
    with reading() as session:
        placed, _ = eligible.person(session, current_actor(), person_id, today=now().date())
        form.offer(_choosable(session), placed)
    if form.validate():
        try:
            form.once(lambda session: _reported(session, person_id, form))
            return go("ladder.place_of", person_id=person_id, done="line-recorded")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        return _drawn(session, person_id, line_form=form)


def _placed(session: Session, one: Placing) -> str:
    actor, moment = current_actor(), now()
    placed = services.place(session, actor, one.person_id, one.role, one.level, one.since, one.reason, now=moment)
    return str(placed)


def _reported(session: Session, person_id: UUID, form: LineForm) -> str:
    services.report_to(session, current_actor(), person_id, form.chosen, str(form.team.data or ""), now=now())
    return str(person_id)


def _drawn(
    session: Session, person_id: UUID, *, level_form: LevelForm | None = None, line_form: LineForm | None = None
) -> tuple[str, int]:
    today = now().date()
    placed, history = eligible.person(session, current_actor(), person_id, today=today)
    level, line = level_form or LevelForm(formdata=None), line_form or LineForm(formdata=None)
    level.offer(ladders.ladders(session))
    line.offer(_choosable(session), placed)
    if level_form is None:
        level.level.data, level.since.data = f"{placed.role}/{placed.level}", today
    if line_form is None:
        line.manager_id.data, line.team.data = str(placed.manager_id or ""), placed.team
    wrong = bool(level.errors or line.errors)
    return page(
        "ladder/person.html", status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK, session=session,
        placed=placed, history=history, level=level, line=line, own=placed.person_id == current_actor().person_id,
        today=today,
    )  # fmt: skip


def _choosable(session: Session) -> list[tuple[UUID, str]]:
    everybody = eligible.candidates(session, current_actor(), today=now().date())
    return [(one.person_id, one.name) for one in everybody]


def _asked() -> PlacedFilter:
    given = request.args
    words = " ".join("".join(filter(str.isprintable, given.get("q", ""))).split())[:_LONGEST]
    return PlacedFilter(words, given.get("team", ""), given.get("manager", ""), given.get("level", ""))


def _given(wanted: PlacedFilter) -> dict[str, str]:
    every = {"q": wanted.words, "team": wanted.team, "manager": wanted.manager, "level": wanted.level}
    return {name: value for name, value in every.items() if value}


def _cells(one: Placed) -> tuple[Cell, ...]:
    since = one.since.isoformat() if one.since else ""
    return (one.name, one.email, one.manager_email, one.team, one.role, one.level, since)
