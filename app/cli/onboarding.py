"""Reckon when the milestones of a hire's first year are due."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from app.cli import BAD_INPUT, BadInputError
from app.domain.onboarding.due import DAYS_A_WEEK, MONDAY_TO_FRIDAY, Leave, WorkingDays, due

if TYPE_CHECKING:
    import argparse

    from app.domain.milestone import Onboarding, Roll

EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LETTERS = 3
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS_AHEAD = 3
"""How far holidays are looked up: a plan of a year, moved by as much leave again."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    dates = actions.add_parser("dates", help="print as JSON when each milestone is due", description=__doc__)
    dates.add_argument("start", metavar="START", help="the first day, such as 2026-03-02")
    dates.add_argument("--role", default="senior-ml-pm", help="whose plan; senior-ml-pm unless you say another")
    dates.add_argument("--roll", choices=("forward", "back", "none"), help="where a free day moves; the plan's rule")
    dates.add_argument("--country", metavar="CODE", help="whose holidays and weekend: US, or DE-BY for a part")
    dates.add_argument("--week", metavar="DAYS", help="the working week, such as mon,tue,wed,thu,fri")
    leave_help = "leave such as 2026-04-06..2026-04-10, both days included; may be given again"
    dates.add_argument("--leave", metavar="FIRST..LAST", action="append", default=[], help=leave_help)


def run(arguments: argparse.Namespace) -> int:
    """Print `{milestone id: date}`; return 0, or 2 when the role has faults or no plan."""
    start = _day(arguments.start, "the start")
    leave = tuple(_leave(written) for written in arguments.leave)
    plan = _plan(arguments.role)
    if plan is None:
        return BAD_INPUT
    days = _days(arguments, start, leave)
    sys.stdout.write(json.dumps(_dates(plan, start, arguments.roll, days), indent=2) + "\n")
    return 0


def _dates(plan: Onboarding, start: date, roll: Roll | None, days: WorkingDays) -> dict[str, str]:
    calendar = replace(plan.calendar, roll=roll) if roll else plan.calendar
    return {one.id: due(start, one.offset, calendar, days).isoformat() for one in plan.milestones}


def _plan(role: str) -> Onboarding | None:
    from app.cli.rubric import check
    from app.cli.rubric.folders import folder_of, loaded

    folder = folder_of(role)
    blueprint = loaded(folder).blueprint
    if blueprint is None:
        check.report([folder], as_json=False)
        return None
    if blueprint.onboarding is None:
        message = f"The role {role} has no onboarding plan: add an onboarding.yaml to its folder"
        raise BadInputError(message)
    return blueprint.onboarding


def _day(written: str, what: str) -> date:
    message = f"{written!r} is no date for {what}; write it like 2026-03-02"
    # The standard reader alone would also take 20260302 and 2026-W10-1, which say too little to be sure of.
    if not _WRITTEN.fullmatch(written):
        raise BadInputError(message)
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise BadInputError(message) from error
    if not EARLIEST <= day <= LATEST:
        message = f"{what.capitalize()} {day} is not between {EARLIEST} and {LATEST}; is the year right?"
        raise BadInputError(message)
    return day


def _leave(written: str) -> Leave:
    first, dots, last = written.partition("..")
    if not dots:
        message = f"{written!r} is no leave; write its first and last day like 2026-04-06..2026-04-10"
        raise BadInputError(message)
    try:
        return Leave(_day(first, "the first day of leave"), _day(last, "the last day of leave"))
    except ValueError as error:
        message = f"The leave {written} ends before it begins; write the earlier day first"
        raise BadInputError(message) from error


def _days(arguments: argparse.Namespace, start: date, leave: tuple[Leave, ...]) -> WorkingDays:
    week = MONDAY_TO_FRIDAY if arguments.week is None else _week(arguments.week)
    if arguments.country is None:
        return WorkingDays(week, leave=leave)
    if not arguments.country.strip():
        message = "Say whose holidays after --country, such as US, or DE-BY for a part; without them leave it out"
        raise BadInputError(message)
    from app.formats.holiday_lists import country_days

    last = max([start, *(one.last for one in leave)])
    try:
        country = country_days(arguments.country, range(start.year, last.year + _YEARS_AHEAD))
    except ValueError as error:
        raise BadInputError(str(error)[0].upper() + str(error)[1:]) from error
    return WorkingDays(country.week if arguments.week is None else week, frozenset(country.holidays), leave)


def _week(written: str) -> frozenset[int]:
    names = [name.strip().lower() for name in written.split(",")]
    numbers = {written: number for number, day in enumerate(DAYS) for written in (day, day[:_LETTERS])}
    unknown = [name for name in names if name not in numbers]
    if unknown:
        message = f"{unknown[0]!r} is no day of the {DAYS_A_WEEK}; write the week like mon,tue,wed,thu,fri"
        raise BadInputError(message)
    return frozenset(numbers[name] for name in names)
