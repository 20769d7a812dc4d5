"""The rows of the list as finished markup: autoescaping is paid a value, and a company has hundreds of rows."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, cast

from flask import current_app, url_for
from markupsafe import Markup, escape

from app.domain.onboarding.plan import Health
from app.queries.plan_days import local_day
from app.web.onboarding.distance import away
from app.web.pages import localdate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from app.queries.plans import PlanLine

SHAPES: Mapping[Health, tuple[str, str]] = {
    Health.DONE: ("done", "check"),
    Health.BLOCKED: ("stop", "cross"),
    Health.OVERDUE: ("warn", "warning"),
    Health.AT_RISK: ("due", "clock"),
    Health.ON_TRACK: ("open", "half"),
    Health.AHEAD: ("draft", "ring"),
}
"""The kind of status and its icon, as `onboarding/parts.html` has them (a test holds the two together)."""
_NONE = "\u2013"
_NOWHERE = "00000000-0000-0000-0000-000000000000"


class Rows:
    """Draws lines of the list; ``teams`` adds the manager's column."""

    def __init__(self, now: datetime, *, teams: bool) -> None:
        """Prepare what every row shares."""
        self._teams = teams
        self._today = cache(partial(local_day, now))
        # Many rows share a role, a milestone, a manager and a day.
        self._day, self._words = cache(_day), cache(escape)
        self._address = url_for("onboarding.plan", plan_id=_NOWHERE).removesuffix(_NOWHERE)
        asset = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
        sprite = escape(asset("icons.svg"))
        self._marks = {
            health: f'<span class="status status--{kind}"><svg class="icon" aria-hidden="true">'
            f'<use href="{sprite}#{icon}" /></svg>{escape(health.words)}</span>'
            for health, (kind, icon) in SHAPES.items()
        }

    def drawn(self, lines: Iterable[PlanLine]) -> Markup:
        """Every line as a table row, one value for the whole table."""
        return Markup("".join(map(self._row, lines)))  # noqa: S704  every text in it was escaped

    def _row(self, line: PlanLine) -> str:
        signed = f"{line.signed} of {line.milestones}" if line.whole else "your goals only"
        manager = f"<td>{self._words(line.manager)}" if self._teams else ""
        return (
            f'<tr><th scope="row">{self._name(line)}<td>{self._doing(line)}<td>{self._next(line)}'
            f'<td class="number">{signed}<td class="number">{line.waiting or _NONE}{manager}'
            f"<td>{self._day(line.starts_on)}"
        )

    def _name(self, line: PlanLine) -> str:
        own = " (you)" if line.own else ""
        return (
            f'<a href="{self._address}{line.plan_id}">{escape(line.hire)}</a>{own}'
            f'<span class="row-detail">{self._words(line.title)}</span>'
        )

    def _doing(self, line: PlanLine) -> str:
        if line.state.value != "active":
            return f'<span class="soft">{line.state.words}</span>'
        return self._marks[line.health] if line.milestones else '<span class="soft">Nothing of yours</span>'

    def _next(self, line: PlanLine) -> str:
        upcoming = line.upcoming
        if upcoming is None or line.state.value != "active":
            return f'<span class="soft">{_NONE}</span>'
        return (
            f'{self._words(upcoming.title)} <span class="row-detail">{self._day(upcoming.due_on)}, '
            f"{away(upcoming.due_on, self._today(line.zone))}</span>"
        )


def _day(day: date) -> str:
    return f'<time datetime="{day}">{localdate(day)}</time>'
