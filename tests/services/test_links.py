"""Candidates' links: one living link an application, ended by a newer one, and lasting as long as it is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import Stage
from app.domain.link_token import LinkKeys
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.link import CandidateLink, CandidateVisit
from app.services import applications, links, visits
from tests.factories.hiring import NOW, actor_of, make_application, make_interview, make_person, make_requisition

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

KEYS = LinkKeys.of("only for these tests")
WEEK = NOW + timedelta(days=7)


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application in the middle of its interviews."""
    with writing(database.engine) as session:
        return make_application(session).id


@pytest.fixture
def clerk(database: Database) -> ActorFacts:
    """A coordinator."""
    with writing(database.engine) as session:
        return actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))


def _token(database: Database) -> str:
    with reading(database.engine) as session:
        link = session.scalars(select(CandidateLink)).one()
        return KEYS.token(link.id, link.generation)


def _opens(database: Database, token: str) -> bool:
    with reading(database.engine) as session:
        return visits.opens(session, token, KEYS, now=NOW)


def test_a_new_link_ends_the_one_before_and_its_visits(
    database: Database, application_id: UUID, clerk: ActorFacts
) -> None:
    with writing(database.engine) as session:
        links.issue(session, clerk, application_id, until=WEEK, now=NOW)
    first = _token(database)
    with writing(database.engine) as session:
        visit = visits.begin(session, first, KEYS, now=NOW)
    with writing(database.engine) as session:
        links.issue(session, clerk, application_id, until=WEEK, now=NOW)
    second = _token(database)

    assert visit is not None
    assert [_opens(database, token) for token in (first, second)] == [False, True]
    with reading(database.engine) as session:
        assert visits.of_token(session, visit, now=NOW) is None
        assert len(session.scalars(select(CandidateLink)).all()) == 1
        said = session.execute(select(AuditEvent.action, AuditEvent.actor).order_by(AuditEvent.seq)).all()
    assert [tuple(row) for row in said if row.action.startswith("link.")] == [
        ("link.issue", f"user/{clerk.person_id}")
    ] * 2


def test_what_is_needed_longer_lasts_longer_and_is_never_cut_short(database: Database, application_id: UUID) -> None:
    with writing(database.engine) as session:
        links.lasting(session, application_id, WEEK, now=NOW)
    token = _token(database)
    for until, kept in ((WEEK - timedelta(days=2), WEEK), (WEEK + timedelta(days=2), WEEK + timedelta(days=2))):
        with writing(database.engine) as session:
            assert links.lasting(session, application_id, until, now=NOW).expires_at == kept
    assert _token(database) == token
    assert _opens(database, token)


def test_an_ended_link_comes_back_under_another_address(
    database: Database, application_id: UUID, clerk: ActorFacts
) -> None:
    with writing(database.engine) as session:
        links.lasting(session, application_id, WEEK, now=NOW)
    first = _token(database)
    with writing(database.engine) as session:
        links.void(session, clerk, application_id, now=NOW)
    assert not _opens(database, first)
    with writing(database.engine) as session:
        links.lasting(session, application_id, WEEK, now=NOW)
    assert not _opens(database, first)
    assert _opens(database, _token(database))


def test_a_link_from_before_the_end_dies_and_one_from_after_lives(database: Database, application_id: UUID) -> None:
    with writing(database.engine) as session:
        links.lasting(session, application_id, WEEK, now=NOW)
    before = _token(database)
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        application = session.get_one(Application, application_id)
        applications.set_stage(session, clerk, application, Stage.DECIDED, reason="", now=NOW)
    assert not _opens(database, before)
    with writing(database.engine) as session:
        assert links.lasting(session, application_id, WEEK, now=NOW).afterwards
    assert not _opens(database, before)
    assert _opens(database, _token(database))


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_a_last_day_that_is_over_or_far_away_is_refused(
    database: Database, application_id: UUID, clerk: ActorFacts, days: int
) -> None:
    with writing(database.engine) as session, pytest.raises(InvalidError, match="Choose a day") as refused:
        links.issue(session, clerk, application_id, until=NOW + timedelta(days=days), now=NOW)
    assert [fault.field for fault in refused.value.faults] == ["until"]


def test_only_who_looks_after_the_application_makes_a_link(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
        ada = make_person(session, "Ada Brook", [Role.INTERVIEWER])
        stranger = make_person(session, "Otto Other", [Role.COMMITTEE])
        cleo = make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
        application = make_application(session, make_requisition(session, manager=manager))
        make_interview(session, application, [ada])
        links.issue(session, actor_of(cleo), application.id, until=WEEK, now=NOW)
        for other in (manager, ada):
            with pytest.raises(NotAllowedError):
                links.issue(session, actor_of(other), application.id, until=WEEK, now=NOW)
        with pytest.raises(NotFoundError):
            links.void(session, actor_of(stranger), application.id, now=NOW)


def test_a_coordinator_who_owes_a_card_leaves_the_link_to_another(database: Database) -> None:
    # Whether a link has ended tells that a decision was recorded, which whoever owes a card must not learn.
    with writing(database.engine) as session:
        cleo = make_person(session, "Cleo Ruiz", [Role.COORDINATOR, Role.INTERVIEWER])
        application = make_application(session, make_requisition(session))
        make_interview(session, application, [cleo])
        with pytest.raises(NotAllowedError, match="You still owe a scorecard"):
            links.issue(session, actor_of(cleo), application.id, until=WEEK, now=NOW)


def test_many_acts_at_once_make_one_link(database: Database, application_id: UUID) -> None:
    def need(_: int) -> UUID:
        with writing(database.engine) as session:
            return links.lasting(session, application_id, WEEK, now=NOW).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(need, range(8)))) == 1


def test_the_oldest_of_many_visits_end_and_dead_ones_are_swept_away(database: Database, application_id: UUID) -> None:
    with writing(database.engine) as session:
        links.lasting(session, application_id, WEEK, now=NOW)
    token = _token(database)
    begun = []
    for minute in range(visits.AT_ONCE + 2):
        with writing(database.engine) as session:
            begun.append(visits.begin(session, token, KEYS, now=NOW + timedelta(minutes=minute)))
    with reading(database.engine) as session:
        at = NOW + timedelta(minutes=10)
        alive = [visits.of_token(session, one or "", now=at) is not None for one in begun]
    assert alive == [False] * 2 + [True] * visits.AT_ONCE
    with writing(database.engine) as session:
        visits.begin(session, token, KEYS, now=NOW + timedelta(hours=2))
        assert len(session.scalars(select(CandidateVisit)).all()) == 1
