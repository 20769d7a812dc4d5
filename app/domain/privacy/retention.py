"""How long what is kept: rules by law, by how an application ended and by kind of data, and the days they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.milestone import Offset
from app.domain.onboarding.due import shifted

MONTHS_A_YEAR = 12
LEAST_MONTHS, MOST_MONTHS = 1, 600


class Jurisdiction(StrEnum):
    """Whose law says how long records of an application are kept."""

    US_PRIVATE = "us_private"
    US_PUBLIC = "us_public"
    US_CONTRACTOR = "us_contractor"
    CALIFORNIA = "california"
    FRANCE = "france"
    UNKNOWN = ""

    @property
    def words(self) -> str:
        """The words on the page."""
        return _JURISDICTION_WORDS[self]


class Ending(StrEnum):
    """How an application ended."""

    HIRED = "hired"
    NOT_HIRED = "not_hired"
    WITHDRAWN = "withdrawn"
    LEFT = "left"

    @property
    def words(self) -> str:
        """The words on the page."""
        return _ENDING_WORDS[self]


class Kind(StrEnum):
    """What a rule is about. A candidate's record goes last, and takes everything with it."""

    DOCUMENTS = "documents"
    LETTERS = "letters"
    RECORD = "record"
    PERSONNEL = "personnel"

    @property
    def words(self) -> str:
        """The words on the page."""
        return _KIND_WORDS[self]


_JURISDICTION_WORDS = {
    Jurisdiction.US_PRIVATE: "United States, private employer",
    Jurisdiction.US_PUBLIC: "United States, education, state or local",
    Jurisdiction.US_CONTRACTOR: "United States, federal contractor",
    Jurisdiction.CALIFORNIA: "California, with computed scores",
    Jurisdiction.FRANCE: "France",
    Jurisdiction.UNKNOWN: "Not said",
}
_ENDING_WORDS = {
    Ending.HIRED: "Hired, after leaving",
    Ending.NOT_HIRED: "Not hired",
    Ending.WITHDRAWN: "Withdrawn",
    Ending.LEFT: "Left the company",
}
_KIND_WORDS = {
    Kind.DOCUMENTS: "Documents and case work",
    Kind.LETTERS: "Letters and invitations",
    Kind.RECORD: "The whole record",
    Kind.PERSONNEL: "Plans, assessments and the account",
}
_YEARS = {
    Jurisdiction.US_PRIVATE: 1,
    Jurisdiction.US_PUBLIC: 2,
    Jurisdiction.US_CONTRACTOR: 2,
    Jurisdiction.CALIFORNIA: 4,
    Jurisdiction.FRANCE: 2,
}
ENDINGS = (Ending.HIRED, Ending.NOT_HIRED, Ending.WITHDRAWN)
KINDS = (Kind.DOCUMENTS, Kind.LETTERS, Kind.RECORD)
Cell = tuple[Jurisdiction, Ending, Kind]
"""One cell of the table of rules."""


def cells() -> tuple[Cell, ...]:
    """Every cell, in the order of the page."""
    ours = tuple((place, ending, kind) for place in Jurisdiction for ending in ENDINGS for kind in KINDS)
    return (*ours, (Jurisdiction.UNKNOWN, Ending.LEFT, Kind.PERSONNEL))


def default_months(cell: Cell) -> int:
    """What the program takes without a rule of the company: a place that nobody named has the longest duty."""
    years = _YEARS.get(cell[0]) or max(_YEARS.values())
    return years * MONTHS_A_YEAR


SHORTER_WAITS = timedelta(days=7)
"""How long a shorter rule waits before it counts, so that nobody removes much at once and alone, by a rule."""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule of the company: its months, those that held before, and the day on which it was set."""

    months: int
    before: int
    set_on: date

    @property
    def counts_from(self) -> date:
        """From when on it holds: at once if it keeps longer, after a while if it keeps shorter."""
        return self.set_on + SHORTER_WAITS if self.months < self.before else self.set_on

    def holding(self, today: date) -> int:
        """The months that hold on a day."""
        return self.months if today >= self.counts_from else self.before


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's own months by cell; a cell that is not in it has its default."""

    own: Mapping[Cell, int] = field(default_factory=dict)

    def months(self, cell: Cell) -> int:
        """How many months after the last event."""
        return self.own.get(cell) or default_months(cell)

    def shown_months(self, place: Jurisdiction, ending: Ending) -> int:
        """How long it is shown: as long as it is kept, or the shortest of all where nobody said whose law holds."""
        if place is not Jurisdiction.UNKNOWN:
            return self.months((place, ending, Kind.RECORD))
        return min(self.months((one, ending, Kind.RECORD)) for one in _YEARS)


def goes_on(last_event: date, months: int) -> date:
    """The first day on which data may go: the day after so many months are over.

    Clamped to the month's end: of 29 February a year is over on 28 February, so the data goes on 1 March.
    """
    return shifted(last_event, Offset(months=months)) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ended:
    """One application, or time in the company, that is over: under whose law, how, and when it was last touched."""

    place: Jurisdiction
    ending: Ending
    last_event: date


@dataclass(frozen=True, slots=True)
class Days:
    """From when on what goes; ``hidden`` is from when on it is kept but no longer shown."""

    documents: date
    letters: date
    record: date
    hidden: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody whose data may go one day: the endings of all their applications; ``held`` by a legal hold.

    ``running``: an application is still going on, or they work here, so nothing goes at all. ``hidden``: it is no
    longer shown. ``left`` are the kinds of which anything is left beside the record.
    """

    subject_id: UUID
    name: str
    ended: tuple[Ended, ...]
    held: bool
    running: bool
    hidden: bool = False
    left: frozenset[Kind] = frozenset()


def days_of(standing: Standing, rules: Rules) -> Days | None:
    """From when on what goes, the latest of all applications counting; None while something is going on."""
    if standing.running or not standing.ended:
        return None

    def latest(kind: Kind) -> date:
        return max(goes_on(one.last_event, rules.months((one.place, one.ending, kind))) for one in standing.ended)

    record = latest(Kind.RECORD)
    hidden = max(goes_on(one.last_event, rules.shown_months(one.place, one.ending)) for one in standing.ended)
    return Days(min(latest(Kind.DOCUMENTS), record), min(latest(Kind.LETTERS), record), record, min(hidden, record))


def leaves_on(standing: Standing, rules: Rules) -> date | None:
    """From when on a former colleague's data goes; None while they work here."""
    if standing.running:
        return None
    months = rules.months((Jurisdiction.UNKNOWN, Ending.LEFT, Kind.PERSONNEL))
    return max((goes_on(one.last_event, months) for one in standing.ended), default=None)
