"""Turns levels, cycles and assessments of the demo's story into acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from app.cli.demo.script import published
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import MAIN_ROLE, ZONE, prose
from app.domain.growth.answers import Answers
from app.models.assessment import Cycle
from app.models.facts import actor_facts
from app.queries import own_ladder
from app.services import assessment_talk, assessments, cycles, placements
from app.services.cycles import CycleDraft

if TYPE_CHECKING:
    from datetime import date

    from app.cli.demo.growth import (
        ClimberStory,
        CycleStory,
        LadderStory,
        MarksStory,
        PeerStory,
        PlacedStory,
        RoundStory,
    )
    from app.cli.demo.moments import Moments
    from app.domain.blueprint import Blueprint

_HR = "amara"
Happens = Iterator[Act]


def of_ladder(
    story: LadderStory, climbers: tuple[ClimberStory, ...], blueprint: Blueprint, moments: Moments
) -> Happens:
    """Levels and lines of reporting, the cycles, and everybody's part in them."""
    for placed in story.placed:
        at = moments.at(placed.at)
        yield Act(at, f"placement {placed.person}", _HR, _placing(placed, moments.day(placed.since)))
        yield Act(at, f"reporting {placed.person}", _HR, _reporting(placed))
    for cycle in story.cycles:
        people = tuple(one.key for one in climbers if any(part.cycle == cycle.key for part in one.rounds))
        yield Act(moments.at(cycle.opened), _cycle(cycle.key), _HR, _opening(people, moments.day(cycle.due)))
        if cycle.closed:
            yield Act(moments.at(cycle.closed), f"{_cycle(cycle.key)} closed", _HR, _closing(cycle))
    needed = blueprint.ladder.required("senior") if blueprint.ladder else ()
    asked = tuple(one.competency for one in needed)
    for climber in climbers:
        for part in climber.rounds:
            yield from _of_round(climber, part, asked, moments)


def _of_round(story: ClimberStory, part: RoundStory, asked: tuple[str, ...], moments: Moments) -> Happens:
    name = f"round {story.key} {part.cycle}"
    answered = [(story.key, part.own), (story.manager, part.manager)]
    for peer in part.peers:
        yield Act(moments.at(peer.asked), f"{name} asks {peer.by}", story.key, _asking(story, part, peer))
        answered.append((peer.by, peer.marks))
    for by, marks in answered:
        if marks:
            yield Act(moments.at(marks.at), f"{name} {by}", by, _answering(story, part, marks, asked))
    if part.agreed:
        agreed = part.agreed
        yield Act(moments.at(agreed.at), f"{name} agreed", story.manager, _agreeing(story, part, agreed.text))


def assessment(scene: Scene, key: str, cycle: str) -> UUID:
    """Somebody's assessment in a cycle."""
    subject = actor_facts(scene.session, scene.made[f"person {key}"])
    title = scene.session.get_one(Cycle, scene.made[_cycle(cycle)]).title
    found = own_ladder.own_ladder(scene.session, subject, today=today(scene)).assessments if subject else ()
    return next(one.assessment_id for one in found if one.cycle == title)


def today(scene: Scene) -> date:
    """The company's calendar day of an act."""
    return scene.now.astimezone(ZoneInfo(ZONE)).date()


def _placing(story: PlacedStory, since: date) -> Callable[[Scene], UUID]:
    def place(scene: Scene) -> UUID:
        person_id = scene.made[f"person {story.person}"]
        reason = "Taken over from the files of HR."
        return placements.place(
            scene.session, scene.actor, person_id, MAIN_ROLE, story.level, since, reason, now=scene.now
        )

    return place


def _reporting(story: PlacedStory) -> Callable[[Scene], None]:
    def report(scene: Scene) -> None:
        person_id, manager_id = scene.made[f"person {story.person}"], scene.made[f"person {story.manager}"]
        placements.report_to(scene.session, scene.actor, person_id, manager_id, story.team, now=scene.now)

    return report


def _opening(people: tuple[str, ...], due_on: date) -> Callable[[Scene], UUID]:
    def open_cycle(scene: Scene) -> UUID:
        day = today(scene)
        wanted = CycleDraft(
            title=f"Assessment of {day:%B %Y}",
            blueprint_version_id=scene.made[published(MAIN_ROLE)],
            due_on=due_on,
            people={scene.made[f"person {key}"]: None for key in people},
            with_peers=True,
        )
        return cycles.open_cycle(scene.session, scene.actor, wanted, today=day, now=scene.now)

    return open_cycle


def _closing(story: CycleStory) -> Callable[[Scene], None]:
    def close(scene: Scene) -> None:
        cycle_id = scene.made[_cycle(story.key)]
        version = scene.session.get_one(Cycle, cycle_id).version
        cycles.close(scene.session, scene.actor, cycle_id, version=version, now=scene.now)

    return close


def _asking(story: ClimberStory, part: RoundStory, peer: PeerStory) -> Callable[[Scene], None]:
    def ask(scene: Scene) -> None:
        assessment_id, peer_id = assessment(scene, story.key, part.cycle), scene.made[f"person {peer.by}"]
        assessment_talk.ask_peer(scene.session, scene.actor, assessment_id, peer_id, now=scene.now)

    return ask


def _answering(
    story: ClimberStory, part: RoundStory, told: MarksStory, asked: tuple[str, ...]
) -> Callable[[Scene], None]:
    def answer(scene: Scene) -> None:
        behind = [(name, scene.made[f"entry {story.key} {key}"]) for name, keys in told.behind.items() for key in keys]
        answers = Answers(told.marks(asked), prose(told.words), tuple(behind), told.current, told.target)
        assessment_id = assessment(scene, story.key, part.cycle)
        keep = assessments.seal if told.sealed else assessments.save
        keep(scene.session, scene.actor, assessment_id, answers, version=0, now=scene.now)

    return answer


def _agreeing(story: ClimberStory, part: RoundStory, text: str) -> Callable[[Scene], None]:
    def agree(scene: Scene) -> None:
        assessment_id = assessment(scene, story.key, part.cycle)
        assessment_talk.conclude(scene.session, scene.actor, assessment_id, prose(text), now=scene.now)

    return agree


def _cycle(key: str) -> str:
    return f"cycle {key}"
