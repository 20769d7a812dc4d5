from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.blueprint import NO_SCORECARD, from_canonical
from app.domain.card import CardState
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.hiring import Part, RequisitionState, RevealRule
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.services import requisitions
from app.services.requisitions import BLUEPRINT_PINNED, MUSTS_PINNED, RequisitionDraft
from tests.factories import hiring as make
from tests.factories.grading import make_task

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.blueprint import BlueprintVersion
    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW


def drafted(session: Session, **changes: object) -> tuple[Person, RequisitionDraft]:
    """A coordinator and everything they need to open a requisition."""
    coordinator = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
    manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
    chair = make.make_person(session, "Chao Wen", [Role.COMMITTEE])
    member = make.make_person(session, "Mo Adler", [Role.COMMITTEE])
    wanted = RequisitionDraft(
        title="PM, Search",
        blueprint_version_id=make.make_blueprint_version(session).id,
        musts=("strategy",),
        hiring_manager_id=manager.id,
        member_ids=(member.id,),
        chair_id=chair.id,
    )
    return coordinator, replace(wanted, **changes)  # type: ignore[arg-type]  # fields by name


def parts_of(session: Session, requisition_id: object) -> set[Part]:
    return set(
        session.scalars(select(RequisitionMember.part).where(RequisitionMember.requisition_id == requisition_id))
    )


def test_a_coordinator_opens_a_draft_with_its_people(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session, title="  PM,\n Search ", reveal=RevealRule.AT_DEBRIEF)
        made = requisitions.open_requisition(session, make.actor_of(coordinator), wanted, now=NOW)
    with reading(database.engine) as session:
        kept = session.get_one(Requisition, made)
        assert (kept.title, kept.state, kept.reveal) == ("PM, Search", RequisitionState.DRAFT, RevealRule.AT_DEBRIEF)
        assert parts_of(session, made) == {Part.HIRING_MANAGER, Part.MEMBER, Part.CHAIR}
        assert [must.dimension for must in kept.musts] == ["strategy"]
        assert "requisition.open" in set(session.scalars(select(AuditEvent.action)))


def test_a_hiring_manager_opens_only_for_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        _, wanted = drafted(session)
        opener = make.make_person(session, "Olga Reis", [Role.HIRING_MANAGER])
        made = requisitions.open_requisition(session, make.actor_of(opener), wanted, now=NOW)
        managers = session.scalars(
            select(RequisitionMember.person_id).where(
                RequisitionMember.requisition_id == made, RequisitionMember.part == Part.HIRING_MANAGER
            )
        ).all()
    assert managers == [opener.id]


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.ADMIN, Role.AUDITOR])
def test_others_open_none(database: Database, role: Role) -> None:
    with writing(database.engine) as session:
        _, wanted = drafted(session)
        other = make.make_person(session, roles=[role])
        with pytest.raises(NotAllowedError):
            requisitions.open_requisition(session, make.actor_of(other), wanted, now=NOW)


def test_every_fault_is_listed_at_once(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session)
        stranger = make.make_person(session, "No Role")
        wrong = replace(
            wanted, title=" ", openings=0, panel_size=21, musts=("charm",), hiring_manager_id=stranger.id,
            member_ids=(stranger.id,), chair_id=stranger.id,
        )  # fmt: skip
        with pytest.raises(InvalidError) as caught:
            requisitions.open_requisition(session, make.actor_of(coordinator), wrong, now=NOW)
        nowhere = replace(wanted, blueprint_version_id=uuid4())
        with pytest.raises(InvalidError) as unknown:
            requisitions.open_requisition(session, make.actor_of(coordinator), nowhere, now=NOW)
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["title", "openings", "panel_size", "musts", "hiring_manager_id", "member_ids", "chair_id"]
    assert [fault.field for fault in unknown.value.faults] == ["blueprint_version_id"]


def test_a_stale_form_changes_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session)
        actor = make.actor_of(coordinator)
        made = requisitions.open_requisition(session, actor, wanted, now=NOW)
        kept = session.get_one(Requisition, made)
        seen = kept.version
        requisitions.edit(session, actor, made, replace(wanted, member_ids=()), version=seen, now=NOW)
        with pytest.raises(ConflictError):
            requisitions.edit(session, actor, made, replace(wanted, title="Mine"), version=seen, now=NOW)
        assert kept.title == "PM, Search"
        assert parts_of(session, made) == {Part.HIRING_MANAGER, Part.CHAIR}


