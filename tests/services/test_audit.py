from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.permission import ActorFacts
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.models.engine import reading, writing
from app.queries.audit import Sound, verify
from app.services import audit, installation

if TYPE_CHECKING:
    from tests.databases import Database

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ACTOR = ActorFacts(UUID(int=7), "ada@example.com", frozenset())


def actions(database: Database) -> list[str]:
    with reading(database.engine) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_the_first_commit_begins_the_chain_with_the_installation(database: Database) -> None:
    instance = UUID(int=1)
    with writing(database.engine) as session:
        installation.ensure(session, instance_id=instance)
        audit.record(session, ACTOR, "person.create", "user/1", now=NOW, payload={"name": "Ada"}, on_behalf_of="user/2")

    with reading(database.engine) as session:
        first, second = session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        payload = session.scalars(select(AuditPayload)).one()
        head = session.scalars(select(AuditHead)).one()
    assert (first.seq, first.action, first.actor, first.object) == (1, "chain.begin", "system", f"instance/{instance}")
    assert (second.seq, second.actor, second.prev) == (2, f"user/{ACTOR.person_id}", first.hash)
    assert second.at == "2026-11-22T09:30:00.000000Z"
    assert json.loads(second.body)["on_behalf_of"] == "user/2"
    assert "Ada" not in second.body
    assert (payload.seq, payload.body, len(payload.salt or b"")) == (2, '{"name":"Ada"}', 16)
    assert (head.seq, head.hash) == (2, second.hash)


def test_events_of_one_transaction_keep_their_order(database: Database) -> None:
    with writing(database.engine) as session:
        for number in range(3):
            audit.record(session, None, f"act.{number}", "thing/1", now=NOW)
    assert actions(database) == ["chain.begin", "act.0", "act.1", "act.2"]


def test_a_transaction_that_fails_leaves_no_event(database: Database) -> None:
    class StopError(Exception):
        pass

    def fail() -> None:
        with writing(database.engine) as session:
            audit.record(session, None, "act.lost", "thing/1", now=NOW)
            raise StopError

    with pytest.raises(StopError):
        fail()
    with writing(database.engine) as session:
        audit.record(session, None, "act.kept", "thing/1", now=NOW)
    assert actions(database) == ["chain.begin", "act.kept"]


def test_a_session_used_again_after_a_rollback_forgets_what_was_noted(database: Database) -> None:
    with sa.orm.Session(database.engine) as session:
        audit.record(session, None, "act.lost", "thing/1", now=NOW)
        session.connection()
        session.rollback()
        audit.record(session, None, "act.kept", "thing/1", now=NOW)
        session.connection()
        session.commit()
    assert actions(database) == ["chain.begin", "act.kept"]


def test_a_savepoint_that_is_rolled_back_takes_its_events_with_it(database: Database) -> None:
    with writing(database.engine) as session:
        audit.record(session, None, "act.before", "thing/1", now=NOW)
        outer = session.begin_nested()
        audit.record(session, None, "act.outer", "thing/1", now=NOW)
        with session.begin_nested():
            audit.record(session, None, "act.inner", "thing/1", now=NOW)
        outer.rollback()
        with session.begin_nested():
            audit.record(session, None, "act.released", "thing/1", now=NOW)
        audit.record(session, None, "act.after", "thing/1", now=NOW)
    assert actions(database) == ["chain.begin", "act.before", "act.released", "act.after"]


def test_salts_can_be_given_so_that_two_databases_come_out_alike(database: Database) -> None:
    with writing(database.engine) as session:
        installation.ensure(session, instance_id=UUID(int=1))
        audit.draw_salts_from(session, lambda: bytes(range(16)))
        audit.record(session, None, "act.one", "thing/1", now=NOW, payload={"text": "x"})
    with reading(database.engine) as session:
        assert session.scalar(select(AuditPayload.salt)) == bytes(range(16))
        assert audit.checkpoint(session).startswith(f"plumbline-audit/v1 {UUID(int=1)} 2 ")


