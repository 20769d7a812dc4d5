"""Turns calibrations of the demo's story into acts: members vote apart, talk, change with a reason, and lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.climbing import assessment
from app.cli.demo.promoting import case_name
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import prose
from app.models.calibration import CalibrationItem
from app.queries import calibrations as queries
from app.services import calibration_run, calibrations, prevotes
from app.services.calibrations import Sitting
from app.services.prevotes import Ballot, Change

if TYPE_CHECKING:
    from app.cli.demo.growth import BallotStory, ChangedStory, SessionStory, SettledStory
    from app.cli.demo.moments import Moments

_HR = "amara"
Do = Callable[[Scene], None]


def of_session(story: SessionStory, moments: Moments) -> Iterator[Act]:
    """A session as far as it has come."""
    name = _name(story)
    yield Act(moments.at(story.made), name, _HR, _beginning(story))
    yield Act(moments.at(story.made), f"{name} items", _HR, _taking_in(story))
    if story.voting:
        yield Act(moments.at(story.voting), f"{name} voting", story.chair, _voting(story))
    for ballot in story.ballots:
        yield Act(moments.at(ballot.at), f"{name} vote {ballot.whose} {ballot.by}", ballot.by, _sealing(story, ballot))
    if story.opened:
        yield Act(moments.at(story.opened), f"{name} opened", story.chair, _opening(story))
    for settled in story.settled:
        yield Act(moments.at(settled.called), f"{name} calls {settled.whose}", story.chair, _calling(story, settled))
        yield Act(moments.at(settled.at), f"{name} settles {settled.whose}", story.chair, _settling(story, settled))
        yield Act(moments.at(settled.at), f"{name} tells {settled.whose}", story.chair, _telling(story, settled))
    for changed in story.changed:
        yield Act(
            moments.at(changed.at), f"{name} change {changed.whose} {changed.by}", changed.by, _change(story, changed)
        )
    if story.locked:
        yield Act(moments.at(story.locked), f"{name} locked", story.chair, _locking(story))


def _beginning(story: SessionStory) -> Callable[[Scene], UUID]:
    def begin(scene: Scene) -> UUID:
        members = tuple(scene.made[f"person {key}"] for key in story.members)
        wanted = Sitting(story.title, scene.made[f"person {story.chair}"], story.minutes, members)
        return calibrations.begin(scene.session, scene.actor, wanted, now=scene.now)

    return begin


def _taking_in(story: SessionStory) -> Do:
    def take_in(scene: Scene) -> None:
        calibrations.take_in(
            scene.session, scene.actor, scene.made[_name(story)],
            case_ids=[scene.made[case_name(key)] for key in story.cases],
            assessment_ids=[assessment(scene, key, story.rated) for key in story.ratings], now=scene.now,
        )  # fmt: skip

    return take_in


def _voting(story: SessionStory) -> Do:
    return lambda scene: calibration_run.ask_for_votes(
        scene.session, scene.actor, scene.made[_name(story)], now=scene.now
    )


def _sealing(story: SessionStory, told: BallotStory) -> Do:
    def seal(scene: Scene) -> None:
        ballot = Ballot(told.value, prose(told.reason))
        prevotes.seal(scene.session, scene.actor, _item(scene, story, told.whose), ballot, version=0, now=scene.now)

    return seal


def _opening(story: SessionStory) -> Do:
    return lambda scene: calibration_run.open_votes(
        scene.session, scene.actor, scene.made[_name(story)], "", now=scene.now
    )


def _calling(story: SessionStory, told: SettledStory) -> Do:
    def call(scene: Scene) -> None:
        calibration_run.call(scene.session, scene.actor, _item(scene, story, told.whose), now=scene.now)

    return call


def _change(story: SessionStory, told: ChangedStory) -> Do:
    def change(scene: Scene) -> None:
        wanted = Change(told.after, told.why, prose(told.words))
        prevotes.change(scene.session, scene.actor, _item(scene, story, told.whose), wanted, now=scene.now)

    return change


def _settling(story: SessionStory, told: SettledStory) -> Do:
    def settle(scene: Scene) -> None:
        item_id = _item(scene, story, told.whose)
        version = scene.session.get_one(CalibrationItem, item_id).version
        calibration_run.settle(
            scene.session, scene.actor, item_id, told.agreed, prose(told.words), version=version, now=scene.now
        )

    return settle


def _telling(story: SessionStory, told: SettledStory) -> Do:
    def tell(scene: Scene) -> None:
        item_id = _item(scene, story, told.whose)
        version = scene.session.get_one(CalibrationItem, item_id).version
        calibration_run.tell(scene.session, scene.actor, item_id, prose(told.told), version=version, now=scene.now)

    return tell


def _locking(story: SessionStory) -> Do:
    return lambda scene: calibration_run.lock(scene.session, scene.actor, scene.made[_name(story)], now=scene.now)


def _item(scene: Scene, story: SessionStory, key: str) -> UUID:
    """The item that somebody's case is in this session."""
    case_id = scene.made[case_name(key)]
    lines = queries.page(scene.session, scene.actor, scene.made[_name(story)]).lines
    return next(line.head.item_id for line in lines if line.head.case_id == case_id)


def _name(story: SessionStory) -> str:
    return f"calibration {story.key}"
