"""Reads what the demo tells of interviews that run themselves: plans, times, tasks and who grades them."""

from __future__ import annotations

from app.cli.demo.story import PAGES, RatingText, Told, page
from app.domain.card import Recommendation
from app.domain.hiring import InterviewKind


class RowStory(Told):
    """One interview of the plan."""

    kind: InterviewKind
    title: str
    minutes: int
    focus: tuple[str, ...]
    raters: int
    case: str | None = None


class PlanStory(Told):
    """The plan of a requisition's interviews, which leaves a dimension to nobody."""

    by: str
    at: str
    minutes: int
    rows: tuple[RowStory, ...]


class TrainingStory(Told):
    """Who has learned to hold which kinds of interviews; ``since`` counts days from today."""

    by: str
    at: str
    since: int
    people: dict[str, tuple[InterviewKind, ...]]


class TalkStory(Told):
    """One row of the plan, carried out: with whom, when and where."""

    row: int
    people: tuple[str, ...]
    at: str
    place: str


class ScheduleStory(Told):
    """The plan carried out for one candidate."""

    candidate: str
    by: str
    at: str
    talks: tuple[TalkStory, ...]


class StepBackStory(Told):
    """An interviewer who cannot come, and whom they propose instead; nobody has answered yet."""

    candidate: str
    row: int
    who: str
    at: str
    words: str
    proposes: str


class InterestStory(Told):
    """A conflict of interest that somebody said they have, as a coordinator recorded it."""

    candidate: str
    who: str
    by: str
    at: str
    statement: str


class ReferrerStory(Told):
    """Who of the company recommended a candidate."""

    candidate: str
    who: str
    by: str
    at: str


class TaskStory(Told):
    """A case made into a task, and who grades it."""

    case: str
    by: str
    at: str
    graders: tuple[str, ...]


class WorkStory(Told):
    """A candidate's work on the task; without ``handed_in`` it is under way."""

    candidate: str
    given: str
    closes: str
    began: str
    handed_in: str | None = None
    answers: tuple[str, ...]


class GradeStory(Told):
    """What one grader says of one candidate's work; ``marks`` are in the order of the questions."""

    candidate: str
    by: str
    at: str
    sealed: bool
    marks: tuple[int, ...]
    seen: tuple[str, ...]
    ratings: dict[str, RatingText]
    recommendation: Recommendation | None = None
    summary: str


class FeedbackStory(Told):
    """What a candidate was told after the decision."""

    candidate: str
    by: str
    at: str
    body: str


class LoopStory(Told):
    """Everything of the requisition whose interviews run themselves."""

    requisition: str
    plan: PlanStory
    training: TrainingStory
    schedule: ScheduleStory
    step_back: StepBackStory
    interest: InterestStory
    referrer: ReferrerStory
    task: TaskStory
    works: tuple[WorkStory, ...]
    grades: tuple[GradeStory, ...]
    feedback: FeedbackStory


def loop() -> LoopStory:
    """The one story of its kind."""
    return LoopStory.model_validate(page(PAGES / "loop.yaml"))
