"""Tells what the HR partner of the demo does: a version published, the next of another role, and a role just begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.cli.demo.stage import Act, Scene
from app.formats import blueprint_edit
from app.formats.archive_layout import role_file
from app.formats.blueprint_skeleton import further
from app.formats.blueprint_tree import at, read_tree, seen
from app.models.blueprint import BlueprintDraft
from app.services import drafts

if TYPE_CHECKING:
    from uuid import UUID

    from app.cli.demo.moments import Moments

_BY = "amara"
_BEGUN, _WEIGHED, _NEW, _UNFINISHED = "-4 10:20", "-4 10:35", "-2 14:05", "-2 14:30"
_NEXT = {"commercial-acumen": 10, "stakeholder-leadership": 10}
_REVISED, _REWEIGHED, _PUBLISHED = "-9 09:40", "-9 09:55", "-9 10:10"
_SECOND_ROLE = "senior-data-scientist"
_LESSONS = {"production-care": 15, "modeling-judgment": 10}
_NOTE = (
    "Three of our last five incidents came after release, so care for what runs weighs more than the choice of model."
)
_NEW_ROLE, _NEW_TITLE = "ml-platform-engineer", "ML Platform Engineer"


def of_drafts(role: str, moments: Moments) -> Iterator[Act]:
    """A second version of one role, a draft that is ready to be published, and one that has a fault to mend."""
    again = "draft again"
    second = _SECOND_ROLE
    yield Act(moments.at(_REVISED), again, _BY, lambda scene: _start(scene, f"blueprint {second}"))
    yield Act(moments.at(_REWEIGHED), "draft again weights", _BY, lambda scene: _weigh(scene, again, second, _LESSONS))
    yield Act(moments.at(_PUBLISHED), "blueprint again", _BY, lambda scene: _publish(scene, again))
    yield Act(moments.at(_BEGUN), "draft next", _BY, lambda scene: _start(scene, "blueprint"))
    yield Act(moments.at(_WEIGHED), "draft next weights", _BY, lambda scene: _weigh(scene, "draft next", role, _NEXT))
    yield Act(moments.at(_NEW), "draft new", _BY, _start_role)
    yield Act(moments.at(_UNFINISHED), "draft new scorecard", _BY, _add_scorecard)


def _start(scene: Scene, version: str) -> UUID:
    return drafts.start_from_version(scene.session, scene.actor, scene.made[version], now=scene.now)


def _publish(scene: Scene, draft: str) -> UUID:
    version = scene.session.get_one(BlueprintDraft, scene.made[draft]).version
    newest = scene.made[f"blueprint {_SECOND_ROLE}"]
    done = drafts.publish(
        scene.session, scene.actor, scene.made[draft], version=version, newest_id=newest, note=_NOTE, now=scene.now
    )
    return done.version_id


def _start_role(scene: Scene) -> UUID:
    return drafts.start_blank(scene.session, scene.actor, _NEW_ROLE, _NEW_TITLE, now=scene.now)


def _add_scorecard(scene: Scene) -> None:
    name, text = further(_NEW_ROLE, "scorecard")
    drafts.add_file(scene.session, scene.actor, scene.made["draft new"], name, text, now=scene.now)
    _weigh(scene, "draft new", _NEW_ROLE, {"first-dimension": 60})


def _weigh(scene: Scene, draft: str, role: str, weights: Mapping[str, int]) -> None:
    name = role_file(role, "scorecard")

    def change(text: str) -> str:
        stored = blueprint_edit.weights_of(at(read_tree(text), ("dimensions",)))
        wanted = {one: weights.get(one, weight) for one, _title, weight in stored}
        return blueprint_edit.weigh(("dimensions",), wanted, seen(stored))(text)

    words = "Changed the weights"
    drafts.edit(scene.session, scene.actor, scene.made[draft], name, change, words=words, now=scene.now)
