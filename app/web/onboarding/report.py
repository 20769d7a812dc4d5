"""First years for HR: figures over a period, the lists behind them, and all of it as files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import request, url_for

from app.domain.onboarding.plan import PlanState
from app.domain.permission import Permission
from app.queries import plan_report as queries
from app.queries.plan_report import Period
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.pages import page

if TYPE_CHECKING:
    from datetime import timedelta

    from flask import Response

SHOWN = 500
_DAY = 86_400


@job.get("/onboarding/report")
@requires(Permission.ONBOARDING_REPORT)
def report() -> tuple[str, int]:
    """The figures; each leads to the plans, goals or milestones that it counts."""
    period = _period()
    with reading() as session:
        found = queries.report(session, current_actor(), period, now=now())
        return page(
            "onboarding/report.html", session=session, found=found, period=period, given=_given(period),
            states=tuple(PlanState), to_list=_to_list,
        )  # fmt: skip


@job.get("/onboarding/report.csv")
@requires(Permission.ONBOARDING_REPORT)
def report_csv() -> Response:
    """One line a team."""
    with reading() as session:
        found = queries.report(session, current_actor(), _period(), now=now())
    header = ("Manager", "Running", "Past a date", "Blocked", "At risk")
    lines = ((team.manager, team.running, team.late, team.blocked, team.at_risk) for team in found.teams)
    return csv_file("first years by team", header, lines)


@job.get("/onboarding/report/sign-offs")
@requires(Permission.ONBOARDING_REPORT)
def sign_offs() -> tuple[str, int]:
    """The goals behind the median."""
    period = _period()
    with reading() as session:
        lines = queries.sign_offs(session, current_actor(), period)
        return page(
            "onboarding/sign_offs.html", session=session, lines=lines[:SHOWN], hidden=len(lines) - SHOWN,
            given=_given(period), days=_days,
        )  # fmt: skip


@job.get("/onboarding/report/sign-offs.csv")
@requires(Permission.ONBOARDING_REPORT)
def sign_offs_csv() -> Response:
    """The same as a file."""
    with reading() as session:
        lines = queries.sign_offs(session, current_actor(), _period())
    header = ("Hire", "Manager", "Goal", "Submitted at", "Signed at", "Days")
    return csv_file(
        "sign-offs",
        header,
        (
            (
                one.hire,
                one.manager,
                one.goal,
                one.submitted_at.isoformat(),
                one.signed_at.isoformat(),
                _days(one.waited),
            )
            for one in lines
        ),
    )


@job.get("/onboarding/report/evidence")
@requires(Permission.ONBOARDING_REPORT)
def shown_milestones() -> tuple[str, int]:
    """The milestones behind the share, those without evidence first."""
    period = _period()
    with reading() as session:
        lines = queries.due_milestones(session, current_actor(), period, now=now())
        return page(
            "onboarding/shown.html", session=session, lines=lines[:SHOWN], hidden=len(lines) - SHOWN,
            given=_given(period),
        )  # fmt: skip


@job.get("/onboarding/report/evidence.csv")
@requires(Permission.ONBOARDING_REPORT)
def shown_milestones_csv() -> Response:
    """The same as a file."""
    with reading() as session:
        lines = queries.due_milestones(session, current_actor(), _period(), now=now())
    header = ("Hire", "Manager", "Milestone", "Due on", "Pieces of evidence")
    return csv_file(
        "milestones and evidence",
        header,
        ((one.hire, one.manager, one.title, one.due_on.isoformat(), one.pieces) for one in lines),
    )


def _period() -> Period:
    return Period(request.args.get("from", type=date.fromisoformat), request.args.get("to", type=date.fromisoformat))


def _given(period: Period) -> dict[str, str]:
    both = {"from": period.first, "to": period.last}
    return {name: day.isoformat() for name, day in both.items() if day is not None}


def _to_list(**choices: object) -> str:
    """The list of first years that a figure of this period counts."""
    wanted: dict[str, str] = {**_given(_period()), **{name: str(value) for name, value in choices.items()}}
    return url_for("onboarding.plans", **wanted)  # type: ignore[arg-type]  # the names of url_for's own options are not among ours


def _days(waited: timedelta) -> str:
    return f"{waited.total_seconds() / _DAY:.1f}"
