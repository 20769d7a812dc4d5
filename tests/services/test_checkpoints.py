from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.audit import Broken, parse_checkpoint
from app.domain.errors import UnavailableError
from app.domain.permission import Role
from app.formats import audit_key
from app.models.audit import AuditCheckpoint
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.queries.audit import PublicKey, Sound, verify
from app.services import audit, checkpoints
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database


def note(database: Database, count: int = 3) -> None:
    with writing(database.engine) as session:
        for number in range(count):
            audit.record(session, None, "act.one", f"thing/{number}", now=NOW)


def verified(database: Database, key: audit_key.AuditKey | None = None) -> Sound | Broken:
    with reading(database.engine) as session:
        return verify(session, key=PublicKey(key.key_id, key.public) if key else None)


def test_a_day_has_one_signed_checkpoint_and_two_people_are_sent_it(database: Database, tmp_path: Path) -> None:
    note(database)
    file = tmp_path / "audit_key"
    with writing(database.engine) as session:
        admins = [make_person(session, name, roles=[Role.ADMIN]) for name in ("Ada", "Bo")]
        auditor = make_person(session, "Cleo", roles=[Role.AUDITOR])
    made = checkpoints.run(database.engine, file, now=NOW)
    assert made is not None
    assert checkpoints.run(database.engine, file, now=NOW + timedelta(hours=1)) is None
    assert checkpoints.run(database.engine, file, now=NOW + timedelta(days=1)) is None
    note(database)
    later = checkpoints.run(database.engine, file, now=NOW + timedelta(days=2))
    assert later is not None

    with reading(database.engine) as session:
        letters = session.execute(select(Message.recipient_id, Message.body).order_by(Message.created_at)).all()
    told = {row.recipient_id for row in letters}
    assert (len(told), auditor.id in told, told <= {auditor.id, *(admin.id for admin in admins)}) == (2, True, True)
    assert [made.line in row.body for row in letters] == [True, True, False, False]
    assert [later.line in row.body for row in letters] == [False, False, True, True]
    key = audit_key.at(file)
    assert audit_key.signed_by(key.public, made.line, made.signature)
    assert not audit_key.signed_by(key.public, later.line, made.signature)
    found = verified(database, key)
    assert isinstance(found, Sound)
    assert (found.signed, found.unsigned) == (2, 0)


def test_a_checkpoint_goes_on_from_the_last_one_and_is_the_same_line(database: Database, tmp_path: Path) -> None:
    key = audit_key.at(tmp_path / "audit_key")
    for _ in range(4):
        note(database, 7)
        with writing(database.engine) as session:
            made = checkpoints.make(session, key, checkpoints.ASKED, now=NOW)
        found = verified(database)
        assert isinstance(found, Sound)
        assert made is not None
        assert made.line == found.checkpoint


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"root": "ab" * 32}, "not those that the checkpoint saw"),
        ({"peaks": "ab" * 64}, "contradicts itself"),
        ({"peaks": ""}, "contradicts itself"),
        ({"signature": "ab" * 64}, "signature"),
        ({"size": 9}, "but the checkpoint saw 9 events"),
        ({"size": 2}, "not those that the checkpoint saw"),
    ],
)
def test_a_kept_checkpoint_that_was_altered_is_found(
    database: Database, tmp_path: Path, change: dict[str, object], what: str
) -> None:
    note(database, 2)
    key = audit_key.at(tmp_path / "audit_key")
    with writing(database.engine) as session:
        checkpoints.make(session, key, checkpoints.ASKED, now=NOW)
    with pytest.raises(sa.exc.DBAPIError), writing(database.engine) as session:
        session.execute(sa.update(AuditCheckpoint).values(change))
    owner = sa.create_engine(database.url, poolclass=sa.NullPool)
    with owner.begin() as connection:
        away = "SET session_replication_role = replica"
        connection.execute(sa.text("DROP TRIGGER guard_audit_checkpoint_update" if database.is_sqlite else away))
        connection.execute(sa.update(AuditCheckpoint).values(change))
    found = verified(database, key)
    assert isinstance(found, Broken)
    assert what in found.what


def test_a_printed_line_of_a_shortened_chain_is_remembered_even_without_paper(
    database: Database, tmp_path: Path
) -> None:
    note(database)
    with writing(database.engine) as session:
        checkpoints.sign_by(session, tmp_path / "audit_key")
        line = checkpoints.line_for_decision(session, now=NOW)
    assert parse_checkpoint(line).size == 4
    with reading(database.engine) as session:
        assert session.scalar(select(AuditCheckpoint.occasion)) == checkpoints.DECISION


def test_a_key_file_without_a_key_is_refused_and_named(tmp_path: Path) -> None:
    file = tmp_path / "audit_key"
    for text in ("", "ab", "no key"):
        file.write_text(text, encoding="ascii")
        file.chmod(0o600)
        with pytest.raises(UnavailableError, match="PLUMBLINE_AUDIT_KEY_FILE"):
            audit_key.at(file)
    with pytest.raises(UnavailableError, match="PLUMBLINE_AUDIT_KEY_FILE"):
        audit_key.at(tmp_path / "no-folder" / "audit_key")
