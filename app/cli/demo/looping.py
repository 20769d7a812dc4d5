"""Acts of interviews that run themselves: what is planned, who is invited when, what is handed in, who grades it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo import panel
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import prose
from app.domain.card import CardContent, DimensionRating
from app.domain.case_grading import QuestionMark
from app.domain.case_work import CaseMode
from app.domain.missed import Missed
from app.domain.panel_plan.rows import PlanRow
from app.models.case_work import CaseAssignment, CaseTask
from app.models.interview import Interview
from app.models.panel_plan import PanelPlan
from app.services import (
    candidate_feedback,
    case_giving,
    case_tasks,
    case_work,
    graders,
    grades,
    interests,
    interviews,
    panel_plans,
    seat_offers,
    training,
)
from app.services.case_giving import Window
from app.services.case_tasks import QuestionPlan, TaskPlan
from app.services.case_work import Written
from app.services.interviews import InterviewPlan
from app.services.panel_plans import PlanDraft
from app.services.training import Trained

if TYPE_CHECKING:
    from app.cli.demo.loop_story import (
        FeedbackStory,
        GradeStory,
        LoopStory,
        PlanStory,
        ScheduleStory,
        StepBackStory,
        TalkStory,
        WorkStory,
    )
    from app.cli.demo.moments import Moments

TASK = "case task"
_A_MINUTE = timedelta(minutes=1)


def of_loop(story: LoopStory, moments: Moments) -> Iterator[Act]:
    """Everything around one requisition, from its plan to the grades."""
    need = f"requisition {story.requisition}"
    yield Act(moments.at(story.plan.at), f"plan of {need}", story.plan.by, _planning(story.plan, need))
    yield from _of_people(story, moments)
    yield from _of_schedule(story.schedule, need, moments)
    back = story.step_back
    yield Act(moments.at(back.at), f"step back {back.who}", back.who, _stepping_back(back))
    yield from _of_task(story, need, moments)
    for work in story.works:
        yield from _of_work(work, moments)
    for grade in story.grades:
        name = f"grade {grade.candidate} {grade.by}"
        yield Act(moments.at(grade.at), name, grade.by, _grading(grade))
    told = story.feedback
    yield Act(moments.at(told.at), f"feedback {told.candidate}", told.by, _feeding_back(told))


def _planning(told: PlanStory, need: str) -> Callable[[Scene], None]:
    rows = tuple(PlanRow(row.kind, row.title, row.minutes, row.focus, row.raters, row.case) for row in told.rows)

    def save(scene: Scene) -> None:
        draft = PlanDraft(told.minutes, rows)
        panel_plans.save(scene.session, scene.actor, scene.made[need], draft, version=0, now=scene.now)

    return save


def _of_people(story: LoopStory, moments: Moments) -> Iterator[Act]:
    told, since = story.training, moments.day(story.training.since)
    for number, (key, kinds) in enumerate(told.people.items()):
        learned = tuple(Trained("", kind.value) for kind in kinds)

        def train(scene: Scene, key: str = key, learned: tuple[Trained, ...] = learned) -> None:
            training.record(scene.session, scene.actor, scene.made[f"person {key}"], learned, since, now=scene.now)

        yield Act(moments.at(told.at) + number * _A_MINUTE, f"training {key}", told.by, train)
    interest, referrer = story.interest, story.referrer

    def record(scene: Scene) -> UUID:
        application_id, who = scene.made[f"application {interest.candidate}"], scene.made[f"person {interest.who}"]
        return interests.record(scene.session, scene.actor, application_id, who, interest.statement, now=scene.now)

    def refer(scene: Scene) -> None:
        candidate_id, who = scene.made[f"candidate {referrer.candidate}"], scene.made[f"person {referrer.who}"]
        interests.set_referrer(scene.session, scene.actor, candidate_id, who, now=scene.now)

    yield Act(moments.at(interest.at), f"interest {interest.who}", interest.by, record)
    yield Act(moments.at(referrer.at), f"referrer {referrer.candidate}", referrer.by, refer)


def _of_schedule(told: ScheduleStory, need: str, moments: Moments) -> Iterator[Act]:
    def carry_out(scene: Scene) -> None:
        rows = scene.session.get_one(PanelPlan, scene.made[need]).rows
        seats = {rows[talk.row].id: [scene.made[f"person {key}"] for key in talk.people] for talk in told.talks}
        application_id = scene.made[f"application {told.candidate}"]
        made = panel_plans.carry_out(scene.session, scene.actor, application_id, seats, now=scene.now)
        scene.made |= {_talk(told, talk): interview_id for talk, interview_id in zip(told.talks, made, strict=True)}

    yield Act(moments.at(told.at), f"plan for {told.candidate}", told.by, carry_out)
    for number, talk in enumerate(told.talks, 1):
        at = moments.at(told.at) + number * _A_MINUTE
        yield Act(at, f"time of {_talk(told, talk)}", told.by, _timing(told, talk, moments))


def _talk(told: ScheduleStory, talk: TalkStory) -> str:
    return f"interview {told.candidate} {talk.row}"


def _timing(told: ScheduleStory, talk: TalkStory, moments: Moments) -> Callable[[Scene], None]:
    def give_time(scene: Scene) -> None:
        interview = scene.session.get_one(Interview, scene.made[_talk(told, talk)])
        wanted = InterviewPlan(
            kind=interview.kind,
            title=interview.title,
            focus=tuple(focus.dimension for focus in interview.focus),
            interviewer_ids=None,
            starts_at=moments.at(talk.at),
            minutes=interview.minutes,
            case_study=interview.case_study,
            place=talk.place,
        )
        version = interview.version
        interviews.edit(scene.session, scene.actor, interview.id, wanted, version=version, now=scene.now)

    return give_time


def _stepping_back(told: StepBackStory) -> Callable[[Scene], None]:
    def step_back(scene: Scene) -> None:
        card_id, _version = panel.own_card(scene, f"interview {told.candidate} {told.row}")
        successor = scene.made[f"person {told.proposes}"]
        seat_offers.step_back(
            scene.session, scene.actor, card_id, Missed.ABSENT, told.words, successor_id=successor, now=scene.now
        )

    return step_back


def _of_task(story: LoopStory, need: str, moments: Moments) -> Iterator[Act]:
    told = story.task

    def create(scene: Scene) -> UUID:
        session, need_id = scene.session, scene.made[need]
        task_id = case_tasks.create(session, scene.actor, need_id, told.case, CaseMode.TAKE_HOME, now=scene.now)
        task = session.get_one(CaseTask, task_id)
        questions = tuple(
            QuestionPlan(one.text, tuple(sorted(focus.dimension for focus in one.focus))) for one in task.questions
        )
        # Without a countdown, so that somebody can be found at work whenever the demo is looked at.
        wanted = TaskPlan(task.title, None, task.instructions, takes_files=True, questions=questions)
        case_tasks.edit(session, scene.actor, task_id, wanted, version=task.version, now=scene.now)
        return task_id

    yield Act(moments.at(told.at), TASK, told.by, create)
    for number, key in enumerate(told.graders, 1):

        def appoint(scene: Scene, key: str = key) -> UUID:
            return graders.appoint(
                scene.session, scene.actor, scene.made[TASK], scene.made[f"person {key}"], now=scene.now
            )

        yield Act(moments.at(told.at) + number * _A_MINUTE, f"grader {key}", told.by, appoint)


def _of_work(told: WorkStory, moments: Moments) -> Iterator[Act]:
    name = f"work {told.candidate}"
    window = Window(moments.at(told.given), moments.at(told.closes))

    def give(scene: Scene) -> UUID:
        application_id = scene.made[f"application {told.candidate}"]
        return case_giving.assign(scene.session, scene.actor, scene.made[TASK], application_id, window, now=scene.now)

    def write(scene: Scene) -> None:
        application_id, given = scene.made[f"application {told.candidate}"], scene.made[name]
        case_work.start(scene.session, application_id, given, consented=True, now=scene.now)
        answers = {number: Written(text.strip(), 0, "demo", number) for number, text in enumerate(told.answers, 1)}
        case_work.save(scene.session, application_id, given, answers, now=scene.now + 20 * _A_MINUTE)

    def hand_in(scene: Scene) -> None:
        application_id = scene.made[f"application {told.candidate}"]
        case_work.hand_in(scene.session, application_id, scene.made[name], now=scene.now)

    yield Act(moments.at(told.given), name, "nadia", give)
    yield Act(moments.at(told.began), f"{name} began", None, write)
    if told.handed_in:
        yield Act(moments.at(told.handed_in), f"{name} handed in", None, hand_in)


def _grading(told: GradeStory) -> Callable[[Scene], None]:
    content = CardContent(
        ratings=tuple(
            DimensionRating(dimension, said[0], said[1] if len(said) > 1 else "")
            for dimension, said in told.ratings.items()
        ),
        recommendation=told.recommendation,
        summary=prose(told.summary),
    )

    def grade(scene: Scene) -> None:
        session, given = scene.session, scene.made[f"work {told.candidate}"]
        asked = session.get_one(CaseTask, session.get_one(CaseAssignment, given).task_id).questions
        for question, value in zip(asked, told.marks, strict=False):
            mark = QuestionMark(question.id, marked=True, value=value, seen=told.seen)
            grades.save_mark(session, scene.actor, given, mark, version=0, now=scene.now)
        version = grades.save_draft(session, scene.actor, given, content, version=0, now=scene.now)
        if told.sealed:
            grades.seal(session, scene.actor, given, content, version=version, now=scene.now)

    return grade


def _feeding_back(told: FeedbackStory) -> Callable[[Scene], None]:
    def feed_back(scene: Scene) -> None:
        application_id = scene.made[f"application {told.candidate}"]
        candidate_feedback.write(scene.session, scene.actor, application_id, told.body, version=0, now=scene.now)
        candidate_feedback.share(scene.session, scene.actor, application_id, version=1, now=scene.now)

    return feed_back
