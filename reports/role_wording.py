"""How documents say what a role blueprint holds: distances in time, groups, rules and marks, each in plain words."""

from __future__ import annotations

from app.domain.blueprint import CaseStudy
from app.domain.climb import typical_time
from app.domain.ladder import Ladder
from app.domain.metric import Metric
from app.domain.milestone import Calendar, Milestone, Offset
from app.domain.part import chapter_title, group_title, plain
from app.domain.ruling import basis, stated
from reports.wording import counted, listed

FREQUENCIES = {
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "quarterly": "quarterly",
    "per-experiment": "each experiment",
}
FORMATS = {"live": "live", "take-home": "at home"}
PARTIES = {"hire": "the hire", "manager": "the manager"}
DIRECTIONS = {"up": "should rise", "down": "should fall", "hold": "should hold"}
IMPORTANCE = {"critical": "Critical", "important": "Important", "optional": "Optional", None: ""}
_ROLLS = {
    "forward": "a date that falls on a free day moves to the next working day",
    "back": "a date that falls on a free day moves to the working day before",
    "none": "a date stays where it falls",
}


def distance(offset: Offset) -> str:
    """A stretch of time, its sign left out: 6 months, 30 days, 1 month and 15 days."""
    months, days = abs(offset.months), abs(offset.days)
    parts = [counted(number, one, f"{one}s") for number, one in ((months, "month"), (days, "day")) if number]
    return listed(parts) or "no time"


def due(offset: Offset) -> str:
    """When a milestone falls, counted from the first day: Day 30, Month 6."""
    if offset.months and offset.days:
        return f"{distance(offset).capitalize()} in"
    return f"Month {offset.months}" if offset.months else f"Day {offset.days}"


def opens(offset: Offset) -> str:
    """When a review opens, seen from the day on which it is due."""
    if not offset.months and not offset.days:
        return "on the day"
    return f"{distance(offset)} {'before' if offset.months + offset.days < 0 else 'after'}"


def calendar(held: Calendar) -> str:
    """How the due dates of a plan are counted."""
    kind = "working days" if held.days == "working" else "calendar days"
    leave = "leave extends the plan" if held.extend_for_leave else "leave does not extend the plan"
    return f"Days are {kind}; {_ROLLS[held.roll]}; {leave}."


def minutes(case: CaseStudy) -> str:
    """How long a case takes: 60 to 90 minutes."""
    if case.minutes_min == case.minutes_max:
        return counted(case.minutes_min, "minute", "minutes")
    return f"{case.minutes_min} to {case.minutes_max} minutes"


def formats(case: CaseStudy) -> str:
    """Where a case is worked on: live or at home."""
    return " or ".join(FORMATS[one] for one in case.formats)


def signers(milestone: Milestone) -> str:
    """Who signs a milestone off."""
    return listed([PARTIES[party] for party in milestone.sign_off]) or "nobody"


def often(metric: Metric) -> str:
    """How often a metric is read."""
    return ", ".join(FREQUENCIES[one] for one in metric.frequency)


def bounds(metric: Metric) -> str:
    """The bounds that a target has beside its words: 10 to 20 % QoQ, at least 0.85."""
    target = metric.target
    unit = f" {target.unit}" if target.unit else ""
    if target.low is not None and target.high is not None:
        return f"{target.low} to {target.high}{unit}"
    if target.low is not None:
        return f"at least {target.low}{unit}"
    return f"at most {target.high}{unit}" if target.high is not None else (target.unit or "")


def ladder_rule(ladder: Ladder) -> str:
    """When a level of the ladder is reached."""
    if ladder.rule == "points":
        return f"A level is reached with {ladder.minimum or 0} points or more, summed over its competencies."
    if ladder.rule == "minimum":
        return f"A level is reached when at least {ladder.minimum or 0} of its expectations are met."
    return "A level is reached when every one of its expectations is met."


FILTERS = {
    "plain": plain,
    "group_title": group_title,
    "chapter_title": chapter_title,
    "distance": distance,
    "due": due,
    "opens": opens,
    "basis": basis,
    "stated": stated,
    "typical_time": typical_time,
}
