"""What waits for a second person stands in the inbox of exactly those who may answer, and never in the asker's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.access import proved
from app.domain.facts import GrantFacts
from app.domain.granting import GLASS_WAITS, REQUEST_LIVES
from app.domain.permission import Permission, Role, allow
from app.domain.privacy.erasing import SubjectKind
from app.domain.second_duty import SecondDuty
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grader
from app.models.engine import reading, writing
from app.models.facts import actor_facts, glass_facts
from app.models.granting import RoleRequest
from app.models.person import Person, RoleGrant
from app.models.privacy_facts import subject_facts
from app.models.requisition import Requisition
from app.queries.duties import count, duties
from app.services import break_glass, erasures, granting
from tests.factories import panels
from tests.factories.grading import make_submission, make_task
from tests.factories.grants import give
from tests.factories.hiring import NOW, make_application, make_person
from tests.factories.panel_plans import make_conflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

REASON = "The candidate withdraws unless we answer today."
LATER = NOW + timedelta(hours=1)


def _people(session: Session, panel: panels.Panel) -> dict[str, UUID]:
    """Everybody with whom the answer could go wrong, by what they are."""
    made = {
        name: make_person(session, name, roles).id
        for name, roles in {
            "admin asks": [Role.ADMIN], "admin": [Role.ADMIN], "partner asks": [Role.HR_PARTNER],
            "partner": [Role.HR_PARTNER], "partner of here": [], "partner too near": [Role.HR_PARTNER],
            "partner who grades": [Role.HR_PARTNER], "auditor": [Role.AUDITOR], "nobody": [],
            "new admin": [Role.INTERVIEWER],
        }.items()
    }  # fmt: skip
    here = session.get_one(Requisition, panel.requisition)
    here.blind = True
    owing = session.get_one(Person, panel.ada.person_id)
    owing.roles.append(RoleGrant(role=Role.HR_PARTNER, granted_at=NOW))
    task = make_task(session, here)
    make_submission(session, task, make_application(session, here, name="Jonas Lindgren"))
    grader = Grader(task_id=task.id, person_id=made["partner who grades"], appointed_at=NOW)
    grader.appointed_by_id = made["admin"]
    session.add(grader)
    give(session, session.get_one(Person, made["partner of here"]), Role.HR_PARTNER, requisition=here, by=made["admin"])
    candidate = session.get_one(Candidate, session.get_one(Application, panel.application).candidate_id)
    make_conflict(session, session.get_one(Person, made["partner too near"]), candidate)
    themselves = make_person(session, "candidate as partner", [Role.HR_PARTNER], email=candidate.email)
    made["the candidate"] = themselves.id
    session.flush()
    return {**made, "owes a card": panel.ada.person_id, "asks to read": panel.coordinator.person_id}


def _waiting(engine: Engine, person_id: UUID, now: datetime) -> list[SecondDuty]:
    with reading(engine) as session:
        actor = _actor(session, person_id)
        found = duties(session, actor, now)
        assert count(session, actor, now) == sum(not duty.upcoming for duty in found)
    return [duty.kind for duty in found if isinstance(duty.kind, SecondDuty)]


def _actor(session: Session, person_id: UUID) -> ActorFacts:
    actor = actor_facts(session, person_id)
    assert actor is not None
    return actor


def _told(database: Database, people: dict[str, UUID], kind: SecondDuty, now: datetime = LATER) -> set[str]:
    return {name for name, one in people.items() if kind in _waiting(database.engine, one, now)}


def _may(database: Database, people: dict[str, UUID], may: Callable[[Session, ActorFacts], bool]) -> set[str]:
    with reading(database.engine) as session:
        return {name for name, one in people.items() if may(session, _actor(session, one))}


def test_a_role_waits_for_the_other_administrators(database: Database) -> None:
    panel = panels.make_panel(database)
    with writing(database.engine) as session:
        people = _people(session, panel)
        asker = _actor(session, people["admin asks"])
        granting.set_roles(session, asker, people["new admin"], [Role.INTERVIEWER, Role.ADMIN], now=NOW)
    with reading(database.engine) as session:
        request = session.scalars(select(RoleRequest)).one()

    def may(_session: Session, actor: ActorFacts) -> bool:
        facts = GrantFacts(
            request_id=request.id, is_asker=actor.person_id == request.asked_by_id,
            is_person=actor.person_id == request.person_id, waiting=True,
        )  # fmt: skip
        return allow(proved(actor), Permission.ROLE_CONFIRM, facts).granted

    assert _told(database, people, SecondDuty.ROLE) == _may(database, people, may) == {"admin"}
    with reading(database.engine) as session:
        (duty,) = duties(session, _actor(session, people["admin"]), LATER)
    assert (duty.title, duty.detail) == ("Confirm or refuse a role for new admin", "Admin")
    assert (duty.endpoint, duty.params, duty.late) == ("admin.asked", {}, False)
    assert _told(database, people, SecondDuty.ROLE, NOW + REQUEST_LIVES) == set(), "it lapsed"


def test_an_erasure_waits_for_the_other_partners(database: Database) -> None:
    panel = panels.make_panel(database)
    with writing(database.engine) as session:
        people = _people(session, panel)
        candidate = session.get_one(Application, panel.application).candidate_id
        erasures.ask(
            session, _actor(session, people["partner asks"]), SubjectKind.CANDIDATE, candidate, ground=REASON, now=NOW
        )

    def may(session: Session, actor: ActorFacts) -> bool:
        facts = subject_facts(session, actor, SubjectKind.CANDIDATE, candidate)
        assert facts is not None
        asked = (Permission.ERASURE_REFUSE, Permission.PRIVACY_SEE)
        return not facts.is_asker and all(allow(actor, one, facts).granted for one in asked)

    told = _told(database, people, SecondDuty.ERASURE)
    assert told == _may(database, people, may) == {"partner", "partner too near", "partner who grades"}


def test_an_erasure_of_somebody_who_left_waits_as_well(database: Database) -> None:
    panel = panels.make_panel(database)
    with writing(database.engine) as session:
        people = _people(session, panel)
        left = make_person(session, "Leo Left")
        left.active = False
        session.flush()
        erasures.ask(
            session, _actor(session, people["partner asks"]), SubjectKind.PERSON, left.id, ground=REASON, now=NOW
        )
    assert _told(database, people, SecondDuty.ERASURE) == {
        "partner", "partner too near", "partner who grades", "owes a card", "the candidate",
    }  # fmt: skip
    with reading(database.engine) as session:
        (duty,) = duties(session, _actor(session, people["partner"]), LATER)
    assert (duty.title, duty.detail) == ("Approve or refuse the erasure of Leo Left", "Asked for by partner asks")


def test_an_early_reading_waits_for_who_may_decide(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    with writing(database.engine) as session:
        people = _people(session, panel)
        glass = break_glass.ask(session, panel.coordinator, panel.application, reason=REASON, now=NOW)
    assert glass is not None

    def may(session: Session, actor: ActorFacts) -> bool:
        return allow(actor, Permission.GLASS_DECIDE, glass_facts(session, actor, glass, LATER)).granted

    told = _told(database, people, SecondDuty.EARLY_READING)
    assert told == _may(database, people, may)
    assert told == {"admin asks", "admin", "partner asks", "partner", "partner of here"}
    with reading(database.engine) as session:
        (duty,) = duties(session, _actor(session, people["partner of here"]), LATER)
    assert (duty.endpoint, duty.params) == ("admin.early_reading", {"glass_id": glass})
    assert _told(database, people, SecondDuty.EARLY_READING, NOW + GLASS_WAITS) == set(), "it lapsed"
    for gone, left in (("hidden_at", {"partner asks", "partner"}), ("erased_at", set())):
        with writing(database.engine) as session:
            application = session.get_one(Application, panel.application)
            setattr(session.get_one(Candidate, application.candidate_id), gone, LATER)
        assert _told(database, people, SecondDuty.EARLY_READING) == _may(database, people, may) == left
        with writing(database.engine) as session:
            setattr(session.get_one(Candidate, application.candidate_id), gone, None)
    with writing(database.engine) as session:
        break_glass.decide(session, _actor(session, people["admin"]), glass, accept=False, now=LATER)
    assert _told(database, people, SecondDuty.EARLY_READING) == set(), "it was answered"
