"""Conflicts of interest: what they end, who is told, and that they beat every role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.errors import AlreadyDoneError, InvalidError, NotFoundError
from app.domain.hiring import InterviewKind
from app.domain.interest import InterestKind
from app.domain.permission import Permission, Role, allow
from app.models.candidate import Candidate
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.facts import actor_facts, application_facts
from app.models.interest import ConflictOfInterest, conflict_of
from app.models.ladder import Reporting
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.queries import audit, conflicts
from app.queries.audit import Sound
from app.services import decisions, interests, interviews
from app.services.decisions import Conclusion
from app.services.interviews import InterviewPlan
from tests.factories import hiring as make
from tests.factories.committee import cast_chained, decide_chained, make_committee, make_scored
from tests.factories.panel_plans import make_conflict
from tests.factories.panels import card_row, make_panel, seal, told

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NOW = make.NOW
BEFORE = NOW - timedelta(days=400)
EVERYTHING_ABOUT_ONE = (
    Permission.CANDIDATE_SEE,
    Permission.CANDIDATE_EDIT,
    Permission.FILE_DOWNLOAD,
    Permission.KIT_SEE,
    Permission.PANEL_PLAN,
    Permission.STAGE_MOVE,
    Permission.PROGRESS_SEE,
    Permission.DEBRIEF_OPEN,
    Permission.DEBRIEF_SEE,
    Permission.VOTE_CAST,
    Permission.INTEREST_DECLARE,
    Permission.INTEREST_KEEP,
)


def near(session: Session, candidate_id: UUID) -> set[str]:
    """The names of everybody who has a conflict with a candidate."""
    found = select(Person.name).join(Candidate, Candidate.id == candidate_id).where(conflict_of(Person.id))
    return set(session.scalars(found))


def closed_to(session: Session, actor: ActorFacts, application_id: UUID) -> bool:
    """Whether nothing about the application is open to somebody any more."""
    facts = application_facts(session, actor, application_id)
    assert facts is not None
    return not any(allow(actor, one, facts).granted for one in EVERYTHING_ABOUT_ONE)


def test_declaring_releases_every_seat_and_closes_the_candidate(database: Database) -> None:
    panel = make_panel(database)
    with writing(database.engine) as session:
        assert not closed_to(session, panel.ada, panel.application)
        interests.declare(session, panel.ada, panel.application, InterestKind.RELATIVE, " My cousin. ", now=NOW)
    with reading(database.engine) as session:
        (kept,) = session.scalars(select(ConflictOfInterest)).all()
        assert (kept.kind, kept.statement, kept.declared_by_id) == (
            InterestKind.RELATIVE, "My cousin.", panel.ada.person_id,
        )  # fmt: skip
        assert closed_to(session, panel.ada, panel.application)
        assert not closed_to(session, panel.ben, panel.application)
    assert card_row(database, panel.ada_card).state is CardState.RELEASED
    assert card_row(database, panel.ben_card).state is CardState.OWED
    heard = told(database)
    assert heard["Mara Lindqvist"].startswith("Somebody has a conflict of interest")
    assert heard["Cleo Ruiz"].startswith("Somebody has a conflict of interest")
    assert set(heard) == {"Mara Lindqvist", "Cleo Ruiz"}
    with reading(database.engine) as session:
        assert not any("cousin" in f"{one.subject} {one.body}" for one in session.scalars(select(Message)))


def test_a_conflict_beats_every_role(database: Database) -> None:
    with writing(database.engine) as session:
        everything = make.make_person(session, "Eve Rolle", list(Role))
        application = make.make_application(session, make.make_requisition(session, manager=everything))
        actor = make.actor_of(everything)
        assert not closed_to(session, actor, application.id)
        make_conflict(session, everything, application.candidate)
        assert closed_to(session, actor, application.id)


def test_who_runs_it_is_told_also_when_nobody_leaves_a_panel(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=1)
        application = make.make_application(session, committee.requisition)
        (member,) = committee.members
        interests.declare(session, make.actor_of(member), application.id, InterestKind.FRIEND, "", now=NOW)
    assert set(told(database)) == {committee.manager.name}


def test_a_sealed_card_stays(database: Database) -> None:
    panel = make_panel(database)
    seal(database, panel.ada, panel.ada_card)
    with writing(database.engine) as session:
        interests.declare(session, panel.ada, panel.application, InterestKind.FRIEND, "", now=NOW)
    assert card_row(database, panel.ada_card).state is CardState.SEALED
    assert "Cleo Ruiz" in told(database)


def test_a_waiting_vote_counts_no_longer_and_the_chain_still_holds(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=1, interviewers=1)
        application = make_scored(session, committee, "Mira Okafor", [{"strategy": 4}])
        (member,) = committee.members
        cast_chained(session, application, committee.chair, Outcome.HIRE)
        cast_chained(session, application, member, Outcome.NO_HIRE)
        interests.declare(session, make.actor_of(member), application.id, InterestKind.FRIEND, "", now=NOW)
        wanted = Conclusion(Outcome.NO_HIRE, "Sound, and not yet deep enough on the rest.")
        made = decisions.record(session, committee.chair_actor, application.id, wanted, now=NOW)
    with reading(database.engine) as session:
        decision = session.get_one(Decision, made)
        assert [vote.member_id for vote in decision.votes] == [committee.chair.id]
        assert decision.absences == ""
        assert isinstance(audit.verify(session), Sound)


def test_nobody_with_a_conflict_is_given_a_seat(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        application = make.make_application(session)
        make_conflict(session, ida, application.candidate)
        wanted = InterviewPlan(InterviewKind.CONVERSATION, "Talk", ("strategy",), (ida.id,))
        with pytest.raises(InvalidError, match="conflict of interest"):
            interviews.plan(session, make.actor_of(cora), application.id, wanted, now=NOW)


def test_somebody_without_a_part_cannot_ask_whether_an_application_exists(database: Database) -> None:
    with writing(database.engine) as session:
        stranger = make.make_person(session, "Sam Vale", [Role.INTERVIEWER])
        application = make.make_application(session)
        with pytest.raises(NotFoundError):
            interests.declare(session, make.actor_of(stranger), application.id, InterestKind.FRIEND, "", now=NOW)


def test_something_else_needs_words(database: Database) -> None:
    panel = make_panel(database)
    with writing(database.engine) as session, pytest.raises(InvalidError, match="Write in a sentence"):
        interests.declare(session, panel.ada, panel.application, InterestKind.OTHER, "  ", now=NOW)


def test_a_coordinator_records_what_was_said_and_another_withdraws_it(database: Database) -> None:
    panel = make_panel(database)
    ben = panel.ben.person_id
    with writing(database.engine) as session:
        made = interests.record(session, panel.coordinator, panel.application, ben, "Told me so.", now=NOW)
        assert closed_to(session, panel.ben, panel.application)
        interests.withdraw(session, panel.coordinator, made, "Another Mira.", now=NOW)
        assert session.get_one(ConflictOfInterest, made).withdrawn_at == NOW
        with pytest.raises(AlreadyDoneError):
            interests.withdraw(session, panel.coordinator, made, "Again.", now=NOW)
        candidate_id = session.scalars(select(ConflictOfInterest.candidate_id)).one()
        assert near(session, candidate_id) == set()
    assert card_row(database, panel.ben_card).state is CardState.RELEASED, "a seat does not come back by itself"


def test_a_blinded_coordinator_reads_who_but_not_what_they_wrote(database: Database) -> None:
    panel = make_panel(database)
    with writing(database.engine) as session:
        session.get_one(Requisition, panel.requisition).blind = True
        interests.declare(session, panel.ben, panel.application, InterestKind.FRIEND, "Mira is my friend.", now=NOW)
        session.add(RoleGrant(person_id=panel.ada.person_id, role=Role.COORDINATOR, granted_at=NOW))
    with reading(database.engine) as session:
        ada = actor_facts(session, panel.ada.person_id)
        assert ada is not None
        blinded = conflicts.of_application(session, ada, panel.application)
        (line,) = blinded.declared
        assert (line.name, line.statement) == ("Ben Ode", "")
        assert "Mira" not in blinded.candidate
        (line,) = conflicts.of_application(session, panel.coordinator, panel.application).declared
        assert line.statement == "Mira is my friend."


def test_nobody_withdraws_their_own(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        application = make.make_application(session)
        conflict = make_conflict(session, cora, application.candidate)
        with pytest.raises(NotFoundError):
            interests.withdraw(session, make.actor_of(cora), conflict.id, "It is fine.", now=NOW)


def test_only_coordinators_record_for_others_and_never_for_themselves(database: Database) -> None:
    panel = make_panel(database)
    with writing(database.engine) as session:
        with pytest.raises(Exception, match="not do that"):
            interests.record(session, panel.manager, panel.application, panel.ben.person_id, "Friends.", now=NOW)
        own = panel.coordinator.person_id
        with pytest.raises(InvalidError, match="For yourself"):
            interests.record(session, panel.coordinator, panel.application, own, "Friends.", now=NOW)


def test_whoever_referred_somebody_judges_them_no_longer(database: Database) -> None:
    panel = make_panel(database)
    with writing(database.engine) as session:
        candidate_id = session.scalars(select(Candidate.id)).one()
        interests.set_referrer(session, panel.coordinator, candidate_id, panel.ada.person_id, now=NOW)
        assert near(session, candidate_id) == {"Ada Brook"}
        assert closed_to(session, panel.ada, panel.application)
    assert card_row(database, panel.ada_card).state is CardState.RELEASED
    assert told(database)["Ada Brook"] == "A scorecard is no longer due"
    with writing(database.engine) as session:
        interests.set_referrer(session, panel.coordinator, candidate_id, None, now=NOW)
        assert near(session, candidate_id) == set()


def applicant(session: Session, *, before: bool = True) -> tuple[Person, UUID]:
    """Somebody of the company who applies, with an account from before or after."""
    person = make.make_person(session, "Ines Alba", [Role.EMPLOYEE], email="ines@example.com")
    person.created_at = BEFORE if before else NOW + timedelta(days=1)
    candidate = make.make_candidate(session, "Ines Alba", email="ines@example.com")
    session.flush()
    return person, candidate.id


def test_the_line_of_somebody_who_applies_from_inside_is_kept_away(database: Database) -> None:
    with writing(database.engine) as session:
        ines, candidate_id = applicant(session)
        boss, grand, below, peer = (
            make.make_person(session, name) for name in ("Bo Boss", "Gil Grand", "Liv Below", "Pia Peer")
        )
        lines = ((ines, boss), (boss, grand), (below, ines), (peer, boss))
        session.add_all(Reporting(person_id=one.id, manager_id=above.id, team="") for one, above in lines)
        session.flush()
        assert near(session, candidate_id) == {"Bo Boss", "Gil Grand", "Liv Below"}


def test_becoming_somebodys_manager_by_hiring_them_is_no_conflict(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=1)
        application = make_scored(session, committee, "Mira Okafor", [{"strategy": 4}])
        candidate = application.candidate
        hire = make.make_person(session, "Mira Okafor", email=candidate.email)
        manager = committee.chair
        session.add(Reporting(person_id=hire.id, manager_id=manager.id, team=""))
        hire.created_at = NOW + timedelta(days=30)
        session.flush()
        assert near(session, candidate.id) == set()
        hire.created_at = BEFORE
        session.flush()
        assert near(session, candidate.id) == {manager.name}
        decide_chained(session, application, manager, [], Outcome.HIRE)
        assert near(session, candidate.id) == set()
