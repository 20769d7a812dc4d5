from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.audit import Broken, parse_checkpoint
from app.domain.errors import NotAllowedError
from app.domain.permission import ActorFacts, Role
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.models.decision import Decision, DecisionVote, Vote
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.person import Installation
from app.models.scorecard import RatingRow, Revision, SignalNote
from app.queries.audit import Sound, exported, verify
from app.queries.audit_log import Narrowing, events
from app.services import audit
from tests.factories import assessments as assessing
from tests.factories import calibrations as calibrating
from tests.factories.committee import cast_chained, decide_chained, make_committee, make_scored, seal_chained
from tests.factories.hiring import NOW, card_of, make_application, make_interview, make_person, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.models.person import Person
    from tests.databases import Database

# Every column of these is covered by the chain; a column that is added to one of them is tried without being named.
SEALED_TABLES = (AuditEvent, AuditHead, AuditPayload, Revision, RatingRow, SignalNote, Vote, Decision, DecisionVote)


def build(database: Database) -> None:
    """Events 1 chain.begin, 2 scorecard.seal, 3 and 4 vote.cast, 5 decision.record, 6 an act without a payload."""
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_application(session, committee.requisition)
        interviewer = committee.interviewers[0]
        interview = make_interview(session, application, [interviewer])
        revision = seal(
            session, card_of(session, interview, interviewer), {"strategy": 4, "fluency": None}, summary="Ok"
        )
        revision.signals.append(SignalNote(signal="names-trade-offs"))
        session.flush()
        seal_chained(session, interviewer, revision)
        votes = [cast_chained(session, application, person) for person in (committee.chair, *committee.members)]
        decide_chained(session, application, committee.chair, votes)
        audit.record(session, None, "act.bare", "thing/1", now=NOW)


@pytest.fixture
def owner(database: Database) -> Iterator[sa.Connection]:
    """A connection of somebody who owns the database and has taken the guards away."""
    build(database)
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if database.is_sqlite:
            names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            connection.commit()
            connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text("ALTER TABLE audit_head DROP CONSTRAINT ck_audit_head_one_row"))
        connection.commit()
        yield connection


def verified(connection: sa.Connection) -> Sound | Broken:
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        return verify(session)