def test_the_checkpoint_equals_the_verifiers(database: Database) -> None:
    with reading(database.engine) as session:
        assert audit.checkpoint(session) == ""
    with writing(database.engine) as session:
        for number in range(20):
            audit.record(session, None, f"act.{number}", "thing/1", now=NOW)
        assert audit.checkpoint(session) == ""
    with reading(database.engine) as session:
        found = verify(session)
        assert isinstance(found, Sound)
        assert audit.checkpoint(session) == found.checkpoint != ""


@pytest.mark.parametrize("begun", [False, True])
def test_eight_writers_at_once_make_one_chain(database: Database, *, begun: bool) -> None:
    if begun:
        with writing(database.engine) as session:
            audit.record(session, None, "act.first", "thing/0", now=NOW)

    def write(writer: int) -> None:
        for number in range(10):
            with writing(database.engine) as session:
                session.execute(select(AuditHead.seq)).all()
                audit.record(session, None, "act.write", f"thing/{writer}-{number}", now=NOW, payload={"n": number})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    with reading(database.engine) as session:
        found = verify(session)
        objects = set(session.scalars(select(AuditEvent.object).where(AuditEvent.action == "act.write")))
    assert isinstance(found, Sound)
    assert found.size == 81 + begun
    assert objects == {f"thing/{writer}-{number}" for writer in range(8) for number in range(10)}


REFUSED = {
    "update": "UPDATE audit_event SET actor = 'user/x' WHERE seq = 2",
    "delete": "DELETE FROM audit_event WHERE seq = 2",
    "payload rewritten": "UPDATE audit_payload SET body = '{}'",
    "payload moved": "UPDATE audit_payload SET seq = 1, salt = NULL, body = NULL",
    "payload deleted": "DELETE FROM audit_payload",
    "same number": "INSERT INTO audit_event SELECT seq, body, 'f', hash, at, actor, action, object FROM audit_event",
    "fork": "INSERT INTO audit_event "
    "SELECT 9, body, prev, hash, at, actor, action, object FROM audit_event WHERE seq = 2",
}
REFUSED_SQLITE = {
    "replace": "INSERT OR REPLACE INTO audit_event "
    "SELECT seq, '{}', prev, hash, at, actor, action, object FROM audit_event WHERE seq = 2",
    "replace by prev": "INSERT OR REPLACE INTO audit_event "
    "SELECT 9, '{}', prev, hash, at, actor, action, object FROM audit_event WHERE seq = 2",
}
REFUSED_POSTGRESQL = {
    "truncate": "TRUNCATE audit_event CASCADE",
    "truncate payloads": "TRUNCATE audit_payload",
}


def test_the_guards_refuse_every_way_to_change_an_event(database: Database) -> None:
    with writing(database.engine) as session:
        audit.record(session, None, "act.one", "thing/1", now=NOW, payload={"text": "x"})
        audit.record(session, None, "act.two", "thing/1", now=NOW)
    let_through = []
    for act, statement in (REFUSED | (REFUSED_SQLITE if database.is_sqlite else REFUSED_POSTGRESQL)).items():
        with suppress(sa.exc.DBAPIError), writing(database.engine) as session:
            session.execute(sa.text(statement))
            let_through.append(act)
    assert let_through == []
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)


def test_a_payload_can_be_erased_and_the_chain_still_holds(database: Database) -> None:
    with writing(database.engine) as session:
        audit.record(session, None, "act.one", "thing/1", now=NOW, payload={"text": "x"})
        audit.record(session, None, "act.two", "thing/1", now=NOW, payload={"text": "y"})
    with writing(database.engine) as session:
        session.execute(sa.text("UPDATE audit_payload SET salt = NULL, body = NULL WHERE seq = 2"))
    with reading(database.engine) as session:
        found = verify(session)
    assert isinstance(found, Sound)
    assert (found.size, found.erased) == (3, (2,))
