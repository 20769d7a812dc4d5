"""Turns the first years of the demo's story into acts: a plan begins, goals are shown and signed, the two answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from app.cli.demo.script import published
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import prose
from app.domain.onboarding.due import Leave
from app.domain.onboarding.goal import GoalAct
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.services import check_ins, evidence, goals, measuring, milestones, newcomers, plan_dates, plans
from app.services.evidence import PieceDraft
from app.services.goals import GoalDraft
from app.services.measuring import AimDraft, ReadingDraft
from app.services.plans import PlanDraft

if TYPE_CHECKING:
    from app.cli.demo.first_years import (
        AddedStory,
        AgreedStory,
        AnswersStory,
        CheckInStory,
        FirstYearStory,
        GoalStory,
        MetricStory,
        NoteStory,
        StepStory,
    )
    from app.cli.demo.moments import Moments

_BY = "amara"
Happens = Iterator[Act]


def of_first_year(story: FirstYearStory, moments: Moments) -> Happens:
    """Everything that happened in somebody's first year so far."""
    yield from _of_plan(story, moments)
    for goal in story.goals:
        yield from _of_goal(story, goal, moments)
    for check_in in story.check_ins:
        yield from _of_check_in(story, check_in, moments)
    for signed in story.signed:
        name = f"signed {story.key} {signed.milestone}"
        for by, at in ((story.key, signed.hire), (story.manager, signed.manager)):
            yield Act(moments.at(at), f"{name} {by}", by, _signing(story, signed.milestone))
    for metric in story.metrics:
        yield from _of_metric(story, metric, moments)
    for number, note in enumerate(story.notes):
        yield Act(moments.at(note.at), f"note {story.key} {number}", note.by, _noting(story, note))


def _of_plan(story: FirstYearStory, moments: Moments) -> Happens:
    yield Act(moments.at(story.begun), _plan(story), _BY, _beginning(story, moments.day(story.starts)))
    if story.leave:
        away = Leave(moments.day(story.leave.first), moments.day(story.leave.last))
        yield Act(moments.at(story.leave.at), f"leave {story.key}", story.manager, _leaving(story, away))
    for one in story.added:
        yield Act(moments.at(one.at), f"goal {story.key} {one.key}", story.manager, _adding(story, one))


def _of_goal(story: FirstYearStory, goal: GoalStory, moments: Moments) -> Happens:
    for number, step in enumerate(goal.steps):
        by = story.manager if step.by_manager else story.key
        perform = _showing if step.act is GoalAct.EVIDENCE else _acting
        yield Act(moments.at(step.at), f"step {story.key} {goal.goal} {number}", by, perform(story, goal.goal, step))


def _of_check_in(story: FirstYearStory, told: CheckInStory, moments: Moments) -> Happens:
    name = f"check-in {story.key} {told.milestone}"
    for by, side in ((story.key, told.hire), (story.manager, told.manager)):
        if side:
            yield Act(moments.at(side.at), f"{name} {by}", by, _answering(story, told.milestone, side))
    if told.agreed:
        agreed = told.agreed
        yield Act(moments.at(agreed.at), f"{name} agreed", story.manager, _agreeing(story, told.milestone, agreed))


def _of_metric(story: FirstYearStory, told: MetricStory, moments: Moments) -> Happens:
    name = f"metric {story.key} {told.metric}"
    yield Act(moments.at(told.at), name, story.manager, _aiming(story, told))
    if told.readings:
        drafts = tuple(ReadingDraft(moments.day(day), value) for day, value in told.readings.values)
        yield Act(moments.at(told.readings.at), f"{name} readings", story.key, _reading(story, name, drafts))


def _beginning(story: FirstYearStory, starts_on: date) -> Callable[[Scene], UUID]:
    def begin(scene: Scene) -> UUID:
        wanted = PlanDraft(
            hire_id=scene.made[f"person {story.key}"],
            manager_id=scene.made[f"person {story.manager}"],
            blueprint_version_id=scene.made[published(story.role)],
            starts_on=starts_on,
            zone=story.zone,
            buddy_id=scene.made[f"person {story.buddy}"],
            application_id=scene.made[f"application {story.key}"] if story.application else None,
        )
        wanted = newcomers.in_country(wanted, story.country)
        return plans.begin(scene.session, scene.actor, wanted, today=_today(scene, story), now=scene.now)

    return begin