def altered(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401  a value of whatever type the column has
    """Another value that the column would take."""
    if value is None:
        return {UUID: uuid4(), int: 1, str: "x", bytes: b"x"}[column.type.python_type]
    if isinstance(value, enum.Enum):
        return next(other for other in type(value) if other is not value)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    changes: dict[type, Callable[[Any], Any]] = {
        bool: lambda flag: not flag,
        int: lambda number: number + 50,
        bytes: lambda blob: blob[::-1] + b"x",
        UUID: lambda _: uuid4(),
        str: lambda text: f"{text[:-1]}é",
    }
    return changes[type(value)](value)


TABLES = [cast("sa.Table", model.__table__) for model in SEALED_TABLES]
COLUMNS = [(table, column.name) for table in TABLES for column in table.columns]


@pytest.mark.fault("F15")
def test_an_edit_of_any_column_of_any_sealed_row_is_found(owner: sa.Connection) -> None:
    assert isinstance(verified(owner), Sound)
    missed = []
    for table, name in COLUMNS:
        rows = owner.execute(sa.select(table)).all()
        for row in rows:
            same = sa.and_(*(table.c[key.name] == row._mapping[key.name] for key in table.primary_key))
            value = altered(table.c[name], row._mapping[name])
            owner.execute(sa.update(table).where(same).values({name: value}))
            found = verified(owner)
            owner.rollback()
            if isinstance(found, Sound):
                missed.append(f"{table.name}.{name}: {row._mapping[name]!r} -> {value!r}")
    assert missed == []
    assert isinstance(verified(owner), Sound)


@pytest.mark.parametrize(
    ("statement", "seq", "what"),
    [
        (
            "UPDATE audit_event SET body = replace(body, 'vote.cast', 'vote.void') WHERE seq = 4",
            4,
            "does not match its hash",
        ),
        ("UPDATE audit_event SET body = 'no json' WHERE seq = 3", 3, "does not match its hash"),
        ("UPDATE audit_event SET seq = 9 WHERE seq = 5", 5, "event 5 is missing"),
        ("UPDATE audit_event SET actor = 'system' WHERE seq = 3", 3, "column 'actor'"),
        ("DELETE FROM audit_event WHERE seq = 4", 4, "event 4 is missing"),
        ("DELETE FROM audit_event WHERE seq = 6", 6, "the head says that there are 6"),
        ("UPDATE audit_head SET hash = (SELECT hash FROM audit_event WHERE seq = 5)", 6, "head row differs"),
        ("DELETE FROM audit_head", 6, "head row is missing"),
        ("DELETE FROM audit_payload WHERE seq = 2", 2, "payload is missing"),
        ("UPDATE audit_payload SET body = '{' WHERE seq = 2", 2, "payload does not match"),
        ("UPDATE audit_payload SET salt = NULL WHERE seq = 2", 2, "half erased"),
        ("UPDATE audit_payload SET seq = 6 WHERE seq = 5", 5, "payload is missing"),
        ("INSERT INTO audit_payload VALUES (6, NULL, NULL)", 6, "payload was added"),
        ("UPDATE rating SET value = 5 WHERE value = 4", 2, "no longer says what was recorded: ratings"),
        ("UPDATE rating SET value = 3 WHERE value IS NULL", 2, "no longer says what was recorded: ratings"),
        ("DELETE FROM signal_note", 2, "no longer says what was recorded: signals"),
        ("DELETE FROM revision", 2, "is gone"),
        ("UPDATE revision SET recommendation = 'no'", 2, "recommendation"),
        ("UPDATE revision SET private_note = 'Added later'", 2, "private_note"),
        ("UPDATE decision SET outcome = 'hold'", 5, "outcome"),
        ("UPDATE decision_vote SET outcome = 'hold'", 5, "votes"),
        ("DELETE FROM decision", 5, "is gone"),
    ],
)
@pytest.mark.fault("F15")
def test_the_first_bad_event_is_named(owner: sa.Connection, statement: str, seq: int, what: str) -> None:
    owner.execute(sa.text(statement))
    found = verified(owner)
    assert isinstance(found, Broken)
    assert (found.seq, what in found.what) == (seq, True), found


@pytest.mark.fault("F15")
def test_an_installation_that_took_over_another_chain_is_found(owner: sa.Connection) -> None:
    owner.execute(sa.update(Installation).values(instance_id=uuid4()))
    found = verified(owner)
    assert isinstance(found, Broken)
    assert (found.seq, "this installation is" in found.what) == (1, True)


@pytest.mark.fault("F15")
def test_a_changed_vote_is_named_by_the_last_event_about_it(owner: sa.Connection) -> None:
    owner.execute(sa.text("UPDATE vote SET outcome = 'hold'"))
    found = verified(owner)
    assert isinstance(found, Broken)
    assert found.seq == 3
    assert "the vote of" in found.what


@pytest.mark.fault("F15")
def test_sealed_rows_that_no_event_speaks_of_are_found(database: Database) -> None:
    build(database)
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_application(session, committee.requisition)
        interview = make_interview(session, application, committee.interviewers)
        seal(session, card_of(session, interview, committee.interviewers[0]), {"strategy": 5})
    with reading(database.engine) as session:
        found = verify(session)
    assert isinstance(found, Broken)
    assert (found.seq, "no event speaks of it" in found.what) == (0, True)


def test_an_erased_payload_lets_its_row_be_and_is_listed(owner: sa.Connection) -> None:
    owner.execute(sa.text("UPDATE audit_payload SET salt = NULL, body = NULL WHERE seq = 2"))
    owner.execute(sa.text("UPDATE revision SET summary = '[erased]'"))
    found = verified(owner)
    assert isinstance(found, Sound)
    assert found.erased == (2,)


def test_a_vote_cast_again_is_sound(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 3}])
        vote = cast_chained(session, application, committee.chair)
        session.delete(vote)
        session.flush()
        cast_chained(session, application, committee.chair)
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)


@pytest.mark.fault("F15")
def test_a_cut_tail_is_seen_only_through_the_printed_line(owner: sa.Connection) -> None:
    sound = verified(owner)
    assert isinstance(sound, Sound)
    owner.execute(sa.text("DELETE FROM audit_event WHERE seq = 6"))
    owner.execute(sa.text("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_event WHERE seq = 5)"))
    assert isinstance(verified(owner), Sound)
    with Session(owner, join_transaction_mode="create_savepoint") as session, session.begin():
        found = verify(session, parse_checkpoint(sound.checkpoint))
    assert found == Broken(6, "the chain ends at event 5, but the checkpoint saw 6 events")


