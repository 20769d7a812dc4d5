"""A long chain is checked by several processes, and by sealed rows many at once: what is found stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.domain import audit as words
from app.domain.audit import Broken
from app.domain.audit_part import before_first
from app.models.engine import reading, writing
from app.queries import audit as checking
from app.queries.audit import Sound, verify
from app.services import audit
from tests.factories.committee import make_committee, seal_chained
from tests.factories.hiring import NOW, card_of, make_application, make_interview, seal

if TYPE_CHECKING:
    import pytest

    from tests.databases import Database

EVENTS, STRETCH = 40, 8


def _found(database: Database, url: str = "") -> Sound | Broken:
    with reading(database.engine) as session:
        return verify(session, url=url)


def _as_owner(database: Database, *statements: str) -> None:
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        if database.is_sqlite:
            for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_several_processes_find_what_one_finds(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "STRETCH", STRETCH)
    monkeypatch.setattr(checking, "MANY", STRETCH)
    with writing(database.engine) as session:
        for number in range(1, EVENTS):
            audit.record(session, None, "act.some", f"thing/{number}", now=NOW, payload={"n": number})
    alone = _found(database)
    assert isinstance(alone, Sound)
    assert _found(database, database.url) == alone
    _as_owner(database, "UPDATE audit_event SET actor = 'nobody' WHERE seq IN (29, 37)")
    assert _found(database, database.url) == _found(database) == Broken(29, "its column 'actor' differs from its text")


def test_the_first_of_many_sealed_rows_is_named_before_a_later_fault(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        for _ in range(3):
            interview = make_interview(
                session, make_application(session, committee.requisition), committee.interviewers
            )
            card = card_of(session, interview, committee.interviewers[0])
            seal_chained(session, committee.interviewers[0], seal(session, card, {"strategy": 4}))
        audit.record(session, None, "act.bare", "thing/1", now=NOW)
    assert isinstance(_found(database), Sound)
    _as_owner(database, "DELETE FROM rating", "UPDATE audit_event SET action = 'act.x' WHERE object = 'thing/1'")
    found = _found(database)
    assert isinstance(found, Broken)
    assert (found.seq, found.what.endswith("recorded: ratings")) == (2, True)


def test_a_text_that_is_no_event_is_named_though_its_hash_fits() -> None:
    for body in ("no json", "[]", "{}", "7"):
        stretch = before_first()
        digest = words.event_hash(words.GENESIS, 1, body).hex()
        stretch.take([(1, body, words.GENESIS.hex(), digest, "", "", "", "")], {})
        assert stretch.broken == Broken(1, "its text is not that of an event")
