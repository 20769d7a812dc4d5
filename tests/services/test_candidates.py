from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.candidate import CandidateDetails
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.audit import AuditEvent, AuditPayload
from app.models.candidate import Application, Candidate
from app.models.engine import writing
from app.services import applications, candidates
from tests.factories import hiring as make

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NOW = make.NOW
MIRA = CandidateDetails(" Mira\tOkafor ", "Mira@Example.org", "+44 20 7946 0000", "Led search at a shop", "Referral")


def coordinator(session: Session) -> ActorFacts:
    return make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))


def count(session: Session, table: type[Candidate | Application]) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_candidate_is_kept_tidily_with_an_application(database: Database) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        made = candidates.add(session, coordinator(session), MIRA, requisition_id=requisition.id, now=NOW)
        kept = session.get_one(Candidate, made)
        assert (kept.name, kept.email, kept.phone) == ("Mira Okafor", "mira@example.org", "+44 20 7946 0000")
        assert session.scalars(select(Application.requisition_id)).all() == [requisition.id]


def test_personal_data_goes_into_the_payload_only(database: Database) -> None:
    with writing(database.engine) as session:
        candidates.add(session, coordinator(session), MIRA, now=NOW)
    with writing(database.engine) as session:
        bodies = " ".join(session.scalars(select(AuditEvent.body)))
        payloads = " ".join(text or "" for text in session.scalars(select(AuditPayload.body)))
    assert "candidate.add" in bodies
    assert "mira" not in bodies.lower()
    assert "mira@example.org" in payloads


def test_every_fault_is_listed_at_once(database: Database) -> None:
    wrong = CandidateDetails("A\u202eB", "mira at example", "0" * 41, "x" * 201, "y" * 81)
    with writing(database.engine) as session, pytest.raises(InvalidError) as caught:
        candidates.add(session, coordinator(session), wrong, now=NOW)
    assert [fault.field for fault in caught.value.faults] == ["name", "email", "phone", "headline", "source"]


def test_an_address_is_one_person_in_whatever_case(database: Database) -> None:
    with writing(database.engine) as session:
        actor = coordinator(session)
        candidates.add(session, actor, MIRA, now=NOW)
        with pytest.raises(InvalidError) as caught:
            candidates.add(session, actor, CandidateDetails("M. Okafor", "MIRA@example.ORG"), now=NOW)
        assert [(fault.field, fault.message) for fault in caught.value.faults] == [("email", candidates.KNOWN)]
        assert count(session, Candidate) == 1


def test_a_merge_takes_only_the_chosen_fields(database: Database) -> None:
    offered = CandidateDetails("Mira O.", "mira@example.org", "", "Head of search", "Agency")
    with writing(database.engine) as session:
        actor = coordinator(session)
        made = candidates.add(session, actor, MIRA, now=NOW)
        candidates.merge(session, actor, made, offered, {"headline", "phone"}, now=NOW)
        kept = session.get_one(Candidate, made)
        assert (kept.name, kept.headline, kept.source) == ("Mira Okafor", "Head of search", "Referral")
        assert kept.phone == "+44 20 7946 0000", "an empty field never replaces a known one"


def test_an_edit_is_refused_when_stale_or_taken(database: Database) -> None:
    with writing(database.engine) as session:
        actor = coordinator(session)
        made = candidates.add(session, actor, MIRA, now=NOW)
        other = make.make_candidate(session, "Ola Berg", email="ola@example.org")
        seen = session.get_one(Candidate, made).version
        candidates.edit(session, actor, made, CandidateDetails("Mira A. Okafor", MIRA.email), version=seen, now=NOW)
        with pytest.raises(ConflictError):
            candidates.edit(session, actor, made, MIRA, version=seen, now=NOW)
        taken = CandidateDetails("Mira", other.email)
        with pytest.raises(InvalidError):
            candidates.edit(session, actor, made, taken, version=seen + 1, now=NOW)
        assert session.get_one(Candidate, made).name == "Mira A. Okafor"


@pytest.mark.parametrize("role", [Role.HIRING_MANAGER, Role.INTERVIEWER, Role.ADMIN, Role.HR_PARTNER])
def test_only_a_coordinator_adds_and_edits(database: Database, role: Role) -> None:
    with writing(database.engine) as session:
        actor = make.actor_of(make.make_person(session, roles=[role]))
        made = candidates.add(session, coordinator(session), MIRA, now=NOW)
        with pytest.raises(NotAllowedError):
            candidates.add(session, actor, CandidateDetails("Ola", "ola@example.org"), now=NOW)
        with pytest.raises((NotAllowedError, NotFoundError)):
            candidates.edit(session, actor, made, MIRA, version=1, now=NOW)


def test_nobody_edits_their_own_record(database: Database) -> None:
    with writing(database.engine) as session:
        actor = coordinator(session)
        self_record = make.make_candidate(session, "Cora Finn", email=actor.email)
        make.make_application(session, candidate=self_record)
        with pytest.raises(NotFoundError):
            candidates.edit(session, actor, self_record.id, MIRA, version=self_record.version, now=NOW)


def test_one_person_applies_once_for_each_requisition(database: Database) -> None:
    with writing(database.engine) as session:
        actor = coordinator(session)
        made = candidates.add(session, actor, MIRA, now=NOW)
        first, second = (make.make_requisition(session) for _ in range(2))
        closed = make.make_requisition(session, state=RequisitionState.CLOSED)
        applications.apply(session, actor, made, first.id, now=NOW)
        applications.apply(session, actor, made, second.id, now=NOW)
        with pytest.raises(AlreadyDoneError):
            applications.apply(session, actor, made, first.id, now=NOW)
        with pytest.raises(InvalidError):
            applications.apply(session, actor, made, closed.id, now=NOW)
        assert count(session, Application) == 2
