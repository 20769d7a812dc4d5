from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.decision import Outcome
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.models.audit import AuditEvent
from app.models.decision import Vote
from app.models.engine import reading, writing
from app.queries.audit import Sound, verify
from app.services import votes
from tests.factories.committee import decide_chained, make_committee, make_scored
from tests.factories.hiring import NOW, actor_of, make_interview

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

REASON = "The case was worked through to the end."


def cast(
    database: Database,
    actor: ActorFacts,
    application_id: UUID,
    outcome: Outcome = Outcome.HIRE,
    *,
    reason: str = REASON,
    version: int = 0,
) -> None:
    with writing(database.engine) as session:
        votes.cast(
            session, actor, application_id, outcome, reason, version=version, now=NOW + timedelta(minutes=version)
        )


def kept(database: Database) -> list[tuple[Outcome, str, int]]:
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)
        return [(v.outcome, v.reason, v.version) for v in session.scalars(select(Vote).order_by(Vote.cast_at))]


def test_a_vote_is_sealed_and_can_be_changed_until_the_decision(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        member, application_id = actor_of(committee.members[0]), application.id
    cast(database, member, application_id, reason=f"  {REASON}\n")
    assert kept(database) == [(Outcome.HIRE, REASON, 1)]
    cast(database, member, application_id, Outcome.HOLD, version=1)
    assert kept(database) == [(Outcome.HOLD, REASON, 2)]
    with writing(database.engine) as session:
        decide_chained(session, application, committee.chair, [])
    with pytest.raises(AlreadyDoneError, match="votes are closed"):
        cast(database, member, application_id, Outcome.NO_HIRE, version=2)


def test_a_stale_form_is_a_conflict_that_tells_the_current_version(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        member, application_id = actor_of(committee.members[0]), application.id
    cast(database, member, application_id)
    with pytest.raises(ConflictError) as error:
        cast(database, member, application_id, Outcome.NO_HIRE)
    assert error.value.current_version == 1
    assert kept(database) == [(Outcome.HIRE, REASON, 1)]


def test_the_same_vote_sent_ten_times_at_once_is_one(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        member, application_id = actor_of(committee.members[0]), application.id
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: cast(database, member, application_id), range(10)))
    assert kept(database) == [(Outcome.HIRE, REASON, 1)]
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).where(AuditEvent.action == "vote.cast")) == 1


@pytest.mark.parametrize(
    ("reason", "said"), [(" ", "Write why you vote"), ("x" * 4001, "Shorten"), ("a\0b", "cannot be")]
)
def test_a_reason_is_needed_and_has_to_be_storable(database: Database, reason: str, said: str) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        member, application_id = actor_of(committee.members[0]), application.id
    with pytest.raises(InvalidError, match=said) as error:
        cast(database, member, application_id, reason=reason)
    assert [fault.field for fault in error.value.faults] == ["reason"]
    assert kept(database) == []


def test_only_members_who_owe_nothing_vote_and_only_after_the_debrief_opened(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=2)
        closed = make_scored(session, committee, "Ola", [{"strategy": 4}], debrief=False).id
        application = make_scored(session, committee, "Mira", [{"strategy": 4}])
        make_interview(session, application, [committee.members[1]])
        member, owing = map(actor_of, committee.members)
        manager, interviewer = actor_of(committee.manager), actor_of(committee.interviewers[0])
        application_id = application.id
    with pytest.raises(NotFoundError):
        cast(database, member, closed)
    with pytest.raises(NotAllowedError, match="still owe"):
        cast(database, owing, application_id)
    for actor in (manager, interviewer):
        with pytest.raises(NotAllowedError):
            cast(database, actor, application_id)
    assert kept(database) == []
