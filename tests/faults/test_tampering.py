"""Somebody edits the record with all rights: it is found, the first bad event is named, and an honest one never is."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cli import main
from app.domain import audit as words
from app.domain.audit import Broken, parse_checkpoint
from app.domain.audit_part import EventRow, Payload, before_first
from app.domain.errors import UnavailableError
from app.models.audit import AuditEvent, AuditHead
from app.models.engine import reading, writing
from app.queries.audit import Sound, verify
from app.services import audit
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database
    from tests.faulting import Breaking

EVENTS = 12


@pytest.fixture
def owner(database: Database) -> Iterator[sa.Connection]:
    """Twelve events and a connection of somebody whom no guard stops."""
    for number in range(1, EVENTS):
        with writing(database.engine) as session:
            payload = {"n": number} if number % 3 else None
            audit.record(session, None, f"act.{number}", f"thing/{number}", now=NOW, payload=payload)
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if database.is_sqlite:
            for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        connection.commit()
        yield connection


def verified(connection: sa.Connection, line: str = "") -> Sound | Broken:
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        return verify(session, parse_checkpoint(line) if line else None)


def rewritten(connection: sa.Connection, seq: int) -> None:
    """Give an event another text and a hash that fits it, as somebody would who knows how."""
    row = connection.execute(sa.select(AuditEvent.prev, AuditEvent.body).where(AuditEvent.seq == seq)).one()
    body = row.body.replace('"system"', '"nobody"')
    digest = words.event_hash(bytes.fromhex(row.prev), seq, body).hex()
    changed = {"body": body, "hash": digest, "actor": "nobody"}
    connection.execute(sa.update(AuditEvent).where(AuditEvent.seq == seq).values(changed))


def swapped(connection: sa.Connection, seq: int) -> None:
    """Exchange the texts of an event and the one after it."""
    other = seq + 1 if seq < EVENTS else seq - 1
    names = ("body", "at", "actor", "action", "object")
    rows = {
        number: connection.execute(
            sa.select(*(getattr(AuditEvent, n) for n in names)).where(AuditEvent.seq == number)
        ).one()
        for number in (seq, other)
    }
    for number, source in ((seq, other), (other, seq)):
        connection.execute(sa.update(AuditEvent).where(AuditEvent.seq == number).values(rows[source]._asdict()))


def deleted(connection: sa.Connection, seq: int) -> None:
    connection.execute(sa.text("DELETE FROM audit_payload WHERE seq = :seq"), {"seq": seq})
    connection.execute(sa.delete(AuditEvent).where(AuditEvent.seq == seq))


def inserted(connection: sa.Connection, seq: int) -> None:
    """Put an event between two others and number the later ones anew."""
    connection.execute(sa.text("UPDATE audit_payload SET seq = -seq - 1 WHERE seq >= :seq"), {"seq": seq})
    connection.execute(sa.text("UPDATE audit_event SET seq = -seq - 1 WHERE seq >= :seq"), {"seq": seq})
    connection.execute(sa.text("UPDATE audit_event SET seq = -seq WHERE seq < 0"))
    connection.execute(sa.text("UPDATE audit_payload SET seq = -seq WHERE seq < 0"))
    body = words.event_body(action="act.forged", actor="system", at=NOW, subject="thing/forged")
    prev = connection.scalar(sa.select(AuditEvent.hash).where(AuditEvent.seq == seq - 1)) or words.GENESIS.hex()
    row = {
        "seq": seq,
        "body": body,
        "prev": f"{prev[:-1]}x",
        "hash": words.event_hash(bytes.fromhex(prev), seq, body).hex(),
    }
    told = {"at": words.timestamp(NOW), "actor": "system", "action": "act.forged", "object": "thing/forged"}
    connection.execute(sa.insert(AuditEvent).values({**row, **told}))


@pytest.mark.fault("F15")
def test_every_edit_of_every_event_is_found_where_it_is(owner: sa.Connection, breaking: Breaking) -> None:
    missed, tries = [], 0
    for act in (rewritten, swapped, deleted, inserted):
        for seq in range(1, EVENTS + 1):
            act(owner, seq)
            found = verified(owner)
            owner.rollback()
            tries += 1
            first = min(seq, EVENTS - 1) if act is swapped else seq
            # Whoever rewrites an event with a hash that fits is betrayed by the next one's link, or by the head.
            if isinstance(found, Sound) or found.seq not in {first, first + (act is rewritten)}:
                missed.append(f"{act.__name__} {seq}: {found}")
    breaking.count(tries, len(missed), "edits, deletions, swaps and insertions that were not found or misplaced")
    assert missed == []
    assert isinstance(verified(owner), Sound)


@pytest.mark.fault("F15")
def test_a_tail_cut_at_every_length_contradicts_the_printed_line(owner: sa.Connection, breaking: Breaking) -> None:
    whole = verified(owner)
    assert isinstance(whole, Sound)
    missed = []
    for left in range(1, EVENTS):
        owner.execute(sa.text("DELETE FROM audit_payload WHERE seq > :left"), {"left": left})
        owner.execute(sa.delete(AuditEvent).where(AuditEvent.seq > left))
        last = owner.scalar(sa.select(AuditEvent.hash).where(AuditEvent.seq == left))
        owner.execute(sa.update(AuditHead).values(seq=left, hash=last))
        found, silent = verified(owner, whole.checkpoint), verified(owner)
        owner.rollback()
        assert isinstance(silent, Sound), "without a line on paper a shorter chain looks whole"
        if not isinstance(found, Broken) or found.seq != left + 1:
            missed.append(left)
    breaking.count(EVENTS - 1, len(missed), "tails cut and not found by the line")
    assert missed == []


@pytest.mark.fault("F15")
def test_an_honest_chain_raises_no_alarm(breaking: Breaking) -> None:
    alarms, tries = [], breaking.times(200, 10_000)
    for number in range(tries):
        rows, payloads = honest(Random(f"{breaking.seed} {number}"))
        stretch = before_first((3, 5))
        cut = number % len(rows)
        stretch.take(rows[:cut], payloads)
        stretch.take(rows[cut:], payloads)
        if stretch.broken or stretch.tree.size != len(rows):
            alarms.append(f"{number}: {stretch.broken}")
    breaking.count(tries, len(alarms), "sound chains that raised an alarm")
    assert alarms == []


def honest(chance: Random) -> tuple[list[EventRow], dict[int, Payload]]:
    """A sound chain of surprising texts: quotes, backslashes, controls, other scripts, erased payloads."""
    letters = 'ab"\\\n\t/é🙂\u2028{}:,'
    rows: list[EventRow] = []
    payloads: dict[int, Payload] = {}
    prev = words.GENESIS
    for seq in range(1, chance.randint(2, 9)):
        told = {
            name: "".join(chance.choices(letters, k=chance.randint(0, 9))) for name in ("action", "actor", "subject")
        }
        behalf, sealed = "".join(chance.choices(letters, k=4)), ""
        if chance.random() < 0.6:
            salt, text = chance.randbytes(16), words.canonical({"note": told["actor"]})
            sealed = words.payload_hash(salt, text)
            payloads[seq] = (salt, text) if chance.random() < 0.7 else (None, None)
        body = words.event_body(**told, at=NOW, on_behalf_of=behalf, payload=sealed)
        digest = words.event_hash(prev, seq, body)
        at = words.timestamp(NOW)
        rows.append((seq, body, prev.hex(), digest.hex(), at, told["actor"], told["action"], told["subject"]))
        prev = digest
    return rows, payloads


HEADS = {
    "missing": "DELETE FROM audit_head",
    "behind": "UPDATE audit_head SET seq = 7, hash = (SELECT hash FROM audit_event WHERE seq = 7)",
    "ahead": "UPDATE audit_head SET seq = 99",
    "of another event": "UPDATE audit_head SET hash = (SELECT hash FROM audit_event WHERE seq = 7)",
}


@pytest.mark.fault("F25")
@pytest.mark.parametrize("harm", HEADS)
def test_a_head_that_does_not_fit_stops_writing_and_is_mended_from_the_events(
    owner: sa.Connection, database: Database, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.execute(sa.text(HEADS[harm]))
    owner.commit()
    with pytest.raises(UnavailableError, match="audit mend-head"), writing(database.engine) as session:
        audit.record(session, None, "act.lost", "thing/1", now=NOW)
    with reading(database.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == EVENTS
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    assert main(["audit", "verify"]) == 1
    assert main(["audit", "mend-head"]) == 0
    assert main(["audit", "verify"]) == 0
    with writing(database.engine) as session:
        audit.record(session, None, "act.kept", "thing/1", now=NOW)
    with reading(database.engine) as session:
        found = verify(session)
    assert isinstance(found, Sound)
    assert found.size == EVENTS + 2


@pytest.mark.fault("F25")
def test_a_second_head_is_refused_and_broken_events_are_not_mended_over(
    owner: sa.Connection, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        owner.execute(sa.text("INSERT INTO audit_head SELECT 2, seq, hash FROM audit_head"))
    owner.rollback()
    rewritten(owner, 5)
    owner.execute(sa.text("DELETE FROM audit_head"))
    owner.commit()
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    assert main(["audit", "mend-head"]) == 1
    assert owner.scalar(sa.select(sa.func.count()).select_from(AuditHead)) == 0
