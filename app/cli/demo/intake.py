"""A closed opening of the demo's story with many applications, and the report on groups that was released of it.

What was said of themselves is kept under a key that nobody has any more, as after a change of the installation's
secret: not even the demo can tell whose an answer was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from app.cli.demo import script
from app.cli.demo.stage import NAMESPACE, Act, Scene
from app.cli.demo.story import PAGES, CandidateStory, MoveStory, RequisitionStory, Told, page
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.fairness.questions import DEFAULT
from app.domain.hiring import RevealRule, Stage
from app.services import impact, self_identification

if TYPE_CHECKING:
    from uuid import UUID

    from app.cli.demo.moments import Moments

KEY, ROLE = "berth-planning", "senior-data-scientist"
RELEASE = f"impact {KEY}"
_KEYS = AnswerKeys.of(f"{NAMESPACE} berth planning")
_LEFT = "Took another position before anybody had looked at the application."
_FIRST_DAY, _A_DAY = -108, 4
_WAYS = {
    Stage.APPLIED: (),
    Stage.SCREENING: (Stage.SCREENING,),
    Stage.INTERVIEWING: (Stage.SCREENING, Stage.INTERVIEWING),
    Stage.WITHDRAWN: (Stage.WITHDRAWN,),
}


class SaidStory(Told):
    """How many people gave these answers, to the first question and perhaps the second."""

    answers: tuple[str, ...]
    people: int


class IntakeStory(Told):
    """The opening, its people by how far they came, and apart from them what was said by how many."""

    title: str
    coordinator: str
    manager: str
    chair: str
    members: tuple[str, ...]
    drafted: str
    opened: str
    closed: str
    closed_reason: str
    partner: str
    released: str
    headlines: tuple[str, ...]
    came: dict[Stage, tuple[str, ...]]
    said: dict[Stage, tuple[SaidStory, ...]]


def of_intake(moments: Moments) -> Iterator[Act]:
    """Everybody who applied, what was said, and the report, released by somebody who took no part."""
    told = IntakeStory.model_validate(page(PAGES / "intake.yaml"))
    people = [(name, stage) for stage, names in told.came.items() for name in names]
    candidates = tuple(_candidate(told, *one, place) for place, one in enumerate(people))
    need = RequisitionStory(
        key=KEY, title=told.title, role=ROLE, coordinator=told.coordinator, manager=told.manager, chair=told.chair,
        members=told.members, openings=1, panel_size=3, reveal=RevealRule.AFTER_OWN, musts=(), drafted=told.drafted,
        opened=told.opened, closed=told.closed, closed_reason=told.closed_reason, candidates=candidates,
    )  # fmt: skip
    yield from script.of_requisition(need, moments)
    for stage, groups in told.said.items():
        speakers = iter([one for one, (_, came) in zip(candidates, people, strict=True) if came is stage])
        for group in groups:
            for _ in range(group.people):
                speaker = next(speakers)
                at = moments.at(speaker.applied) + timedelta(hours=3)
                yield Act(at, f"said {speaker.key}", None, _saying(speaker.key, group.answers))
    yield Act(moments.at(told.released), RELEASE, told.partner, _release)


def _candidate(told: IntakeStory, name: str, stage: Stage, place: int) -> CandidateStory:
    day = _FIRST_DAY + place // _A_DAY
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.lower()) if one.isascii())
    key = plain.replace(" ", ".")
    why = _LEFT if stage is Stage.WITHDRAWN else ""
    moves = [MoveStory(at=f"{day + 2 * step} 15:30", to=to, reason=why) for step, to in enumerate(_WAYS[stage], 1)]
    return CandidateStory(
        key=key, name=name, email=f"{key}@mailbox.example", headline=told.headlines[place % len(told.headlines)],
        source="Answered the advertisement", applied=f"{day} {9 + place % _A_DAY:02}:{place % 60:02}",
        moves=tuple(moves),
    )  # fmt: skip


def _saying(key: str, answers: tuple[str, ...]) -> Callable[[Scene], None]:
    given = {question.title: answer for question, answer in zip(DEFAULT, answers, strict=False)}

    def say(scene: Scene) -> None:
        application_id = scene.made[f"application {key}"]
        self_identification.answer(scene.session, application_id, given, keys=_KEYS, asked=DEFAULT)

    return say


def _release(scene: Scene) -> UUID:
    requisition_ids = (scene.made[f"requisition {KEY}"],)
    return impact.release(scene.session, scene.actor, requisition_ids, keys=_KEYS, asked=DEFAULT, now=scene.now)
