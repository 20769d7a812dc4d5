"""Tells the demo of times: where a candidate is, what they ask for, and when interviewers are busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import PAGES, Told, page
from app.domain.candidate_link import CandidateFacts
from app.domain.slots import Span
from app.services import busy_times, links, schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from app.cli.demo.moments import Moments


class WishStory(Told):
    """What a candidate asks for."""

    at: str
    words: str


class CalendarStory(Told):
    """When somebody is busy, from a calendar of theirs."""

    person: str
    name: str
    at: str
    busy: tuple[tuple[str, str], ...]


class TimingStory(Told):
    """One candidate's zone and wish, and the calendars of who interviews them."""

    candidate: str
    zone: str
    since: str
    wish: WishStory
    calendars: tuple[CalendarStory, ...]


def of_times(moments: Moments) -> Iterator[Act]:
    """Calendars given, a zone said and a wish sent."""
    story = TimingStory.model_validate(page(PAGES / "timing.yaml"))
    for told in story.calendars:
        yield Act(moments.at(told.at), f"calendar {told.person}", told.person, _giving(told, moments))

    def say_zone(scene: Scene) -> None:
        schedules.set_zone(scene.session, _visitor(scene, story.candidate), story.zone)

    def wish(scene: Scene) -> None:
        schedules.ask(scene.session, _visitor(scene, story.candidate), story.wish.words, now=scene.now)

    yield Act(moments.at(story.since), f"zone of {story.candidate}", None, say_zone)
    yield Act(moments.at(story.wish.at), f"wish of {story.candidate}", None, wish)


def _giving(told: CalendarStory, moments: Moments) -> Callable[[Scene], UUID]:
    def give(scene: Scene) -> UUID:
        spans = [Span(moments.at(first), moments.at(last)) for first, last in told.busy]
        return busy_times.add_file(scene.session, scene.actor, told.name, spans, now=scene.now)

    return give


def _visitor(scene: Scene, candidate: str) -> CandidateFacts:
    """The candidate as they come by their link."""
    application_id = scene.made[f"application {candidate}"]
    link = links.lasting(scene.session, application_id, scene.now + links.LASTS, now=scene.now)
    return CandidateFacts(application_id, scene.made[f"candidate {candidate}"], link.id)
