"""Turns evidence logs of the demo's story into acts: entries, and who was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.climbing import today
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import prose
from app.domain.growth.log import Word
from app.services import corroborations, evidence_log
from app.services.evidence_log import EntryDraft

if TYPE_CHECKING:
    from datetime import date

    from app.cli.demo.growth import ClimberStory, EntryStory, WitnessStory
    from app.cli.demo.moments import Moments


def of_log(story: ClimberStory, moments: Moments) -> Iterator[Act]:
    """Everything that somebody gathered."""
    for entry in story.entries:
        name = entry_name(story.key, entry.key)
        yield Act(moments.at(entry.at), name, story.key, _adding(entry, moments.day(entry.about)))
        for one in entry.witnesses:
            yield Act(moments.at(one.asked), f"{name} asks {one.by}", story.key, _asking(name, one))
            if one.word:
                yield Act(moments.at(one.at), f"{name} {one.by}", one.by, _answering(name, one.word, one.words))


def entry_name(key: str, entry: str) -> str:
    """The act that adds an entry to somebody's log."""
    return f"entry {key} {entry}"


def _adding(story: EntryStory, about_on: date) -> Callable[[Scene], UUID]:
    def add(scene: Scene) -> UUID:
        draft = EntryDraft(
            title=story.title, about_on=about_on, visibility=story.visibility, body=story.link or prose(story.text),
            shows=story.showings(),
        )  # fmt: skip
        return evidence_log.add(
            scene.session, scene.actor, draft, folder=scene.folder, today=today(scene), now=scene.now
        )

    return add


def _asking(name: str, story: WitnessStory) -> Callable[[Scene], None]:
    def ask(scene: Scene) -> None:
        person_id = scene.made[f"person {story.by}"]
        corroborations.ask(scene.session, scene.actor, scene.made[name], person_id, now=scene.now)

    return ask


def _answering(name: str, word: Word, words: str) -> Callable[[Scene], None]:
    def answer(scene: Scene) -> None:
        corroborations.answer(scene.session, scene.actor, scene.made[name], word, prose(words), now=scene.now)

    return answer
