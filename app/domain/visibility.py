"""What of a record a person may know of, field by field, once the permission map has let them near it.

Independent first: whoever owes a card on a candidate must not learn from a stage, a history or a panel that others
have sealed, that a debrief was opened or that a decision was recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.card import CardState
from app.domain.hiring import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from app.domain.permission import ApplicationFacts

TELLING_STAGES = frozenset({Stage.DEBRIEF, Stage.DECIDED})
"""Stages that say how far the evaluation has come."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an application's history: from where (``None`` for the first), to where, why, when, by whom."""

    from_stage: Stage | None
    to_stage: Stage
    reason: str
    at: datetime
    by: str


def shown_stage(stage: Stage, *, owes: bool) -> Stage:
    """The stage as somebody sees it who does or does not owe a card on the candidate."""
    return Stage.INTERVIEWING if owes and stage in TELLING_STAGES else stage


def stage_for(facts: ApplicationFacts, stage: Stage) -> Stage:
    """The stage as this person may know it; every page, list, export and search shows this one."""
    return shown_stage(stage, owes=facts.owes > 0)


def shows_seat(state: CardState, *, owes: bool, own: bool) -> bool:
    """Whether a seat on a panel is there, as far as a person may know.

    To somebody who owes a card on the candidate every seat of others that was ever given stays there: that a person
    was released would tell what became of their card.
    """
    return state is not CardState.RELEASED or (owes and not own)


def history_for(facts: ApplicationFacts, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The history as this person may know it, in the order given.

    For somebody who owes a card, steps between stages that look alike to them fall away, and a step out of a telling
    stage loses its reason.
    """
    if facts.owes == 0:
        return tuple(steps)
    seen = (_veiled(step) for step in steps)
    return tuple(step for step in seen if step.from_stage is not step.to_stage)


def _veiled(step: Step) -> Step:
    if step.from_stage not in TELLING_STAGES and step.to_stage not in TELLING_STAGES:
        return step
    before = shown_stage(step.from_stage, owes=True) if step.from_stage else None
    return replace(step, from_stage=before, to_stage=shown_stage(step.to_stage, owes=True), reason="")
