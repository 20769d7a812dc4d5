"""Assessment cycles as HR sees them: the list, how far one is, and both as files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for

from app.domain.growth.cycle import CycleState
from app.domain.permission import Permission
from app.formats.csv_cells import Cell
from app.queries import cycles as queries
from app.queries.cycles import BOTH, ProgressFilter
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.pages import page

if TYPE_CHECKING:
    from flask import Response as Sent

    from app.queries.cycles import CycleHead, Line, Progress

LIST_HEADER = ("Cycle", "Blueprint", "Version", "State", "Answers in by", "Opened on", "People", "Both sides in")
PROGRESS_HEADER = ("Person", "Team", "Manager", "Answers in by", "Sides in, of two", "Talked")
_LONGEST = 200
_NUMBERS = {str(number): number for number in range(BOTH + 1)}


@job.get("/ladder/cycles")
@requires(Permission.CYCLE_KEEP)
def cycles() -> tuple[str, int]:
    """Every cycle, narrowed by its state."""
    state = _state()
    with reading() as session:
        found = queries.cycles(session, current_actor(), states=[state] if state else CycleState)
        return page(
            "ladder/cycles.html", session=session, found=found, state=state, states=tuple(CycleState),
            today=now().date(),
        )  # fmt: skip


@job.get("/ladder/cycles.csv")
@requires(Permission.CYCLE_KEEP)
def cycles_csv() -> Sent:
    """The same cycles as a file."""
    state = _state()
    with reading() as session:
        found = queries.cycles(session, current_actor(), states=[state] if state else CycleState)
    return csv_file("assessment cycles", LIST_HEADER, map(_head_cells, found))


@job.get("/ladder/cycles/<uuid:cycle_id>")
@requires(Permission.CYCLE_KEEP)
def cycle(cycle_id: UUID) -> tuple[str, int]:
    """How far a cycle is, narrowed by the address."""
    wanted, today = _asked(), now().date()
    with reading() as session:
        found = queries.progress(session, current_actor(), cycle_id, wanted, today=today)
        return page(
            "ladder/cycle.html",
            session=session,
            blueprint=_stamp(found.head),
            found=found,
            head=found.head,
            wanted=wanted,
            given=_given(wanted),
            chips=_chips(found, wanted),
            today=today,
            me=current_actor().person_id,
        )


@job.get("/ladder/cycles/<uuid:cycle_id>/people.csv")
@requires(Permission.CYCLE_KEEP)
def cycle_csv(cycle_id: UUID) -> Sent:
    """The same people as a file."""
    with reading() as session:
        found = queries.progress(session, current_actor(), cycle_id, _asked(), today=now().date())
    return csv_file(found.head.title, PROGRESS_HEADER, map(_line_cells, found.lines))


def _state() -> CycleState | None:
    return request.args.get("state", type=CycleState)


def _asked() -> ProgressFilter:
    given = request.args
    return ProgressFilter(
        words=" ".join("".join(filter(str.isprintable, given.get("q", ""))).split())[:_LONGEST],
        team=given.get("team", ""),
        manager_id=given.get("manager", type=UUID),
        sides_in=_NUMBERS.get(given.get("in", "")),
        late="late" in given,
    )


def _given(wanted: ProgressFilter) -> dict[str, str]:
    every = {
        "q": wanted.words,
        "team": wanted.team,
        "manager": str(wanted.manager_id or ""),
        "in": "" if wanted.sides_in is None else str(wanted.sides_in),
        "late": "1" if wanted.late else "",
    }
    return {name: value for name, value in every.items() if value}


def _chips(found: Progress, wanted: ProgressFilter) -> list[tuple[str, str, int, str, bool]]:
    """What the people can be narrowed to at a touch: kind of mark, words, how many, address, chosen."""
    plain = {name: value for name, value in _given(wanted).items() if name not in {"in", "late"}}
    marks = ("waiting", "open", "done")
    words = ("Nobody has answered", "One side is in", "Both sides are in")
    chips = []
    for number in range(BOTH + 1):
        chosen = wanted.sides_in == number
        address = _address(found, plain if chosen else {**plain, "in": str(number)})
        chips.append((marks[number], words[number], found.counts[number], address, chosen))
    if found.late or wanted.late:
        address = _address(found, plain if wanted.late else {**plain, "late": "1"})
        chips.append(("warn", "Past the date", found.late, address, wanted.late))
    return chips


def _address(found: Progress, given: dict[str, str]) -> str:
    return url_for("ladder.cycle", cycle_id=found.head.cycle_id, **given)  # type: ignore[arg-type]  # the names of url_for's own options are not among ours


def _stamp(head: CycleHead) -> str:
    return f"{head.stamp.title}, version {head.stamp.number}"


def _head_cells(one: CycleHead) -> tuple[Cell, ...]:
    return (
        one.title, one.stamp.title, one.stamp.number, one.state.words, one.due_on.isoformat(),
        one.opened_at.date().isoformat(), one.people, one.complete,
    )  # fmt: skip


def _line_cells(one: Line) -> tuple[Cell, ...]:
    return (one.name, one.team, one.manager, one.due_on.isoformat(), one.sides_in, "yes" if one.talked else "")
