"""What the printed documents of a first year are made from: frozen facts, already cut to what their reader may see.

Nothing here is asked of a clock, so no document says that something is late. None ever carries interview scores, notes
of talks, or the outcome that a manager records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PartyName, unsigned
from app.domain.onboarding.reading import Aim, Reading, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.debrief import BlueprintStamp
    from app.domain.metric import Metric
    from app.domain.milestone import Offset
    from app.domain.onboarding.checkin import Answers, Difference
    from app.domain.onboarding.goal import EvidenceKind
    from app.domain.onboarding.plan import PlanState, Schedule


@dataclass(frozen=True, slots=True)
class YearHead:
    """Whose first year it is and who stands beside them; ``buddy`` is empty where there is none."""

    hire: str
    manager: str
    buddy: str
    title: str
    stamp: BlueprintStamp
    starts_on: date
    zone: str
    state: PlanState
    begun_at: datetime
    ended_on: date | None = None
    end_reason: str = ""

    def name_of(self, party: PartyName) -> str:
        """Who signs and answers as a party."""
        return self.hire if party is PartyName.HIRE else self.manager


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence; ``body`` is the address of a link or the words of a text, ``size`` a file's bytes."""

    kind: EvidenceKind
    title: str
    body: str
    size: int
    about_on: date
    added_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PrintedGoal:
    """A goal with its evidence.

    ``asked`` is the blueprint's text where it was worded anew; ``reason`` says why it was waived or returned.
    """

    text: str
    owner: str
    signer: str
    state: GoalState
    since: datetime
    asked: str = ""
    reason: str = ""
    blocked_by: str = ""
    waits_for: str = ""
    evidence: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed as which party, and when."""

    party: PartyName
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PrintedMilestone:
    """A milestone: what is asked, what proves it, who signs and who has signed.

    A ``pinned`` date stands whatever the start; ``settled`` holds once every party has signed, and then the date stays.
    """

    title: str
    offset: Offset
    due_on: date
    opens_on: date
    proof: tuple[str, ...]
    goals: tuple[PrintedGoal, ...]
    sign_off: tuple[PartyName, ...]
    signatures: tuple[Signed, ...] = ()
    pinned: date | None = None
    settled: bool = False

    @property
    def done(self) -> int:
        """How many goals ask for nothing more."""
        return sum(goal.state.settled for goal in self.goals)

    @property
    def blocked(self) -> tuple[PrintedGoal, ...]:
        """The goals that wait for somebody."""
        return tuple(goal for goal in self.goals if goal.state is GoalState.BLOCKED)

    @property
    def pieces(self) -> int:
        """How much evidence there is."""
        return sum(len(goal.evidence) for goal in self.goals)

    @property
    def missing(self) -> tuple[PartyName, ...]:
        """Whose signature is missing."""
        return unsigned(self.sign_off, [one.party for one in self.signatures])

    def signature(self, party: PartyName) -> Signed | None:
        """The signature of a party."""
        return next((one for one in self.signatures if one.party is party), None)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history; ``about`` is the goal that it is about, empty for the plan as a whole."""

    at: datetime
    by: str
    what: str
    about: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrintedReading:
    """The reading that counts for a day."""

    day: date
    value: Decimal
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrintedMetric:
    """A metric as the plan aims at it; readings are oldest first."""

    metric: Metric
    area: str
    aim: Aim
    readings: tuple[PrintedReading, ...]

    @property
    def standing(self) -> Standing:
        """Where the newest reading stands."""
        return standing(self.aim, [Reading(one.day, one.value) for one in self.readings])


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the two agreed on after comparing their answers."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides' answers; only for the two of them, and only once both are sealed. Agreements are newest first."""

    hire: Answers
    manager: Answers
    sealed_at: datetime
    differences: tuple[Difference, ...]
    agreed: tuple[Agreed, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """The plan on a page or two, for signing. ``holidays`` names the days on which nobody works."""

    company: str
    head: YearHead
    schedule: Schedule
    milestones: tuple[PrintedMilestone, ...]
    holidays: tuple[tuple[date, str], ...] = ()
    as_of: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ReviewDocument:
    """One milestone as it was reviewed. ``compared`` is None while answers are sealed, and for everybody else.

    ``pair`` tells whether the reader is one of the two who answer.
    """

    company: str
    head: YearHead
    milestone: PrintedMilestone
    pair: bool = False
    compared: Compared | None = None
    metrics: tuple[PrintedMetric, ...] = ()
    history: tuple[Happening, ...] = ()
    as_of: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class YearDocument:
    """The whole first year in short, with its evidence and its history, oldest first."""

    company: str
    head: YearHead
    milestones: tuple[PrintedMilestone, ...]
    metrics: tuple[PrintedMetric, ...] = ()
    history: tuple[Happening, ...] = ()
    as_of: datetime | None = None
    zone: str = "UTC"


def newest(head: YearHead, milestones: Iterable[PrintedMilestone], history: Iterable[Happening]) -> datetime:
    """Return the time of the newest fact among these: the date that the document bears."""
    parts = tuple(milestones)
    goals = [goal for part in parts for goal in part.goals]
    times = [
        head.begun_at,
        *(one.at for one in history),
        *(one.at for part in parts for one in part.signatures),
        *(goal.since for goal in goals),
        *(piece.added_at for goal in goals for piece in goal.evidence),
    ]
    return max(times)
