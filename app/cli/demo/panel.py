"""Acts around a candidate's interviews: the panel is planned, notes are passed on, scorecards come in or do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.stage import Act, Scene
from app.models.scorecard import ScorecardRow
from app.queries import kits
from app.services import interviews, scorecards
from app.services.interviews import InterviewPlan

if TYPE_CHECKING:
    from datetime import datetime

    from app.cli.demo.moments import Moments
    from app.cli.demo.story import CandidateStory, CardStory, InterviewStory, RevisionStory

_BETWEEN_PLANS = timedelta(minutes=4)
_BEFORE_SEALING = timedelta(minutes=5)


def of_candidate(story: CandidateStory, coordinator: str, moments: Moments) -> Iterator[Act]:
    """Everything that happened around the interviews of one candidate."""
    for number, interview in enumerate(story.interviews):
        name = f"interview {story.key} {number}"
        starts = moments.at(interview.at)
        planned = moments.at(story.planned or interview.at) + number * _BETWEEN_PLANS
        yield Act(planned, name, coordinator, _planning(story, interview, starts))
        for card in interview.cards:
            yield from _of_card(card, name, moments)


def _of_card(story: CardStory, interview: str, moments: Moments) -> Iterator[Act]:
    name = f"card {interview} {story.by}"
    if story.draft:
        yield Act(moments.at(story.draft), f"{name} draft", story.by, _drafting(story, interview))
    if story.sealed:
        sealed = moments.at(story.sealed)
        if story.handover:
            yield Act(sealed - _BEFORE_SEALING, f"{name} handover", story.by, _passing_on(story, interview))
        yield Act(sealed, name, story.by, _sealing(story, interview))
    if story.revision:
        changed = story.revision
        yield Act(moments.at(changed.at), f"{name} revision", story.by, _revising(story, changed, interview))
    if story.released:
        yield Act(moments.at(story.released), f"{name} released", story.by, _releasing(story, interview))


def _planning(story: CandidateStory, told: InterviewStory, starts: datetime) -> Callable[[Scene], UUID]:
    def plan(scene: Scene) -> UUID:
        wanted = InterviewPlan(
            kind=told.kind,
            title=told.title,
            focus=told.focus,
            interviewer_ids=tuple(scene.made[f"person {card.by}"] for card in told.cards),
            starts_at=starts,
            minutes=told.minutes,
            case_study=told.case,
        )
        application_id = scene.made[f"application {story.key}"]
        return interviews.plan(scene.session, scene.actor, application_id, wanted, now=scene.now)

    return plan


def _drafting(story: CardStory, interview: str) -> Callable[[Scene], None]:
    def draft(scene: Scene) -> None:
        card_id, version = own_card(scene, interview)
        scorecards.save_draft(scene.session, scene.actor, card_id, story.content(), version=version, now=scene.now)

    return draft


def _passing_on(story: CardStory, interview: str) -> Callable[[Scene], None]:
    def pass_on(scene: Scene) -> None:
        card_id, _version = own_card(scene, interview)
        scorecards.handover(scene.session, scene.actor, card_id, " ".join(story.handover.split()), scene.now)

    return pass_on


def _sealing(story: CardStory, interview: str) -> Callable[[Scene], None]:
    def seal(scene: Scene) -> None:
        card_id, version = own_card(scene, interview)
        scorecards.seal(scene.session, scene.actor, card_id, story.content(), version=version, now=scene.now)

    return seal


def _revising(story: CardStory, changed: RevisionStory, interview: str) -> Callable[[Scene], None]:
    def revise(scene: Scene) -> None:
        card_id, version = own_card(scene, interview)
        content, reason = story.content(changed), " ".join(changed.reason.split())
        scorecards.revise(scene.session, scene.actor, card_id, content, version=version, reason=reason, now=scene.now)

    return revise


def _releasing(story: CardStory, interview: str) -> Callable[[Scene], None]:
    def release(scene: Scene) -> None:
        card_id, _version = own_card(scene, interview)
        scorecards.release(scene.session, scene.actor, card_id, " ".join(story.release_reason.split()), scene.now)

    return release


def own_card(scene: Scene, interview: str) -> tuple[UUID, int]:
    """The id and version of the acting person's scorecard of the interview that an act of this name planned."""
    card_id = kits.kit(scene.session, scene.actor, scene.made[interview]).seat.card_id
    if card_id is None:
        message = f"nobody planned {scene.actor.email} for {interview}"
        raise ValueError(message)
    return card_id, scene.session.get_one(ScorecardRow, card_id).version
