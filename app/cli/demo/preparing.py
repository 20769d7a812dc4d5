"""Tells what people of the demo marked while they prepared for the role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from app.cli.demo.stage import Act, Scene
from app.domain import preparation
from app.domain.preparation import Kind, Mark
from app.services import preparation as services

if TYPE_CHECKING:
    from app.cli.demo.moments import Moments
    from app.cli.demo.story import PreparationStory
    from app.domain.blueprint import Blueprint


def of_preparations(stories: tuple[PreparationStory, ...], blueprint: Blueprint, moments: Moments) -> Iterator[Act]:
    """One act a sitting; ``KeyError`` for a text that the guide does not have."""
    for number, story in enumerate(stories):
        changes = _changes(story, blueprint)
        yield Act(moments.at(story.at), f"preparation {number}", story.by, _keeping(changes))


def _changes(story: PreparationStory, blueprint: Blueprint) -> dict[str, Mark | None]:
    keys = {
        (item.part if item.kind is Kind.TASK else "", item.entry.text): item.key
        for item in preparation.items(blueprint.guide)
    }
    ticks = {keys[plan, text]: Mark.DONE for plan, texts in story.ticks.items() for text in texts}
    return {**ticks, **{keys["", text]: mark for text, mark in story.answers.items()}}


def _keeping(changes: dict[str, Mark | None]) -> Callable[[Scene], None]:
    def keep(scene: Scene) -> None:
        services.keep(scene.session, scene.actor, scene.made["blueprint"], changes, now=scene.now)

    return keep
