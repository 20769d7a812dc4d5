"""What has to hold in the database before anybody is answered: settings, rights, guards, and the end of the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from app.domain.audit import event_hash
from app.models.audit import AuditEvent, AuditHead
from app.queries.health import rights_of, unsafe_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LATEST = 1_000
_GUARDS = {f"guard_{table}_{act}" for table in ("audit_event", "audit_payload") for act in ("update", "delete")}
_ALSO = {
    "sqlite": {"guard_audit_event_insert"},
    "postgresql": {"guard_audit_event_truncate", "guard_audit_payload_truncate"},
}
_LISTED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


@dataclass(frozen=True, slots=True)
class Foundations:
    """Each field says in words what is wrong, and is empty where nothing is."""

    settings: tuple[str, ...]
    rights: tuple[str, ...]
    guards: tuple[str, ...]
    chain: str


def foundations(engine: Engine) -> Foundations:
    """Ask a fresh connection; a database that cannot be reached raises SQLAlchemy's own error."""
    with engine.connect() as connection:
        kind = engine.dialect.name
        there = set(connection.execute(text(_LISTED[kind])).scalars())
        missing = tuple(f"the guard {name} is missing" for name in sorted((_GUARDS | _ALSO[kind]) - there))
        rights = rights_of(connection) if kind == "postgresql" else ()
        return Foundations(unsafe_settings(connection), rights, missing, _end_of_chain(connection))


def latest_moment(engine: Engine) -> datetime | None:
    """The latest time that any event carries; None where nothing was ever done."""
    with engine.connect() as connection:
        found = connection.execute(select(func.max(AuditEvent.at))).scalar_one()
    return datetime.fromisoformat(found) if found else None


def _end_of_chain(connection: Connection) -> str:
    """What is wrong with the last links and with the head that has to be the last of them."""
    rows = connection.execute(
        select(AuditEvent.seq, AuditEvent.body, AuditEvent.prev, AuditEvent.hash)
        .order_by(AuditEvent.seq.desc())
        .limit(LATEST)
    ).all()
    head = connection.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    last = (rows[0].seq, rows[0].hash) if rows else None
    if last != ((head.seq, head.hash) if head and head.seq else None):
        return (
            f"the head row of the audit chain is {head.seq if head else 'missing'}, the last event {last and last[0]}"
        )
    before = ""
    for row in reversed(rows):
        if row.hash != event_hash(bytes.fromhex(row.prev), row.seq, row.body).hex() or row.prev != (before or row.prev):
            return f"event {row.seq} of the audit chain does not hold"
        before = row.hash
    return ""
