"""The list of first years: on a page, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for

from app.domain.onboarding.plan import Health, PlanState
from app.domain.permission import Permission, Role, allow
from app.formats.csv_cells import Cell
from app.queries import plans as queries
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.narrowing import ALL, Narrowing, asked
from app.web.onboarding.rows import Rows
from app.web.pages import page

if TYPE_CHECKING:
    from flask import Response as Sent
    from werkzeug.wrappers import Response

    from app.queries.plans import Overview, PlanLine

PAGE = 100
"""So many first years are on one page: few companies have more, and more are slow to draw and to look through."""
HEADER = (
    "Hire", "Plan", "Manager", "Starts on", "State", "Health", "Next milestone", "Due on", "Signed", "Milestones",
    "Waiting for me",
)  # fmt: skip


@job.get("/onboarding")
@requires(Permission.ONBOARDING_LIST)
def plans() -> Response | tuple[str, int]:
    """The list, narrowed by its address; somebody whose only plan is their own goes straight to it."""
    wanted, moment, actor = asked(), now(), current_actor()
    teams = Role.HR_PARTNER in actor.roles
    with reading() as session:
        found = queries.overview(
            session, actor, wanted.filter, sort=wanted.sort, most=PAGE, page=wanted.page, now=moment
        )
        if not wanted.given and len(found.lines) == 1 and found.lines[0].own:
            return redirect(url_for("onboarding.plan", plan_id=found.lines[0].plan_id), 303)
        if not found.lines and found.passing:
            # The list has become shorter since its address was written down.
            return redirect(wanted.address(page=str(_last(found))), 303)
        return page(
            "onboarding/plans.html",
            session=session,
            rows=Rows(moment, teams=teams).drawn(found.lines),
            columns=_columns(wanted, teams=teams),
            found=found,
            pages=_pages(wanted, found),
            chips=_chips(wanted, found),
            wanted=wanted,
            leaders=queries.leaders(session, actor) if teams else (),
            states=(
                (PlanState.ACTIVE.value, "Running"),
                ("completed", "Completed"),
                ("closed", "Closed"),
                (ALL, "Any"),
            ),
            healths=tuple(Health),
            may_begin=may_begin(),
            may_report=allow(actor, Permission.ONBOARDING_REPORT).granted,
        )


@job.get("/onboarding.csv")
@requires(Permission.ONBOARDING_LIST)
def plans_csv() -> Sent:
    """The same lines as a file, with the same filters."""
    wanted = asked()
    with reading() as session:
        lines = queries.listing(session, current_actor(), wanted.filter, sort=wanted.sort, now=now())
    return csv_file("first years", HEADER, map(_cells, lines))


def may_begin() -> bool:
    """Whether the reader may begin a plan without a decision."""
    return allow(current_actor(), Permission.ONBOARDING_START).granted


def _cells(line: PlanLine) -> tuple[Cell, ...]:
    upcoming = line.upcoming if line.state is PlanState.ACTIVE else None
    return (
        line.hire, line.title, line.manager, line.starts_on.isoformat(), line.state.words,
        line.health.words if line.milestones else "", upcoming.title if upcoming else "",
        upcoming.due_on.isoformat() if upcoming else "", line.signed if line.whole else None,
        line.milestones if line.whole else None, line.waiting,
    )  # fmt: skip


def _columns(wanted: Narrowing, *, teams: bool) -> list[object]:
    return [
        wanted.sorting("name", "Who"),
        wanted.sorting("urgency", "How it goes"),
        wanted.sorting("due", "Next milestone"),
        {"label": "Signed", "numeric": True},
        {"label": "Waiting for you", "numeric": True},
        *([wanted.sorting("manager", "Manager")] if teams else []),
        wanted.sorting("start", "Started"),
    ]


def _pages(wanted: Narrowing, found: Overview) -> tuple[str, str, str]:
    """The addresses of the page before and after this one, and which of how many is shown; empty for none."""
    last = _last(found)
    before = wanted.address(page=str(wanted.page - 1)) if wanted.page > 1 and last else ""
    after = wanted.address(page=str(wanted.page + 1)) if wanted.page < last else ""
    first = (wanted.page - 1) * PAGE + 1
    shown = f"{first} to {first + len(found.lines) - 1} of {found.passing}" if found.lines and last > 1 else ""
    return before, after, shown


def _last(found: Overview) -> int:
    return -(-found.passing // PAGE)


def _chips(wanted: Narrowing, found: Overview) -> list[tuple[Health | None, str, int, str, bool]]:
    """What the list can be narrowed to at a touch: a health or none, its words, how many, its address, chosen."""
    plain: dict[str, str | None] = {"health": None, "mine": None, "late": None}
    chips: list[tuple[Health | None, str, int, str, bool]] = []
    if found.waiting or wanted.mine:
        address = wanted.address(**plain) if wanted.mine else wanted.address(**{**plain, "mine": "1"})
        chips.append((None, "Waiting for your signature", found.waiting, address, wanted.mine))
    for one in Health:
        count, chosen = found.counts.get(one, 0), wanted.health is one
        if count or chosen:
            address = wanted.address(**{**plain, "health": None if chosen else one.value})
            chips.append((one, one.words, count, address, chosen))
    return chips
