"""Turns promotion cases of the demo's story into acts, from the first request to the signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.climbing import today
from app.cli.demo.proving import entry_name
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import prose
from app.domain.growth.casework import CaseTexts, Feedback, Verdict
from app.models.promotion import PeerFeedback, PromotionCase
from app.services import case_decisions, case_feedback, cases
from app.services.cases import Citation

if TYPE_CHECKING:
    from app.cli.demo.growth import CaseStory, ClimberStory, GivenStory, VerdictStory
    from app.cli.demo.moments import Moments


def of_case(story: ClimberStory, told: CaseStory, chair: str, moments: Moments) -> Iterator[Act]:
    """A case as far as it has come; ``chair`` is who chairs its calibration."""
    name = case_name(story.key)
    yield Act(moments.at(told.at), name, told.by, _beginning(story, told))
    if told.written:
        yield from _of_text(story, told, moments)
    for given in told.feedback:
        yield Act(moments.at(given.asked), _asked(story, given), story.key, _asking(story, given))
        if given.at:
            yield Act(moments.at(given.at), f"{name} {given.by}", given.by, _giving(story, given))
    if told.handed_in:
        yield Act(moments.at(told.handed_in), f"{name} handed in", story.manager, _handing_in(story))
    if told.verdict:
        verdict = told.verdict
        yield Act(moments.at(verdict.at), f"{name} decided", chair, _deciding(story, verdict, moments))
        for by, at in verdict.signed.items():
            yield Act(moments.at(at), f"{name} signed {by}", by, _signing(story))


def _of_text(story: ClimberStory, told: CaseStory, moments: Moments) -> Iterator[Act]:
    name, at = case_name(story.key), moments.at(told.written)
    yield Act(at, f"{name} written", story.key, _writing(story, told))
    for criterion, cited in told.cited.items():
        for entry, why in cited.items():
            yield Act(at, f"{name} {criterion} {entry}", story.key, _citing(story, criterion, entry, why))
    if told.against:
        against = told.against
        yield Act(moments.at(against.at), f"{name} against", story.manager, _arguing(story, against.text))


def case_name(key: str) -> str:
    """The act that begins somebody's case."""
    return f"case {key}"


def _beginning(story: ClimberStory, told: CaseStory) -> Callable[[Scene], UUID]:
    def begin(scene: Scene) -> UUID:
        person_id = scene.made[f"person {story.key}"]
        return cases.ask_for(scene.session, scene.actor, person_id, told.to, today=today(scene), now=scene.now)

    return begin


def _writing(story: ClimberStory, told: CaseStory) -> Callable[[Scene], None]:
    # Paragraphs are kept: the brief is set as a page.
    texts = CaseTexts(_paragraphs(told.brief), _paragraphs(told.development), _paragraphs(told.need))

    def write(scene: Scene) -> None:
        case_id, version = _case(scene, story)
        cases.write(scene.session, scene.actor, case_id, texts, version=version, now=scene.now)

    return write


def _paragraphs(text: str) -> str:
    return "\n\n".join(prose(part) for part in text.split("\n\n"))


def _citing(story: ClimberStory, criterion: str, entry: str, why: str) -> Callable[[Scene], None]:
    def cite(scene: Scene) -> None:
        cited = Citation(criterion, scene.made[entry_name(story.key, entry)], prose(why))
        cases.cite(scene.session, scene.actor, _case(scene, story)[0], cited, now=scene.now)

    return cite


def _asking(story: ClimberStory, given: GivenStory) -> Callable[[Scene], UUID]:
    def ask(scene: Scene) -> UUID:
        person_id = scene.made[f"person {given.by}"]
        return case_feedback.ask(scene.session, scene.actor, _case(scene, story)[0], person_id, now=scene.now)

    return ask


def _giving(story: ClimberStory, given: GivenStory) -> Callable[[Scene], None]:
    def give(scene: Scene) -> None:
        said = Feedback(prose(given.situation), prose(given.behaviour), prose(given.impact))
        asked = scene.session.get_one(PeerFeedback, scene.made[_asked(story, given)])
        case_feedback.give(scene.session, scene.actor, asked.case_id, said, version=asked.version, now=scene.now)

    return give


def _arguing(story: ClimberStory, text: str) -> Callable[[Scene], None]:
    def argue(scene: Scene) -> None:
        case_id, version = _case(scene, story)
        cases.argue_against(scene.session, scene.actor, case_id, prose(text), version=version, now=scene.now)

    return argue


def _handing_in(story: ClimberStory) -> Callable[[Scene], None]:
    def hand_in(scene: Scene) -> None:
        case_id, version = _case(scene, story)
        cases.hand_in(scene.session, scene.actor, case_id, version=version, now=scene.now)

    return hand_in


def _deciding(story: ClimberStory, told: VerdictStory, moments: Moments) -> Callable[[Scene], UUID]:
    day = None if told.day is None else moments.day(told.day)
    verdict = Verdict(told.outcome, prose(told.reasons), day, told.gaps)

    def decide(scene: Scene) -> UUID:
        case_id, version = _case(scene, story)
        return case_decisions.decide(
            scene.session, scene.actor, case_id, verdict, version=version, today=today(scene), now=scene.now
        )

    return decide


def _signing(story: ClimberStory) -> Callable[[Scene], None]:
    def sign(scene: Scene) -> None:
        case_decisions.sign(scene.session, scene.actor, _case(scene, story)[0], now=scene.now)

    return sign


def _asked(story: ClimberStory, given: GivenStory) -> str:
    return f"{case_name(story.key)} asks {given.by}"


def _case(scene: Scene, story: ClimberStory) -> tuple[UUID, int]:
    case_id = scene.made[case_name(story.key)]
    return case_id, scene.session.get_one(PromotionCase, case_id).version
