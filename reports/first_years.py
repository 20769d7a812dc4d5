"""How the documents of a first year say dates and how they came about, goals, evidence, signatures and readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.domain.figure import Sparkline, Timeline
from app.domain.milestone import Offset
from app.domain.onboarding.checkin import Difference
from app.domain.onboarding.derivation import derivation
from app.domain.onboarding.documents import Piece, PrintedGoal, PrintedMetric, PrintedMilestone, YearHead
from app.domain.onboarding.goal import EvidenceKind, GoalState
from app.domain.onboarding.plan import Health, PartyName, PlanState, Schedule
from app.domain.onboarding.reading import Reading
from app.domain.onboarding.sparkline import sparkline
from app.domain.onboarding.timeline import timeline
from app.domain.text import first_line
from reports import role_wording
from reports.wording import MONTHS, counted, listed

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_THOUSAND = 1000
_BOXED = 60
_STATES = {Health.DONE: "signed off", Health.BLOCKED: "blocked", Health.ON_TRACK: "begun", Health.AHEAD: "not begun"}
_UNTOUCHED = {GoalState.NOT_STARTED}


def on_day(day: date) -> str:
    """A day in words: 4 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """The day's name."""
    return _DAYS[day.weekday()]


def span(first: date, last: date) -> str:
    """From a day to a day, what both share said once: 2 to 6 November 2026."""
    if first == last:
        return on_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {on_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} to {on_day(last)}"
    return f"{on_day(first)} to {on_day(last)}"


def week(days: frozenset[int]) -> str:
    """The days of a working week: Monday to Friday; Monday, Tuesday and Thursday."""
    held = sorted(days)
    if len(held) > 2 and held == list(range(held[0], held[-1] + 1)):  # noqa: PLR2004 - two days need no "to"
        return f"{_DAYS[held[0]]} to {_DAYS[held[-1]]}"
    return listed([_DAYS[day] for day in held])


def rule(schedule: Schedule) -> str:
    """How the plan's dates are counted."""
    return role_wording.calendar(schedule.calendar)


def distance(offset: Offset, schedule: Schedule) -> str:
    """A milestone's distance from the start, and what is counted: 30 days, 6 months."""
    kind = "working " if schedule.calendar.days == "working" and offset.days else ""
    months, days = offset.months, offset.days
    parts = [counted(months, "month", "months")] if months else []
    parts += [counted(days, f"{kind}day", f"{kind}days")] if days else []
    return listed(parts) or "the first day"


def leave_step(part: PrintedMilestone, schedule: Schedule) -> str:
    """What leave adds to a date; empty where it adds nothing."""
    moved = derivation(part.offset, schedule).leave
    return f"+ {counted(moved, 'day', 'days')}" if moved else ""


def free_step(part: PrintedMilestone, schedule: Schedule, holidays: Sequence[tuple[date, str]]) -> str:
    """Why a date moved off the day that it fell on, and by how much; empty where it did not."""
    steps = derivation(part.offset, schedule)
    if not steps.roll:
        return ""
    way = "later" if steps.roll > 0 else "earlier"
    return f"{_why_free(steps.stretched, schedule, dict(holidays))}: {counted(abs(steps.roll), 'day', 'days')} {way}"


def counted_to(part: PrintedMilestone, schedule: Schedule) -> date:
    """The day that the distance alone leads to."""
    return derivation(part.offset, schedule).counted


def stands(part: PrintedMilestone, schedule: Schedule) -> str:
    """Why a date is not the one that is derived now; empty where it is."""
    if part.due_on == derivation(part.offset, schedule).rolled:
        return ""
    return "signed off, so it stays" if part.settled else "pinned"


def in_reach(
    holidays: Sequence[tuple[date, str]], head: YearHead, milestones: Sequence[PrintedMilestone]
) -> list[tuple[date, str]]:
    """The holidays from the start to the last milestone: no other can move a date."""
    last = max((part.due_on for part in milestones), default=head.starts_on)
    return [(day, name) for day, name in holidays if head.starts_on <= day <= last]


def plan_state(head: YearHead) -> str:
    """Whether the plan runs, or since when and why it does not."""
    if head.state is PlanState.ACTIVE or head.ended_on is None:
        return head.state.words
    return f"{head.state.words} on {on_day(head.ended_on)}"


def title(text: str) -> str:
    """The first line of a goal's text."""
    return text.partition("\n")[0]


def short(text: str) -> str:
    """A goal's name in a list of acts, with an ellipsis where its text says on in points."""
    return first_line(text)


def items(text: str) -> list[str]:
    """What stands below a goal's first line, an item a line, without the dashes that the plan keeps before them."""
    return [line.removeprefix("- ").strip() for line in text.splitlines()[1:] if line.strip()]


def touched(part: PrintedMilestone) -> list[PrintedGoal]:
    """The goals on which something has happened."""
    return [goal for goal in part.goals if goal.state is not GoalState.NOT_STARTED or goal.evidence]


