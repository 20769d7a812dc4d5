"""Turns the demo's story into acts: who works here, what is opened, who applies, who is invited, who decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo import panel
from app.cli.demo.stage import Act, Scene
from app.cli.demo.story import MAIN_ROLE
from app.domain.candidate import CandidateDetails
from app.domain.hiring import RequisitionState
from app.models.candidate import Application
from app.models.requisition import Requisition
from app.services import (
    accounts,
    applications,
    blueprints,
    candidates,
    debriefs,
    decisions,
    files,
    requisitions,
    votes,
)
from app.services.decisions import Conclusion
from app.services.files import Upload
from app.services.requisitions import RequisitionDraft

if TYPE_CHECKING:
    from app.cli.demo.moments import Moments
    from app.cli.demo.story import CandidateStory, DecisionStory, MoveStory, PersonStory, RequisitionStory, VoteStory
    from app.domain.blueprint import Blueprint

FOUNDED, PUBLISHED = "-125 09:00", "-124 10:30"
_ADMINISTRATOR = "tomasz"


def of_company(people: tuple[PersonStory, ...], roles: Mapping[str, Blueprint], moments: Moments) -> Iterator[Act]:
    """The accounts, the first of them made on the command line, and the role blueprints by their roles."""
    for number, person in enumerate(people):
        by = None if person.key == _ADMINISTRATOR else _ADMINISTRATOR
        # Minutes apart, because lists of people stand in the order in which their accounts were made.
        at = moments.at(person.joined or FOUNDED) + timedelta(minutes=number)
        yield Act(at, f"person {person.key}", by, _creating(person))
    for role, blueprint in roles.items():
        yield Act(moments.at(PUBLISHED), published(role), None, _publishing(blueprint))


def published(role: str) -> str:
    """The name of the act that publishes a role's blueprint; the main role's has none of its own."""
    return "blueprint" if role == MAIN_ROLE else f"blueprint {role}"


def of_requisition(story: RequisitionStory, moments: Moments) -> Iterator[Act]:
    """A need from its draft to wherever it stands, with everybody who applied."""
    name = f"requisition {story.key}"
    yield Act(moments.at(story.drafted), name, story.coordinator, lambda scene: _open(scene, story))
    steps = (
        (story.opened, story.coordinator, RequisitionState.OPEN),
        (story.deciding, story.manager, RequisitionState.DECIDING),
        (story.closed, story.manager, RequisitionState.CLOSED),
    )
    for at, by, to in steps:
        if at is not None:
            yield Act(moments.at(at), f"{name} {to}", by, _moving(story, to))
    for candidate in story.candidates:
        yield from _of_candidate(candidate, story, moments)


def _of_candidate(story: CandidateStory, need: RequisitionStory, moments: Moments) -> Iterator[Act]:
    yield Act(moments.at(story.applied), f"candidate {story.key}", need.coordinator, lambda scene: _add(scene, story))
    name = f"application {story.key}"
    yield Act(moments.at(story.applied), name, need.coordinator, lambda scene: _apply(scene, story, need))
    if story.resume is not None:
        yield Act(moments.at(story.applied), f"resume {story.key}", need.coordinator, _attaching(story, story.resume))
    for move in story.moves:
        yield Act(moments.at(move.at), f"{name} {move.to}", need.coordinator, _staging(story, move))
    yield from panel.of_candidate(story, need.coordinator, moments)
    if story.debrief:
        yield Act(moments.at(story.debrief.at), f"debrief {story.key}", story.debrief.by, _debriefing(story))
    for vote in story.votes:
        yield Act(moments.at(vote.at), f"vote {story.key} {vote.by}", vote.by, _voting(story, vote))
    for number, decision in enumerate(story.decisions, 1):
        at, by = moments.at(decision.at), need.chair
        yield Act(at, f"decision {story.key} {number}", by, _deciding(story, decision, number))


def _creating(person: PersonStory) -> Callable[[Scene], UUID]:
    def create(scene: Scene) -> UUID:
        return accounts.create_person(
            scene.session, scene.performer, email=person.email, name=person.name, password=None, roles=person.roles,
            zone=person.zone, now=scene.now,
        )  # fmt: skip

    return create


def _publishing(blueprint: Blueprint) -> Callable[[Scene], UUID]:
    return lambda scene: blueprints.publish(scene.session, scene.performer, blueprint, now=scene.now)


def _open(scene: Scene, story: RequisitionStory) -> UUID:
    wanted = RequisitionDraft(
        title=story.title,
        blueprint_version_id=scene.made[published(story.role)],
        openings=story.openings,
        panel_size=story.panel_size,
        reveal=story.reveal,
        blind=story.blind,
        musts=story.musts,
        hiring_manager_id=scene.made[f"person {story.manager}"],
        member_ids=tuple(scene.made[f"person {key}"] for key in story.members),
        chair_id=scene.made[f"person {story.chair}"],
    )
    return requisitions.open_requisition(scene.session, scene.actor, wanted, now=scene.now)


def _moving(story: RequisitionStory, to: RequisitionState) -> Callable[[Scene], None]:
    def move(scene: Scene) -> None:
        requisition_id = scene.made[f"requisition {story.key}"]
        version = scene.session.get_one(Requisition, requisition_id).version
        reason = story.closed_reason if to is RequisitionState.CLOSED else ""
        requisitions.move(scene.session, scene.actor, requisition_id, to, reason=reason, version=version, now=scene.now)

    return move


def _add(scene: Scene, story: CandidateStory) -> UUID:
    details = CandidateDetails(story.name, story.email, story.phone, story.headline, story.source)
    return candidates.add(scene.session, scene.actor, details, now=scene.now)


def _apply(scene: Scene, story: CandidateStory, need: RequisitionStory) -> UUID:
    candidate_id, requisition_id = scene.made[f"candidate {story.key}"], scene.made[f"requisition {need.key}"]
    return applications.apply(scene.session, scene.actor, candidate_id, requisition_id, now=scene.now)


def _attaching(story: CandidateStory, text: str) -> Callable[[Scene], UUID]:
    document = files.cleaned(Upload(f"Résumé {story.name}.txt", "text/plain", text.encode()))

    def attach(scene: Scene) -> UUID:
        candidate_id = scene.made[f"candidate {story.key}"]
        return files.attach(scene.session, scene.actor, candidate_id, document, folder=scene.folder, now=scene.now)

    return attach


def _staging(story: CandidateStory, move: MoveStory) -> Callable[[Scene], None]:
    def stage(scene: Scene) -> None:
        application_id = scene.made[f"application {story.key}"]
        seen = scene.session.get_one(Application, application_id).stage
        applications.move_stage(
            scene.session, scene.actor, application_id, move.to, seen=seen, reason=move.reason, now=scene.now
        )

    return stage


def _debriefing(story: CandidateStory) -> Callable[[Scene], None]:
    def debrief(scene: Scene) -> None:
        debriefs.open_debrief(scene.session, scene.actor, scene.made[f"application {story.key}"], now=scene.now)

    return debrief


def _voting(story: CandidateStory, vote: VoteStory) -> Callable[[Scene], None]:
    def cast(scene: Scene) -> None:
        application_id = scene.made[f"application {story.key}"]
        votes.cast(scene.session, scene.actor, application_id, vote.outcome, vote.reason, version=0, now=scene.now)

    return cast


def _deciding(story: CandidateStory, told: DecisionStory, number: int) -> Callable[[Scene], UUID]:
    conclusion = Conclusion(told.outcome, told.reasons, told.departure_reason, told.absence_reason)

    def decide(scene: Scene) -> UUID:
        if number == 1:
            application_id = scene.made[f"application {story.key}"]
            return decisions.record(scene.session, scene.actor, application_id, conclusion, now=scene.now)
        before, why = scene.made[f"decision {story.key} {number - 1}"], told.correction_reason
        return decisions.correct(scene.session, scene.actor, before, conclusion, correction_reason=why, now=scene.now)

    return decide