def test_more_events_than_one_batch_verify_and_export_in_order(database: Database) -> None:
    with writing(database.engine) as session:
        for number in range(2_100):
            audit.record(session, None, "act.many", f"thing/{number}", now=NOW)
    with reading(database.engine) as session:
        found = verify(session)
        lines = list(exported(session))
    assert isinstance(found, Sound)
    assert found.size == len(lines) == 2_101
    assert '"seq": 2101' in lines[-1]


def test_events_are_listed_newest_first_to_those_who_may(database: Database) -> None:
    build(database)
    auditor = ActorFacts(uuid4(), "au@example.com", frozenset({Role.AUDITOR}))
    with reading(database.engine) as session:
        assert [event.seq for event in events(session, auditor, limit=2)] == [6, 5]
        votes = events(session, auditor, before=4, action="vote.")
        assert [(event.seq, event.actor) for event in votes] == [(3, "Chidi Eze")]
        with pytest.raises(NotAllowedError):
            events(session, ActorFacts(uuid4(), "x@example.com", frozenset({Role.COORDINATOR})))


def test_an_auditor_who_owes_a_scorecard_learns_nothing_from_the_chain(database: Database) -> None:
    with writing(database.engine) as session:
        auditor = make_person(session, "Aud", [Role.AUDITOR, Role.INTERVIEWER])
        make_interview(session, make_application(session), [auditor])
        auditor_id = auditor.id
    with reading(database.engine) as session:
        actor = actor_facts(session, auditor_id)
        assert actor is not None
        with pytest.raises(NotAllowedError, match="still owe"):
            events(session, actor)


def test_an_auditor_in_an_open_assessment_is_not_told_who_has_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        scene = assessing.make_scene(session)
        assessing.seal(session, scene, scene.manager, assessing.MANAGER)
    with reading(database.engine) as session:
        (seal_event,) = events(session, _auditing(scene.person), action="assessment.seal")
        assert (seal_event.closed, seal_event.actor, seal_event.subject) == (True, "", "")
    with writing(database.engine) as session:
        assessing.seal(session, scene, scene.person, assessing.OWN)
    with reading(database.engine) as session:
        told = events(session, _auditing(scene.person), action="assessment.seal")
        assert [event.actor for event in told] == [scene.person.name, scene.manager.name]
        assert all(event.closed for event in events(session, _auditing(scene.team.noor), action="assessment.seal"))


def test_a_member_who_audits_is_not_told_who_has_voted(database: Database) -> None:
    with writing(database.engine) as session:
        panel = calibrating.make_panel(session)
        calibrating.start_voting(session, panel)
        calibrating.seal(session, panel.item.id, panel.ben, "promote")
        outsider = ActorFacts(uuid4(), "o@example.com", frozenset({Role.AUDITOR}))
    with reading(database.engine) as session:
        assert [one.closed for one in events(session, _auditing(panel.ana), action="prevote.seal")] == [True]
        assert [one.actor for one in events(session, outsider, action="prevote.seal")] == [panel.ben.name]


def _auditing(person: Person) -> ActorFacts:
    return ActorFacts(person.id, person.email, frozenset({Role.AUDITOR}))


def test_looking_for_a_person_uses_the_indexes_of_who_and_of_what(database: Database) -> None:
    with writing(database.engine) as session:
        auditor = make_person(session, "Adi Alves", [Role.AUDITOR])
        audit.record(session, None, "session.begin", f"user/{auditor.id}", now=NOW)
    asked: list[tuple[str, Any]] = []
    with reading(database.engine) as session:
        sa.event.listen(session.connection(), "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        assert [event.about for event in events(session, _auditing(auditor), narrowing=Narrowing(person="alves"))]
        statement, values = next(one for one in asked if "UNION" in one[0])
        if not database.is_sqlite:
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plan = str(session.connection().exec_driver_sql(explain + statement, values).all())
    assert "ix_audit_event_actor" in plan
    assert "ix_audit_event_object" in plan