def test_a_draft_opens_once_somebody_chairs(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session, chair_id=None)
        actor = make.actor_of(coordinator)
        made = requisitions.open_requisition(session, actor, wanted, now=NOW)
        kept = session.get_one(Requisition, made)

        def move(to: RequisitionState, reason: str = "") -> None:
            requisitions.move(session, actor, made, to, reason=reason, version=kept.version, now=NOW)

        with pytest.raises(NotYetError):
            move(RequisitionState.OPEN)
        chair = make.make_person(session, "Chao Wen", [Role.COMMITTEE])
        requisitions.edit(session, actor, made, replace(wanted, chair_id=chair.id), version=kept.version, now=NOW)
        move(RequisitionState.OPEN)
        with pytest.raises(InvalidError):
            requisitions.edit(session, actor, made, wanted, version=kept.version, now=NOW)
        move(RequisitionState.DECIDING)
        with pytest.raises(NotAllowedError):
            requisitions.edit(session, actor, made, wanted, version=kept.version, now=NOW)
        with pytest.raises(InvalidError):
            move(RequisitionState.OPEN)
        move(RequisitionState.OPEN, "Another finalist came in.")
        with pytest.raises(ConflictError):
            move(RequisitionState.DRAFT)
        with pytest.raises(InvalidError):
            move(RequisitionState.CLOSED, " ")
        assert kept.state is RequisitionState.OPEN


def test_closing_releases_owed_cards_and_keeps_sealed_ones(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        requisition = make.make_requisition(session)
        done, owing = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        interview = make.make_interview(session, make.make_application(session, requisition), [done, owing])
        make.seal(session, make.card_of(session, interview, done), {"strategy": 4})
        elsewhere = make.make_interview(session, make.make_application(session), [owing])
        requisitions.move(
            session, make.actor_of(coordinator), requisition.id, RequisitionState.CLOSED,
            reason="The seat was cut.", version=requisition.version, now=NOW,
        )  # fmt: skip
        states = {
            (card.interview_id, card.interviewer_id): (card.state, card.release_reason)
            for card in session.scalars(select(ScorecardRow))
        }
        told = session.scalars(select(Message.recipient_id)).all()
    assert states == {
        (interview.id, done.id): (CardState.SEALED, ""),
        (interview.id, owing.id): (CardState.RELEASED, "The requisition was closed."),
        (elsewhere.id, owing.id): (CardState.OWED, ""),
    }
    assert told == [owing.id]


def test_a_blueprint_stays_once_an_interview_is_planned(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session)
        actor = make.actor_of(coordinator)
        made = requisitions.open_requisition(session, actor, wanted, now=NOW)
        kept = session.get_one(Requisition, made)
        other = replace(wanted, blueprint_version_id=make.make_blueprint_version(session).id)
        requisitions.edit(session, actor, made, other, version=kept.version, now=NOW)
        make.make_interview(session, make.make_application(session, kept))
        with pytest.raises(InvalidError) as caught:
            requisitions.edit(session, actor, made, wanted, version=kept.version, now=NOW)
    assert [fault.message for fault in caught.value.faults] == [BLUEPRINT_PINNED]


def test_must_haves_stay_once_a_card_is_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, wanted = drafted(session)
        actor = make.actor_of(coordinator)
        made = requisitions.open_requisition(session, actor, wanted, now=NOW)
        kept = session.get_one(Requisition, made)
        interviewer = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        more = replace(wanted, musts=("strategy", "fluency"))
        requisitions.edit(session, actor, made, more, version=kept.version, now=NOW)
        make.make_interview(session, make.make_application(session, kept), [interviewer])
        with pytest.raises(InvalidError) as caught:
            requisitions.edit(session, actor, made, wanted, version=kept.version, now=NOW)
        requisitions.edit(session, actor, made, replace(more, openings=2), version=kept.version, now=NOW)
    assert [fault.message for fault in caught.value.faults] == [MUSTS_PINNED]


@pytest.mark.parametrize("another_sealed", [False, True])
def test_whoever_owes_a_card_cannot_tell_from_the_must_haves_that_others_sealed(
    database: Database, *, another_sealed: bool
) -> None:
    with writing(database.engine) as session:
        _, wanted = drafted(session)
        both = [Role.HIRING_MANAGER, Role.INTERVIEWER]
        manager, other = (make.make_person(session, name, both) for name in ("Mara Lind", "Ida Noor"))
        actor = make.actor_of(manager)
        made = requisitions.open_requisition(session, actor, wanted, now=NOW)
        kept = session.get_one(Requisition, made)
        interview = make.make_interview(session, make.make_application(session, kept), [manager, other])
        if another_sealed:
            make.seal(session, make.card_of(session, interview, other), {"strategy": 5})
        with pytest.raises(InvalidError) as caught:
            requisitions.edit(session, actor, made, replace(wanted, musts=()), version=kept.version, now=NOW)
    assert str(caught.value) == MUSTS_PINNED


def test_a_requisition_of_others_is_not_found(database: Database) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        stranger = make.make_person(session, "Sten Falk", [Role.HIRING_MANAGER])
        with pytest.raises(NotFoundError):
            requisitions.move(
                session, make.actor_of(stranger), requisition.id, RequisitionState.DECIDING,
                reason="", version=requisition.version, now=NOW,
            )  # fmt: skip


def rebased(session: Session, **changes: object) -> tuple[Person, Requisition, BlueprintVersion]:
    """A coordinator, a requisition that asks for empathy, and a next version in which empathy is gone."""
    coordinator, wanted = drafted(session, musts=("strategy", "empathy"), **changes)
    made = requisitions.open_requisition(session, make.actor_of(coordinator), wanted, now=NOW)
    requisition = session.get_one(Requisition, made)
    here = requisition.blueprint
    whole = from_canonical(here.body)
    card = replace(whole.scorecard, dimensions=whole.scorecard.dimensions[:2])
    return coordinator, requisition, make.make_blueprint_version(session, replace(whole, scorecard=card), number=2)


def test_a_requisition_moves_to_another_version_and_keeps_the_must_haves_that_it_can(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, requisition, there = rebased(session)
        before = requisition.version
        lost = requisitions.rebase(
            session, make.actor_of(coordinator), requisition.id, there.id, version=before, now=NOW
        )
    assert lost == ("empathy",)
    with reading(database.engine) as session:
        kept = session.get_one(Requisition, requisition.id)
        assert (kept.blueprint_version_id, kept.version > before) == (there.id, True)
        assert [must.dimension for must in kept.musts] == ["strategy"]
        assert (
            session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq.desc())).first() == "requisition.rebase"
        )


