"""Reads the first years of the demo's story: who started when, what they showed, and what was said of it.

A day without a time is counted in days from today and moved to the working day before where it is none.
"""

from __future__ import annotations

from decimal import Decimal

from app.cli.demo.story import MAIN_ROLE, PAGES, ZONE, Told, page, prose
from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.goal import GoalAct

FIRST_YEARS = ("lucia", "tariq", "hedda", "bogdan", "zanele")
_SIGNERS_ACTS = frozenset({GoalAct.SIGN, GoalAct.RETURN, GoalAct.WAIVE, GoalAct.RESTORE})


class AddedStory(Told):
    """A goal that the manager added for this person; later parts of the story know it by ``key``."""

    key: str
    milestone: str
    at: str
    text: str


class StepStory(Told):
    """One act on a goal, by whoever makes such acts; evidence has a title and a link or a text."""

    at: str
    act: GoalAct
    note: str = ""
    title: str = ""
    link: str = ""
    text: str = ""
    waits_for: str | None = None

    @property
    def by_manager(self) -> bool:
        """Whether the manager made it, and not the new hire."""
        return self.act in _SIGNERS_ACTS


class GoalStory(Told):
    """What was done about one goal."""

    goal: str
    steps: tuple[StepStory, ...]


class AnswersStory(Told):
    """One side's sealed answers; goals by their keys."""

    at: str
    confidence: int
    against: Against
    went_well: str = ""
    in_the_way: str = ""
    goals: dict[str, Against]

    def answers(self) -> Answers:
        """What was answered."""
        return Answers(
            self.confidence, self.against, prose(self.went_well), prose(self.in_the_way), tuple(self.goals.items())
        )


class AgreedStory(Told):
    """What the manager wrote down after the two had talked."""

    at: str
    text: str


class CheckInStory(Told):
    """A milestone's check-in; whoever has not answered yet is left out."""

    milestone: str
    hire: AnswersStory | None = None
    manager: AnswersStory | None = None
    agreed: AgreedStory | None = None


class SignedStory(Told):
    """When the two signed a milestone."""

    milestone: str
    hire: str
    manager: str


class LeaveStory(Told):
    """Days away, counted from today, both included, and when they were entered."""

    at: str
    first: int
    last: int


class ReadingsStory(Told):
    """Values entered at once, each for a day counted from today."""

    at: str
    values: tuple[tuple[int, Decimal], ...]


class MetricStory(Told):
    """A metric of the blueprint, aimed at for one area."""

    metric: str
    area: str
    at: str
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    readings: ReadingsStory | None = None


class NoteStory(Told):
    """A note of a talk, private or shared."""

    by: str
    at: str
    shared: bool
    text: str


class FirstYearStory(Told):
    """Somebody's first year; with ``application`` it began from the decision on the candidate of the same key."""

    key: str
    manager: str
    buddy: str
    begun: str
    starts: int
    role: str = MAIN_ROLE
    zone: str = ZONE
    country: str = ""
    application: bool = False
    leave: LeaveStory | None = None
    added: tuple[AddedStory, ...] = ()
    goals: tuple[GoalStory, ...] = ()
    check_ins: tuple[CheckInStory, ...] = ()
    signed: tuple[SignedStory, ...] = ()
    metrics: tuple[MetricStory, ...] = ()
    notes: tuple[NoteStory, ...] = ()


def first_years() -> tuple[FirstYearStory, ...]:
    """The five first years, the one longest under way first."""
    return tuple(FirstYearStory.model_validate(page(PAGES / "first-years" / f"{key}.yaml")) for key in FIRST_YEARS)
