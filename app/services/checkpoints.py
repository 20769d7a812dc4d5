"""Signed checkpoints: made each day and at each decision, kept in the database, and sent to people who keep them.

A checkpoint in the database proves little by itself: whoever owns the rows could leave it out. It is the line on paper
and in mailboxes that a shortened or rewritten chain cannot meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain import audit
from app.domain.permission import Role
from app.formats import audit_key
from app.models import chain
from app.models.audit import AuditCheckpoint
from app.models.engine import writing
from app.models.facts import owes_any_card
from app.models.person import Person, RoleGrant
from app.services import outbox

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.formats.audit_key import AuditKey

DAILY, DECISION, ASKED = "daily", "decision", "asked"
KEEPERS = 2
_KEY_FILE = "audit.key_file"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint line with its signature in hexadecimal."""

    line: str
    key_id: str
    signature: str


def sign_by(session: Session, key_file: Path) -> None:
    """Sign the checkpoints that this session makes with the key in a file, which is read when one is made."""
    session.info[_KEY_FILE] = key_file


def line_for_decision(session: Session, *, now: datetime) -> str:
    """The line that a decision prints: it witnesses every event committed before. Kept and signed where a key is."""
    key_file: Path | None = session.info.get(_KEY_FILE)
    if key_file is None:
        return chain.checkpoint(session)
    made = make(session, audit_key.at(key_file), DECISION, now=now)
    return made.line if made else ""


def make(session: Session, key: AuditKey, occasion: str, *, now: datetime) -> Signed | None:
    """Sign what there is now and keep it; nothing before the first event. An equal one is kept once."""
    made, _ = _kept(session, key, occasion, now=now)
    return made


def daily(session: Session, key: AuditKey, *, now: datetime) -> Signed | None:
    """Make the checkpoint of a day and send it to those who keep it.

    Nothing when this day has one, or when nothing happened since the last.
    """
    newest = select(AuditCheckpoint.made_at).where(AuditCheckpoint.occasion == DAILY)
    last = session.scalar(newest.order_by(AuditCheckpoint.size.desc()).limit(1))
    if last is not None and last.date() >= now.date():
        return None
    made, new = _kept(session, key, DAILY, now=now)
    if made is None or not new:
        return None
    for person_id in keepers(session):
        outbox.notify(
            session, person_id, subject=f"Audit checkpoint of {now:%Y-%m-%d}", body=_letter(made), path="/audit",
            now=now,
        )  # fmt: skip
    return made


def _kept(session: Session, key: AuditKey, occasion: str, *, now: datetime) -> tuple[Signed | None, bool]:
    """The checkpoint of now, and whether it is a new one."""
    instance, tree = chain.instance_of(session), chain.tree_of(session)
    if not instance or not tree.size:
        return None, False
    line = audit.checkpoint(instance, tree.size, tree.root())
    signature = key.sign(line)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "size": tree.size, "occasion": occasion, "root": tree.root().hex(), "peaks": tree.peaks(), "made_at": now,
        "key_id": signature.key_id, "signature": signature.text,
    }  # fmt: skip
    added = insert(AuditCheckpoint).values(values).on_conflict_do_nothing().returning(AuditCheckpoint.size)
    new = session.scalar(added) is not None
    return Signed(line, signature.key_id, signature.text), new


def run(engine: Engine, key_file: Path, *, now: datetime) -> Signed | None:
    """Make the checkpoint of this day if it has none yet, in a transaction of its own; the key is made if missing."""
    with writing(engine) as session:
        return daily(session, audit_key.at(key_file), now=now)


def keepers(session: Session) -> tuple[UUID, ...]:
    """Two people who are sent checkpoints: auditors first, then administrators; nobody who owes a scorecard.

    A line says how many events there were, which somebody who still judges apart must not watch.
    """
    order = case((RoleGrant.role == Role.AUDITOR, 0), else_=1)
    statement = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_((Role.AUDITOR, Role.ADMIN)), Person.active, ~owes_any_card())
        .order_by(order, Person.created_at, Person.id)
    )
    return tuple(dict.fromkeys(session.scalars(statement)))[:KEEPERS]


def _letter(made: Signed) -> str:
    return (
        "Keep this message. With the line below anyone can later check that no fact recorded up to this point was "
        f"altered or removed.\n\n{made.line}\nkey {made.key_id}\nsignature {made.signature}\n\n"
        'On the server: python3 -m app audit verify --checkpoint "LINE"'
    )