def test_a_planned_interview_keeps_the_version(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, requisition, there = rebased(session)
        make.make_interview(session, make.make_application(session, requisition), [coordinator])
        with pytest.raises(InvalidError, match=BLUEPRINT_PINNED):
            requisitions.rebase(
                session, make.actor_of(coordinator), requisition.id, there.id, version=requisition.version, now=NOW
            )
        assert requisition.blueprint_version_id != there.id


def test_a_case_that_was_given_keeps_the_version(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, requisition, there = rebased(session)
        task = make_task(session, requisition)
        with pytest.raises(InvalidError, match=BLUEPRINT_PINNED):
            requisitions.rebase(
                session, make.actor_of(coordinator), requisition.id, there.id, version=requisition.version, now=NOW
            )
        task.frozen_at = None
        session.flush()
        requisitions.rebase(
            session, make.actor_of(coordinator), requisition.id, there.id, version=requisition.version, now=NOW
        )
        assert requisition.blueprint_version_id == there.id


def test_a_settled_requisition_keeps_its_version(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, requisition, there = rebased(session)
        requisition.state = RequisitionState.DECIDING
        session.flush()
        with pytest.raises(NotAllowedError, match="Only a drafted or open one"):
            requisitions.rebase(
                session, make.actor_of(coordinator), requisition.id, there.id, version=requisition.version, now=NOW
            )


def test_only_who_may_edit_it_moves_a_requisition_and_others_do_not_learn_of_it(database: Database) -> None:
    with writing(database.engine) as session:
        _, requisition, there = rebased(session)
        for roles, refusal in (([Role.HR_PARTNER], NotAllowedError), ([Role.INTERVIEWER], NotFoundError)):
            actor = make.actor_of(make.make_person(session, roles=roles))
            with pytest.raises(refusal):
                requisitions.rebase(session, actor, requisition.id, there.id, version=requisition.version, now=NOW)


def test_a_stale_page_moves_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator, requisition, there = rebased(session)
        with pytest.raises(ConflictError):
            requisitions.rebase(session, make.actor_of(coordinator), requisition.id, there.id, version=9, now=NOW)


def test_a_blueprint_that_rates_nobody_opens_no_requisition(database: Database) -> None:
    with writing(database.engine) as session:
        climbed = replace(make.small_blueprint(role="climber"), scorecard=NO_SCORECARD)
        version = make.make_blueprint_version(session, climbed)
        coordinator, wanted = drafted(session, blueprint_version_id=version.id, musts=())
        with pytest.raises(InvalidError) as refusal:
            requisitions.open_requisition(session, make.actor_of(coordinator), wanted, now=NOW)
        assert [fault.field for fault in refusal.value.faults] == ["blueprint_version_id"]
        _, requisition, _ = rebased(session)
        whole = from_canonical(requisition.blueprint.body)
        bare = make.make_blueprint_version(session, replace(whole, scorecard=NO_SCORECARD), number=3)
        with pytest.raises(InvalidError, match="no scorecard"):
            requisitions.rebase(
                session, make.actor_of(coordinator), requisition.id, bare.id, version=requisition.version, now=NOW
            )
