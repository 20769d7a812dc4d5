"""An earlier opening of the demo's story, told in short: eight candidates, each met by the same four interviewers.

One page holds it. Every candidate has a standing on each dimension and one observation for it; who of the four asked
about what turns with the candidates, so that everybody scores everything over time. A rating is the standing moved by
the interviewer's leaning, within the scale: from these cards strictness can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.demo.script import published
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import (
    MAIN_ROLE,
    PAGES,
    CandidateStory,
    CardStory,
    DebriefStory,
    DecisionStory,
    InterviewStory,
    RequisitionStory,
    Told,
    VoteStory,
    page,
)
from app.cli.fitting import fit_version
from app.domain.card import Recommendation
from app.domain.decision import Outcome
from app.domain.hiring import InterviewKind, RevealRule

if TYPE_CHECKING:
    from uuid import UUID

    from app.cli.demo.moments import Moments
    from app.cli.demo.story import RatingText

_TITLES = ("Strategy and models", "Measures and delivery", "Users and harm", "People and money")
_LOWEST, _HIGHEST = 1, 5
_VERDICTS = {1: Recommendation.STRONG_NO, 2: Recommendation.NO, 3: Recommendation.YES, 4: Recommendation.YES}


class LeaningStory(Told):
    """An interviewer and how far their marks lie from others', in whole points, on the dimension asked about first."""

    key: str
    first: int
    then: int


class EarlierCandidate(Told):
    """A candidate in short; ``seen`` maps each dimension to a standing and what somebody heard or saw."""

    key: str
    name: str
    headline: str
    source: str
    day: int
    verdict: str
    seen: dict[str, tuple[int, str]]


class EarlierStory(Told):
    """The opening with its people, its dimensions in the order in which they are shared out, and its candidates."""

    title: str
    coordinator: str
    manager: str
    chair: str
    members: tuple[str, ...]
    drafted: str
    opened: str
    deciding: str
    closed: str
    closed_reason: str
    dimensions: tuple[str, ...]
    interviewers: tuple[LeaningStory, ...]
    votes: tuple[str, ...]
    candidates: tuple[EarlierCandidate, ...]


def requisition() -> RequisitionStory:
    """The earlier opening as the script of the demo performs it."""
    told = EarlierStory.model_validate(page(PAGES / "earlier.yaml"))
    return RequisitionStory(
        key="customs-papers", title=told.title, role=MAIN_ROLE, coordinator=told.coordinator, manager=told.manager,
        chair=told.chair, members=told.members, openings=1, panel_size=len(told.interviewers),
        reveal=RevealRule.AFTER_OWN, musts=(), drafted=told.drafted, opened=told.opened,
        deciding=told.deciding, closed=told.closed,
        closed_reason=told.closed_reason,
        candidates=tuple(_candidate(told, one, place) for place, one in enumerate(told.candidates)),
    )  # fmt: skip


def _candidate(told: EarlierStory, one: EarlierCandidate, place: int) -> CandidateStory:
    day = one.day
    interviews = tuple(_interview(told, one, number, place) for number in range(len(told.interviewers)))
    votes = tuple(
        VoteStory(by=key, at=f"{day + 5} {10 + number}:20", outcome=Outcome.NO_HIRE, reason=told.votes[number])
        for number, key in enumerate((*told.members, told.chair))
    )
    return CandidateStory(
        key=one.key, name=one.name, email=f"{one.key}@inbox.example", headline=one.headline, source=one.source,
        applied=f"{day - 3} 09:30", planned=f"{day - 2} 11:00", interviews=interviews,
        debrief=DebriefStory(at=f"{day + 4} 09:40", by=told.coordinator), votes=votes,
        decisions=(DecisionStory(at=f"{day + 6} 15:10", outcome=Outcome.NO_HIRE, reasons=one.verdict),),
    )  # fmt: skip


def _interview(told: EarlierStory, one: EarlierCandidate, number: int, place: int) -> InterviewStory:
    """One conversation: two dimensions with observations, and the first of the next two with a rating alone."""
    leaning, pairs, dimensions = told.interviewers[number], len(told.interviewers), told.dimensions
    turn = (number + place) % pairs
    first, second = dimensions[2 * turn : 2 * turn + 2]
    third = dimensions[2 * ((turn + 1) % pairs)]
    ratings: dict[str, RatingText] = {
        first: (_within(one.seen[first][0] + leaning.first), one.seen[first][1]),
        second: (_within(one.seen[second][0] + leaning.then), one.seen[second][1]),
        third: (min(max(one.seen[third][0] + leaning.first, _LOWEST + 1), _HIGHEST - 1),),
    }
    middle = (ratings[first][0] or 0) + (ratings[second][0] or 0)
    card = CardStory(
        by=leaning.key, sealed=f"{one.day + 1} {9 + number:02}:30", ratings=ratings,
        recommendation=_VERDICTS.get(middle // 2, Recommendation.STRONG_YES),
        summary=f"On {_TITLES[turn].lower()}: {one.seen[first][1]}",
    )  # fmt: skip
    return InterviewStory(
        title=_TITLES[turn], kind=InterviewKind.CONVERSATION, at=f"{one.day} {9 + 2 * number:02}:00", minutes=60,
        focus=(first, second), cards=(card,),
    )  # fmt: skip


def fitting(moments: Moments) -> Act:
    """The night in which the strictness of all interviewers was last worked out."""

    def fit(scene: Scene) -> UUID | None:
        return fit_version(scene.session, scene.made[published(MAIN_ROLE)], now=scene.now).fit_id

    return Act(moments.at("-1 02:10"), "strictness", None, fit)


def _within(value: int) -> int:
    return min(max(value, _LOWEST), _HIGHEST)
