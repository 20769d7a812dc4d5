"""What a promotion case cites for each criterion, and what that amounts to in words and counts.

A criterion for which nothing is cited stays in the list and says so. There is no score: a piece counts or it does not,
and the words say why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.growth.log import Visibility, Word
from app.domain.milestone import Offset
from app.domain.onboarding.due import shifted
from app.domain.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from app.domain.ladder import Criterion
    from app.domain.onboarding.goal import EvidenceKind

_WEEK = 7
_YEAR = 365
_WORDS_FROM = 14
_WEEKS_UNTIL = 60
_MONTHS_UNTIL = 730


class Backing(StrEnum):
    """How much is cited for a criterion."""

    EMPTY = "empty"
    SOME = "some"
    ENOUGH = "enough"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"empty": "Empty", "some": "Less than asked for", "enough": "As much as asked for"}[self.value]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody who was asked says of an entry."""

    name: str
    word: Word
    words: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of the evidence log that a case cites for a criterion, and ``why`` it does.

    ``title`` and ``body`` are empty where the owner has closed the entry since.
    """

    entry_id: UUID
    kind: EvidenceKind
    title: str
    body: str
    about_on: date
    why: str
    visibility: Visibility = Visibility.CASE
    withdrawn: bool = False
    said: tuple[Said, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether those who judge the case may read it."""
        return self.visibility is Visibility.CASE and not self.withdrawn

    @property
    def backed(self) -> tuple[str, ...]:
        """Who says that it happened, at least in part."""
        return tuple(one.name for one in self.said if one.word in {Word.YES, Word.PARTLY})

    @property
    def doubted(self) -> tuple[str, ...]:
        """Who says that it did not happen as written."""
        return tuple(one.name for one in self.said if one.word is Word.NO)


@dataclass(frozen=True, slots=True)
class Support:
    """A criterion with what is cited for it: pieces from its horizon, older ones, and those that nobody can read."""

    criterion: Criterion
    recent: tuple[Cited, ...]
    older: tuple[Cited, ...]
    closed: tuple[Cited, ...]
    on: date

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Everything cited, the newest first of each kind."""
        return (*self.recent, *self.older, *self.closed)

    @property
    def least(self) -> int:
        """How many pieces the criterion asks for."""
        return self.criterion.evidence.least if self.criterion.evidence else 1

    @property
    def backing(self) -> Backing:
        """How much there is."""
        if not self.cited:
            return Backing.EMPTY
        return Backing.ENOUGH if len(self.recent) >= self.least else Backing.SOME

    @property
    def corroborators(self) -> tuple[str, ...]:
        """Who stands behind any of the recent pieces, by name, each once."""
        return tuple(dict.fromkeys(name for one in self.recent for name in one.backed))

    @property
    def words(self) -> str:
        """How many, how recent, and corroborated by whom, in a sentence or two."""
        if not self.cited:
            return f"Nothing is cited. The blueprint asks for at least {self.least}."
        asked = f"{len(self.recent)} of at least {self.least} that the blueprint asks for"
        said = [f"{asked}{f', the newest {ago(self.recent[0].about_on, self.on)}' if self.recent else ''}."]
        if self.older:
            said.append(f"{len(self.older)} more from before the time that counts.")
        if self.closed:
            said.append(f"{len(self.closed)} can no longer be read.")
        if self.recent:
            names = listed(self.corroborators)
            said.append(f"Corroborated by {names}." if names else "Nobody has corroborated it yet.")
        return " ".join(said)


def support(criterion: Criterion, cited: Iterable[Cited], on: date) -> Support:
    """What is cited for a criterion, as it counts on a day; the day itself and the first of its horizon included."""
    ordered = sorted(cited, key=lambda one: (one.about_on, str(one.entry_id)), reverse=True)
    horizon = criterion.evidence.horizon if criterion.evidence else None
    since = shifted(on, Offset(-horizon.months, -horizon.days)) if horizon else None
    readable = [one for one in ordered if one.readable]
    recent = [one for one in readable if since is None or one.about_on >= since]
    return Support(
        criterion,
        tuple(recent),
        tuple(one for one in readable if one not in recent),
        tuple(one for one in ordered if not one.readable),
        on,
    )


def within(spans: Sequence[Support]) -> tuple[int, int]:
    """How many criteria have as much as is asked for, of how many."""
    return sum(one.backing is Backing.ENOUGH for one in spans), len(spans)


def ago(day: date, on: date) -> str:
    """How long before a day something was, in words: today, 9 days ago, 5 weeks ago, 7 months ago."""
    days = (on - day).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < _WORDS_FROM:
        return f"{days} days ago"
    if days < _WEEKS_UNTIL:
        return f"{round(days / _WEEK)} weeks ago"
    if days < _MONTHS_UNTIL:
        return f"{round(days * 12 / _YEAR)} months ago"
    return f"{round(days / _YEAR)} years ago"


def time_in(since: date, on: date) -> str:
    """How long somebody has been at a level, in full years and months: 2 years and 3 months, less than a month."""
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    if months < 1:
        return "less than a month" if since <= on else "not yet"
    years, rest = divmod(months, 12)
    parts = [_counted(years, "year")] if years else []
    parts += [_counted(rest, "month")] if rest else []
    return " and ".join(parts)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
