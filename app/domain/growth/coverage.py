"""What an evidence log covers: when its entries are from, what they show, and what a reader would miss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.domain.growth.log import Showing, Shown
from app.domain.milestone import Offset
from app.domain.onboarding.due import shifted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.blueprint import Blueprint
    from app.domain.ladder import Criterion

YEAR = Offset(months=12)
"""How far back counts as recent for a competency, of which no blueprint says how far."""
LATELY = timedelta(days=30)
LONG_GAP = 3
"""Months without an entry that are worth a word."""
FEW = 3
"""Below this number of entries nothing is said of how they are spread."""
_SHORTEST, _LONGEST = 6, 18
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries speak of a day, and for how many of them somebody speaks.

    ``showing`` None counts every entry; otherwise those that show it.
    """

    showing: Showing | None
    day: date
    count: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to show: its title, and at least how many entries from how far back."""

    showing: Showing
    title: str
    least: int = 1
    horizon: Offset = YEAR


@dataclass(frozen=True, slots=True)
class Covered:
    """What a log holds of something wanted: all entries, those within the horizon, and the newest day of all."""

    wanted: Wanted
    count: int
    recent: int
    confirmed: int
    newest: date | None

    @property
    def missing(self) -> int:
        """How many entries within the horizon are still asked for."""
        return max(self.wanted.least - self.recent, 0)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day, and how many entries speak of it."""

    first: date
    count: int


def wanted(blueprint: Blueprint, level: str = "") -> tuple[Wanted, ...]:
    """What somebody at a level of this role has to show: the criteria of the next step, then every competency.

    At no known level the criteria of all steps.
    """
    steps = blueprint.ladder.promotions if blueprint.ladder else ()
    here = tuple(step for step in steps if step.from_level == level) or steps
    criteria = {criterion.id: criterion for step in here for criterion in step.criteria}
    return (
        *(_of_criterion(criterion) for criterion in criteria.values()),
        *(Wanted(Showing(Shown.COMPETENCY, one.id), one.title) for one in blueprint.competencies),
    )


def covered(asked: Iterable[Wanted], tallies: Sequence[Tally], today: date) -> tuple[Covered, ...]:
    """What the log holds of each thing, in the order asked."""
    return tuple(_covered(one, [tally for tally in tallies if tally.showing == one.showing], today) for one in asked)


def months(tallies: Sequence[Tally], today: date) -> tuple[Month, ...]:
    """The months up to today's, oldest first: from the oldest entry on, at least six and at most eighteen of them."""
    counts: dict[date, int] = {}
    for tally in _whole(tallies):
        counts[tally.day.replace(day=1)] = counts.get(tally.day.replace(day=1), 0) + tally.count
    last = today.replace(day=1)
    reach = _distance(min(counts, default=last), last) + 1
    length = min(max(reach, _SHORTEST), _LONGEST)
    firsts = (shifted(last, Offset(months=back)) for back in range(1 - length, 1))
    return tuple(Month(first, counts.get(first, 0)) for first in firsts)


def concerns(tallies: Sequence[Tally], today: date) -> tuple[str, ...]:
    """What a reader of the log would stumble over, a sentence each; nothing of a log with few entries."""
    whole = _whole(tallies)
    if sum(tally.count for tally in whole) < FEW:
        return ()
    said = []
    if min(tally.day for tally in whole) > today - LATELY:
        said.append(
            "Everything here is from the last 30 days. Add what you did in the months before, while you know it."
        )
    said.extend(_gaps(tallies, today))
    if not any(tally.confirmed for tally in whole):
        said.append("Nobody has spoken for any of it yet. Ask somebody who was there.")
    return tuple(said)


def _of_criterion(criterion: Criterion) -> Wanted:
    showing = Showing(Shown.CRITERION, criterion.id)
    if criterion.evidence is None:
        return Wanted(showing, criterion.text)
    return Wanted(showing, criterion.text, criterion.evidence.least, criterion.evidence.horizon)


def _covered(asked: Wanted, tallies: Sequence[Tally], today: date) -> Covered:
    back = Offset(months=-asked.horizon.months, days=-asked.horizon.days)
    since = shifted(today, back)
    return Covered(
        asked,
        count=sum(tally.count for tally in tallies),
        recent=sum(tally.count for tally in tallies if tally.day >= since),
        confirmed=sum(tally.confirmed for tally in tallies),
        newest=max((tally.day for tally in tallies), default=None),
    )


def _gaps(tallies: Sequence[Tally], today: date) -> list[str]:
    """Runs of empty months after the first that is not; the month that is not over yet is no gap."""
    seen = months(tallies, today)
    begun = next((place for place, month in enumerate(seen) if month.count), len(seen))
    said: list[str] = []
    run: list[Month] = []
    for month in (*seen[begun:-1], None):
        if month is not None and not month.count:
            run.append(month)
            continue
        if len(run) >= LONG_GAP:
            ends = month is None and not seen[-1].count
            said.append(_gap(run, ends=ends))
        run = []
    return said


def _gap(run: Sequence[Month], *, ends: bool) -> str:
    if ends:
        return f"Nothing since {_name(shifted(run[0].first, Offset(months=-1)))}. What has happened since then?"
    return f"Nothing from {_name(run[0].first)} to {_name(run[-1].first)}. Was there really nothing?"


def _name(first: date) -> str:
    return f"{first:%B %Y}"


def _whole(tallies: Iterable[Tally]) -> list[Tally]:
    return [tally for tally in tallies if tally.showing is None]


def _distance(first: date, last: date) -> int:
    return (last.year - first.year) * _MONTHS_A_YEAR + last.month - first.month
