"""Reads the demo's story: who works at the company, whom it wants to hire, and what everybody wrote.

The story lies in ``pages/`` as YAML, one file a requisition and one a candidate, so that it can be read and changed as
prose. Unknown keys and missing ones are refused with pydantic's ``ValidationError``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.decision import Outcome
from app.domain.hiring import InterviewKind, RevealRule, Stage
from app.domain.permission import Role
from app.domain.preparation import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = "Europe/Amsterdam"
DOMAIN = "brightquay.example"
REQUISITIONS = ("support-assistant", "document-reading", "arrival-times", "route-costs", "empty-containers")
MAIN_ROLE = "senior-ml-pm"
PAGES = Path(__file__).parent / "pages"

RatingText = tuple[int | None] | tuple[int | None, str]


class Told(BaseModel):
    """What every part of the story shares: nothing in it changes, and nothing in it is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonStory(Told):
    """Somebody with an account; ``does`` says in a line why one would sign in as them.

    ``joined`` is when the account was made; without it, at the very beginning.
    """

    key: str
    name: str
    zone: str
    roles: tuple[Role, ...]
    does: str
    joined: str | None = None

    @property
    def email(self) -> str:
        """The address that they sign in with."""
        return f"{self.key}@{DOMAIN}"


class RevisionStory(Told):
    """What an interviewer changed after sealing; dimensions that are not named stay as they were."""

    at: str
    reason: str
    ratings: dict[str, RatingText]
    summary: str


class CardStory(Told):
    """One interviewer's scorecard: sealed, half-written (``draft``), released, or only owed."""

    by: str
    handover: str = ""
    draft: str | None = None
    sealed: str | None = None
    ratings: dict[str, RatingText] = {}
    signals: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    summary: str = ""
    private_note: str = ""
    revision: RevisionStory | None = None
    released: str | None = None
    release_reason: str = ""

    def content(self, changed: RevisionStory | None = None) -> CardContent:
        """What the card says at first, or after a revision."""
        ratings = self.ratings | (changed.ratings if changed else {})
        return CardContent(
            ratings=_ratings(ratings),
            signals=self.signals,
            recommendation=self.recommendation,
            summary=prose(changed.summary if changed else self.summary),
            private_note=prose(self.private_note),
        )


class InterviewStory(Told):
    """One conversation and the cards that came of it, in the order of the people on the panel."""

    title: str
    kind: InterviewKind
    case: str | None = None
    at: str
    minutes: int
    focus: tuple[str, ...]
    cards: tuple[CardStory, ...]


class MoveStory(Told):
    """A stage to which the coordinator moved an application by hand."""

    at: str
    to: Stage
    reason: str = ""


class DebriefStory(Told):
    """When the debrief was opened, and by whom."""

    at: str
    by: str


class VoteStory(Told):
    """A committee member's vote."""

    by: str
    at: str
    outcome: Outcome
    reason: str


class DecisionStory(Told):
    """What the chair recorded; the second and later ones of a candidate correct the one before."""

    at: str
    outcome: Outcome
    reasons: str
    departure_reason: str = ""
    absence_reason: str = ""
    correction_reason: str = ""


class CandidateStory(Told):
    """A candidate's way through one requisition; ``planned`` is when the panel was put together."""

    key: str
    name: str
    email: str
    phone: str = ""
    headline: str
    source: str
    applied: str
    resume: str | None = None
    moves: tuple[MoveStory, ...] = ()
    planned: str | None = None
    interviews: tuple[InterviewStory, ...] = ()
    debrief: DebriefStory | None = None
    votes: tuple[VoteStory, ...] = ()
    decisions: tuple[DecisionStory, ...] = ()


class RequisitionStory(Told):
    """An approved need for a role, the people around it and its way from draft to closed."""

    key: str
    title: str
    role: str = MAIN_ROLE
    coordinator: str
    manager: str
    chair: str
    members: tuple[str, ...]
    openings: int
    panel_size: int
    reveal: RevealRule
    blind: bool = False
    musts: tuple[str, ...]
    drafted: str
    opened: str
    deciding: str | None = None
    closed: str | None = None
    closed_reason: str = ""
    candidates: tuple[CandidateStory, ...]


class PreparationStory(Told):
    """What somebody marked in one sitting: tasks by the plan's id, answers by their text."""

    by: str
    at: str
    ticks: dict[str, tuple[str, ...]] = {}
    answers: dict[str, Mark] = {}


def people() -> tuple[PersonStory, ...]:
    """Everybody with an account, in the order in which the accounts are made."""
    return tuple(PersonStory.model_validate(each) for each in page(PAGES / "people.yaml"))


def requisitions() -> tuple[RequisitionStory, ...]:
    """The needs with all their candidates."""
    return tuple(_requisition(PAGES / name) for name in REQUISITIONS)


def preparations() -> tuple[PreparationStory, ...]:
    """What people marked while preparing, in the order in which they did."""
    return tuple(PreparationStory.model_validate(each) for each in page(PAGES / "preparations.yaml"))


def _requisition(folder: Path) -> RequisitionStory:
    facts = page(folder / "requisition.yaml")
    candidates = [page(folder / f"{key}.yaml") for key in facts["candidates"]]
    return RequisitionStory.model_validate({**facts, "candidates": candidates})


def page(path: Path) -> Any:  # noqa: ANN401  YAML holds anything; the models above say what it has to be
    """What a page of the story holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _ratings(told: Mapping[str, RatingText]) -> tuple[DimensionRating, ...]:
    return tuple(
        DimensionRating(dimension, words[0], prose(words[1]) if len(words) > 1 else "")
        for dimension, words in told.items()
    )


def prose(text: str) -> str:
    """A text that the page breaks into lines, as one line."""
    return " ".join(text.split())
