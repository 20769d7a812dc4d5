"""How long `audit verify` takes over a million events, a fortieth of which sealed a scorecard that is compared too.

The floor is the time that the same events take to be read and hashed once, without any comparison, in one process.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.domain import audit
from app.domain.card import Recommendation
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.models.engine import reading
from app.models.person import Installation
from app.models.records import revision_record
from app.models.scorecard import RatingRow, Revision
from app.queries.audit import Sound, verify
from tests import databases, postgres
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from tests.databases import Database

EVENTS = int(os.environ.get("EVENTS", "1_000_000"))
SEALS_EVERY, DIMENSIONS, BATCH = 40, 6, 20_000
GOAL_SECONDS = 5.0
INSTANCE = UUID(int=1)
_Row = tuple[dict[str, Any], Revision | None, dict[str, Any] | None]
ACTIONS = ("session.begin", "session.end", "file.view", "interview.schedule", "vote.cast.note", "application.stage")


def main() -> int:
    """Print one line a database."""
    folder = postgres.session_folder()
    try:
        with tempfile.TemporaryDirectory() as own:
            with databases.sqlite_database(folder, Path(own)) as database:
                _measure("SQLite", database)
            with databases.postgresql_database(folder) as database:
                _measure("PostgreSQL", database)
    finally:
        databases.stop_server(folder)
    return 0


def _measure(name: str, database: Database) -> None:
    _fill(database)
    floor = _timed(lambda: _read(database))
    alone, apart = _timed(lambda: _verified(database, "")), _timed(lambda: _verified(database, database.url))
    best = min(alone, apart) / EVENTS * 1_000_000
    word = "PASS" if best <= GOAL_SECONDS else "SHORT"
    sys.stdout.write(
        f"{name}: {EVENTS:,} events, {EVENTS // SEALS_EVERY:,} sealed scorecards; read and hashed {floor:.2f} s, "
        f"verified in one process {alone:.2f} s, in {os.cpu_count()} processes {apart:.2f} s; "
        f"{best:.2f} s a million, goal {GOAL_SECONDS:.1f}: {word}\n"
    )


def _timed(act: Any) -> float:  # noqa: ANN401  any call without arguments
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _read(database: Database) -> None:
    with reading(database.engine) as session:
        rows = session.execute(sa.select(AuditEvent.body).order_by(AuditEvent.seq).execution_options(yield_per=5_000))
        for (body,) in rows:
            hashlib.sha256(body.encode()).digest()


def _verified(database: Database, url: str) -> None:
    with reading(database.engine) as session:
        found = verify(session, url=url)
    assert isinstance(found, Sound), found
    assert found.size == EVENTS


def _fill(database: Database) -> None:
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        # Scorecards without interviews: only what a verification reads is written.
        if not database.is_sqlite:
            connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.insert(Installation).values(id=1, instance_id=INSTANCE, company="Bench", demo=False))
        made = _made()
        # SQLite keeps no foreign keys on a connection of nobody's making.
        while rows := list(islice(made, BATCH)):
            _insert(connection, rows)
        newest = sa.select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
        last = connection.execute(newest).one()
        connection.execute(sa.insert(AuditHead).values(id=1, seq=last.seq, hash=last.hash))
        connection.commit()
        if not database.is_sqlite:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))


def _insert(connection: sa.Connection, rows: Sequence[_Row]) -> None:
    connection.execute(sa.insert(AuditEvent), [event for event, _, _ in rows])
    revisions = [revision for _, revision, _ in rows if revision is not None]
    payloads = [payload for _, _, payload in rows if payload is not None]
    if revisions:
        connection.execute(sa.insert(AuditPayload), payloads)
        connection.execute(sa.insert(Revision), [_columns(one) for one in revisions])
        ratings = [{**_columns(rating), "revision_id": one.id} for one in revisions for rating in one.ratings]
        connection.execute(sa.insert(RatingRow), ratings)


def _columns(row: Revision | RatingRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _made() -> Iterator[_Row]:
    chance, head = Random(7), audit.Head(0, audit.GENESIS.hex())
    for seq in range(1, EVENTS + 1):
        revision = _revision(chance, seq) if seq % SEALS_EVERY == 0 else None
        text = "" if revision is None else audit.canonical(dict(revision_record(revision)))
        salt = chance.randbytes(16)
        sealed = audit.payload_hash(salt, text) if text else ""
        action = "chain.begin" if seq == 1 else "scorecard.seal" if text else ACTIONS[seq % len(ACTIONS)]
        subject = f"instance/{INSTANCE}" if seq == 1 else f"scorecard/{UUID(int=seq)}"
        actor = f"user/{UUID(int=seq % 500)}"
        body = audit.event_body(action=action, actor=actor, at=NOW, subject=subject, payload=sealed)
        digest = audit.event_hash(bytes.fromhex(head.hash), seq, body).hex()
        event = {"seq": seq, "body": body, "prev": head.hash, "hash": digest, "at": audit.timestamp(NOW),
                 "actor": actor, "action": action, "object": subject}  # fmt: skip
        head = audit.Head(seq, digest)
        yield event, revision, {"seq": seq, "salt": salt, "body": text} if text else None


def _revision(chance: Random, seq: int) -> Revision:
    return Revision(
        id=UUID(int=seq), scorecard_id=UUID(int=seq), number=1, sealed_at=NOW, after_reveal=False, reason="",
        recommendation=Recommendation.YES, summary="Clear and to the point", private_note="",
        ratings=[
            RatingRow(dimension=f"dimension-{n}", value=chance.randint(1, 5), evidence="Named two trade-offs. " * 8)
            for n in range(DIMENSIONS)
        ],
    )  # fmt: skip