def untouched(part: PrintedMilestone) -> list[PrintedGoal]:
    """The goals that nobody has begun."""
    return [goal for goal in part.goals if goal.state is GoalState.NOT_STARTED and not goal.evidence]


def usual(head: YearHead) -> str:
    """Who keeps goals and who signs them where nothing else is said."""
    return f"{head.hire} keeps each goal and {head.manager} signs it off, where nothing else is said."


def settled(parts: Sequence[PrintedMilestone]) -> str:
    """How many goals of how many ask for nothing more."""
    return f"{sum(part.done for part in parts)} of {sum(len(part.goals) for part in parts)}"


def signed(parts: Sequence[PrintedMilestone]) -> str:
    """How many milestones of how many everybody has signed."""
    return f"{sum(part.settled for part in parts)} of {len(parts)}"


def signers(part: PrintedMilestone, head: YearHead) -> str:
    """Who signs a milestone, by name."""
    return listed([head.name_of(party) for party in part.sign_off]) or "nobody"


def missing(part: PrintedMilestone, head: YearHead) -> str:
    """Whose signature is missing, by name; empty when nobody's is."""
    return listed([head.name_of(party) for party in part.missing])


def role_of(party: PartyName) -> str:
    """As what somebody signs."""
    return "new hire" if party is PartyName.HIRE else "manager"


def line(head: YearHead, parts: Sequence[PrintedMilestone]) -> Timeline:
    """The year as a drawing; it has no today, so it is the same whenever it is drawn."""
    marks = [(part.title, part.due_on, _health(part)) for part in parts]
    figure = timeline(head.starts_on, date.min, marks, on_day)
    words = {health.words: said for health, said in _STATES.items()}
    return replace(figure, marks=tuple(replace(mark, word=words[mark.word]) for mark in figure.marks))


def shown(piece: Piece) -> str:
    """What a piece of evidence is: a link, a text, a file of 240 kB."""
    if piece.kind is not EvidenceKind.FILE:
        return piece.kind.value.capitalize()
    size = piece.size / _THOUSAND
    return f"File, {size / _THOUSAND:.1f} MB" if size >= _THOUSAND else f"File, {max(1, round(size))} kB"


def apart(differences: Sequence[Difference]) -> list[Difference]:
    """The questions on which the two differ, the widest apart first."""
    return [one for one in differences if one.distance]


def together(differences: Sequence[Difference]) -> list[Difference]:
    """The questions on which they agree, or that one of them could not answer."""
    return [one for one in differences if not one.distance]


def value(number: Decimal, unit: str | None = None) -> str:
    """A reading as it was typed, with the metric's unit."""
    return f"{number:f}".replace("-", "\N{MINUS SIGN}") + (f" {unit}" if unit else "")


def aimed(metric: PrintedMetric) -> str:
    """What the plan aims at: 0.80 to 0.90, at least 0.85, should fall; the blueprint's words where nothing is set."""
    aim, unit = metric.aim, metric.metric.target.unit
    if aim.low is not None and aim.high is not None:
        return value(aim.low, unit) if aim.low == aim.high else f"{value(aim.low)} to {value(aim.high, unit)}"
    if aim.low is not None:
        return f"at least {value(aim.low, unit)}"
    if aim.high is not None:
        return f"at most {value(aim.high, unit)}"
    return role_wording.DIRECTIONS[aim.direction] if aim.direction else metric.metric.target.text


def drawn(metric: PrintedMetric) -> Sparkline | None:
    """A metric's readings as a drawing; None without any."""
    return sparkline(metric.aim, [Reading(one.day, one.value) for one in metric.readings], on_day)


def names_fit(part: PrintedMilestone, head: YearHead) -> bool:
    """Whether each name leaves room to sign in a box in the margin."""
    names = [head.name_of(party) for party in part.sign_off] + [given.name for given in part.signatures]
    return all(len(name) <= _BOXED for name in names)


def drawn_said(metric: PrintedMetric) -> str:
    """The drawing in a sentence."""
    said = f"{counted(len(metric.readings), 'reading', 'readings')} against the target {aimed(metric)}"
    return f"{said}: {metric.standing.words.lower()}. The table of readings that follows has the same numbers."


def _health(part: PrintedMilestone) -> Health:
    if part.settled:
        return Health.DONE
    if part.blocked:
        return Health.BLOCKED
    return Health.AHEAD if {goal.state for goal in part.goals} <= _UNTOUCHED else Health.ON_TRACK


def _why_free(day: date, schedule: Schedule, holidays: dict[date, str]) -> str:
    if day in holidays:
        return holidays[day]
    if day in schedule.days.holidays:
        return "Holiday"
    return weekday(day) if day.weekday() not in schedule.days.week else "Leave"


FILTERS = {"on_day": on_day, "weekday": weekday}