def _leaving(story: FirstYearStory, away: Leave) -> Callable[[Scene], None]:
    def leave(scene: Scene) -> None:
        plan = scene.session.get_one(Plan, scene.made[_plan(story)])
        wanted = replace(plan_dates.draft_of(plan), leave=(away,))
        plan_dates.reschedule(
            scene.session, scene.actor, plan.id, wanted, today=_today(scene, story), version=plan.version, now=scene.now
        )

    return leave


def _adding(story: FirstYearStory, told: AddedStory) -> Callable[[Scene], UUID]:
    def add(scene: Scene) -> UUID:
        version = scene.session.get_one(Plan, scene.made[_plan(story)]).version
        wanted = GoalDraft(told.text, scene.made[f"person {story.key}"])
        milestone_id = _milestone(scene, story, told.milestone)
        return goals.add(scene.session, scene.actor, milestone_id, wanted, version=version, now=scene.now)

    return add


def _acting(story: FirstYearStory, key: str, step: StepStory) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        goal = _goal(scene, story, key)
        waits_for = scene.made[f"person {step.waits_for}"] if step.waits_for else None
        goals.act(
            scene.session, scene.actor, goal.id, step.act, version=goal.version, note=prose(step.note),
            waits_for=waits_for, now=scene.now,
        )  # fmt: skip

    return act


def _showing(story: FirstYearStory, key: str, step: StepStory) -> Callable[[Scene], None]:
    def show(scene: Scene) -> None:
        today = _today(scene, story)
        piece = PieceDraft(step.title, today, link=step.link, text=prose(step.text))
        goal_id = _goal(scene, story, key).id
        evidence.show(scene.session, scene.actor, goal_id, piece, folder=scene.folder, today=today, now=scene.now)

    return show


def _answering(story: FirstYearStory, milestone: str, side: AnswersStory) -> Callable[[Scene], None]:
    def answer(scene: Scene) -> None:
        milestone_id, today = _milestone(scene, story, milestone), _today(scene, story)
        check_ins.seal(scene.session, scene.actor, milestone_id, side.answers(), version=0, today=today, now=scene.now)

    return answer


def _agreeing(story: FirstYearStory, milestone: str, told: AgreedStory) -> Callable[[Scene], None]:
    def agree(scene: Scene) -> None:
        milestone_id = _milestone(scene, story, milestone)
        check_ins.conclude(scene.session, scene.actor, milestone_id, prose(told.text), now=scene.now)

    return agree


def _signing(story: FirstYearStory, milestone: str) -> Callable[[Scene], None]:
    def sign(scene: Scene) -> None:
        milestones.sign(scene.session, scene.actor, _milestone(scene, story, milestone), now=scene.now)

    return sign


def _aiming(story: FirstYearStory, told: MetricStory) -> Callable[[Scene], UUID]:
    wanted = AimDraft(told.metric, told.area, told.baseline, told.low, told.high)
    return lambda scene: measuring.pick(scene.session, scene.actor, scene.made[_plan(story)], wanted, now=scene.now)


def _reading(story: FirstYearStory, metric: str, drafts: tuple[ReadingDraft, ...]) -> Callable[[Scene], None]:
    def read(scene: Scene) -> None:
        today = _today(scene, story)
        measuring.read(scene.session, scene.actor, scene.made[metric], drafts, today=today, now=scene.now)

    return read


def _noting(story: FirstYearStory, told: NoteStory) -> Callable[[Scene], None]:
    def write(scene: Scene) -> None:
        plan_id, today = scene.made[_plan(story)], _today(scene, story)
        text = prose(told.text)
        check_ins.write_note(
            scene.session, scene.actor, plan_id, text, talked_on=today, shared=told.shared, now=scene.now
        )

    return write


def _plan(story: FirstYearStory) -> str:
    return f"plan {story.key}"


def _milestones(scene: Scene, story: FirstYearStory) -> list[PlanMilestone]:
    return scene.session.get_one(Plan, scene.made[_plan(story)]).milestones


def _milestone(scene: Scene, story: FirstYearStory, key: str) -> UUID:
    return next(one.id for one in _milestones(scene, story) if one.key == key)


def _goal(scene: Scene, story: FirstYearStory, key: str) -> Goal:
    added = scene.made.get(f"goal {story.key} {key}")
    if added:
        return scene.session.get_one(Goal, added)
    return next(goal for one in _milestones(scene, story) for goal in one.goals if goal.key == key)


def _today(scene: Scene, story: FirstYearStory) -> date:
    return scene.now.astimezone(ZoneInfo(story.zone)).date()
