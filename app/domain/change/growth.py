"""Changes in how people grow: competencies, the first year, metrics, the ladder and the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.change.lists import Kind, entries, gained, in_list, sections
from app.domain.change.pairs import Key
from app.domain.change.record import Area, Effect
from app.domain.change.words import ORIGIN, Field, Scene, compared, counted
from app.domain.competency import Competency, Rung
from app.domain.guide import Guide, Plan
from app.domain.metric import Metric, Metrics
from app.domain.milestone import LongTerm, Milestone, Onboarding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.domain.change.record import Change

_READING = (Effect.READING,)
_GROWTH = (Effect.ASSESSMENTS, Effect.PROMOTIONS)


def competencies(
    before: Sequence[Competency], after: Sequence[Competency], titles: Mapping[tuple[str, str], str]
) -> Iterator[Change]:
    """Say what differs between the competencies of two blueprints."""
    return in_list(
        Scene(Area.COMPETENCIES, "the competencies", _GROWTH, "competencies", titles), _COMPETENCY, before, after
    )


def onboarding(before: Onboarding | None, after: Onboarding | None) -> Iterator[Change]:
    """Say what differs between two plans for the first year."""
    scene = Scene(Area.PLAN, "the first year", (Effect.PLANS,), "onboarding")
    if before is None or after is None:
        kept = before or after
        if kept:
            yield gained(scene, "first year", counted(len(kept.milestones), "milestone"), kept, gone=after is None)
        return
    yield from compared(scene.below("calendar"), before.calendar, after.calendar, _CALENDAR)
    yield from in_list(scene.below("milestones"), _MILESTONE, before.milestones, after.milestones)
    yield from _long_term(scene.below("long_term"), before.long_term, after.long_term)
    yield from compared(scene, before, after, {}, elsewhere=("calendar", "milestones", "long_term"))


def metrics(before: Metrics | None, after: Metrics | None) -> Iterator[Change]:
    """Say what differs between the metrics of two blueprints."""
    scene = Scene(Area.METRICS, "the metrics", (Effect.METRICS,), "metrics")
    if before is None or after is None:
        kept = before or after
        if kept:
            yield gained(scene, "part on metrics", counted(len(kept.metrics), "metric"), kept, gone=after is None)
        return
    yield from in_list(scene.below("metrics"), _METRIC, before.metrics, after.metrics)
    yield from entries(scene.touching(Effect.READING).below("guidance"), before.guidance, after.guidance)
    words = {"note": Field("note", _READING)}
    yield from compared(scene, before, after, words, elsewhere=("metrics", "guidance"))


def guide(before: Guide | None, after: Guide | None) -> Iterator[Change]:
    """Say what differs between two guides."""
    scene = Scene(Area.GUIDE, "the guide", _READING, "guide")
    if before is None or after is None:
        kept = before or after
        if kept:
            yield gained(scene, "guide", counted(len(kept.sections), "section"), kept, gone=after is None)
        return
    yield from sections(scene.below("sections"), before.sections, after.sections)
    yield from in_list(scene.below("plans"), _PLAN, before.plans, after.plans)
    yield from compared(scene, before, after, {}, elsewhere=("sections", "plans"))


def _competency(scene: Scene, before: Competency, after: Competency) -> Iterator[Change]:
    yield from compared(scene, before, after, _COMPETENCY_WORDS, elsewhere=("rungs",))
    yield from in_list(scene.below("rungs"), _rung_kind(scene), before.rungs, after.rungs)


def _rung_kind(scene: Scene) -> Kind[Rung]:
    def differ(own: Scene, before: Rung, after: Rung) -> Iterator[Change]:
        words = {"id": Field("id"), "points": Field("points")}
        yield from compared(own, before, after, words, elsewhere=("criteria", "examples"))
        yield from entries(own.below("criteria"), before.criteria, after.criteria)
        yield from entries(own.touching(Effect.READING).below("examples"), before.examples, after.examples)

    return Kind(
        noun="rung",
        key=lambda rung: Key(rung.id, rung.id),
        title=lambda rung: scene.title("level", rung.id),
        differ=differ,
    )


def _milestone(scene: Scene, before: Milestone, after: Milestone) -> Iterator[Change]:
    words = {
        "id": Field("id"),
        "title": Field("title"),
        "offset": Field("distance from the start"),
        "review_opens": Field("opening of the review"),
        "sign_off": Field("signatures"),
        "owner": Field("owner"),
    }
    yield from compared(scene, before, after, words, elsewhere=("goals", "evidence"))
    yield from entries(scene.below("goals"), before.goals, after.goals)
    yield from entries(scene.below("evidence"), before.evidence, after.evidence)


def _long_term(scene: Scene, before: LongTerm | None, after: LongTerm | None) -> Iterator[Change]:
    kept = after or before
    if kept is None:
        return
    own = scene.of(kept.title)
    if before is None or after is None:
        goals = counted(len(kept.goals), "goal")
        yield gained(own, f"outlook {own.place}", goals, kept, gone=after is None)
        return
    words = {"title": Field("title"), "opens": Field("beginning"), "closes": Field("end")}
    yield from compared(own, before, after, words, elsewhere=("goals",))
    yield from entries(own.below("goals"), before.goals, after.goals)


def _metric(scene: Scene, before: Metric, after: Metric) -> Iterator[Change]:
    yield from compared(scene, before, after, _METRIC_WORDS, elsewhere=("target",))
    yield from compared(scene.below("target"), before.target, after.target, _TARGET_WORDS)


def _plan(scene: Scene, before: Plan, after: Plan) -> Iterator[Change]:
    words = {"id": Field("id"), "title": Field("title"), "duration": Field("duration")}
    yield from compared(scene, before, after, words, elsewhere=("tasks",))
    yield from entries(scene.below("tasks"), before.tasks, after.tasks)


_CALENDAR = {
    "days": Field("kind of days counted"),
    "roll": Field("way that due dates leave a free day"),
    "extend_for_leave": Field("leave", turns=("is extended by leave", "is no longer extended by leave")),
}
_COMPETENCY_WORDS = {
    "id": Field("id"),
    "title": Field("title"),
    "group": Field("group"),
    "importance": Field("importance"),
    "qualifiers": Field("qualifiers", _READING),
    "description": Field("description"),
    "use": Field("use"),
    "why": Field("reason"),
    "shows": Field("way of showing"),
    "strong": Field("strong performance"),
    "origin": ORIGIN,
}
_METRIC_WORDS = {
    "id": Field("id"),
    "title": Field("title"),
    "measures": Field("measure"),
    "why": Field("reason", _READING),
    "frequency": Field("frequency"),
    "guardrail": Field("guardrail", turns=("becomes a guardrail", "is no longer a guardrail")),
    "context_specific": Field(
        "context", turns=("is marked as depending on context", "is no longer marked as depending on context")
    ),
    "origin": ORIGIN,
}
_TARGET_WORDS = {
    "text": Field("target"),
    "low": Field("lower bound"),
    "high": Field("upper bound"),
    "unit": Field("unit"),
    "direction": Field("direction"),
}
_COMPETENCY: Kind[Competency] = Kind(
    noun="competency",
    key=lambda competency: Key(competency.id, competency.title),
    title=lambda competency: competency.title,
    differ=_competency,
)
_MILESTONE: Kind[Milestone] = Kind(
    noun="milestone",
    key=lambda milestone: Key(milestone.id, milestone.title),
    title=lambda milestone: milestone.title,
    differ=_milestone,
)
_METRIC: Kind[Metric] = Kind(
    noun="metric",
    key=lambda metric: Key(metric.id, metric.title),
    title=lambda metric: metric.title,
    differ=_metric,
)
_PLAN: Kind[Plan] = Kind(
    noun="plan",
    key=lambda plan: Key(plan.id, plan.title),
    title=lambda plan: plan.title,
    differ=_plan,
)
