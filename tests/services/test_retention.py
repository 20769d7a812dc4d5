from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.domain.audit import Head
from app.domain.errors import InvalidError, NotAllowedError
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.domain.privacy.erasing import Origin, Progress, RegisterEntry, SubjectKind
from app.domain.privacy.retention import Ending, Jurisdiction, Kind
from app.formats import erasure_register
from app.models.audit import AuditEvent
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.privacy import Erasure, Purge
from app.models.requisition import Requisition
from app.services import erasures, holds, retention, witnesses
from app.services.due_data import due_data
from tests.factories import canaries, hiring
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.services.due_data import Due
    from tests.databases import Database
    from tests.factories.canaries import Marked

REASON = "A court asked for it."
FRANCE = (Jurisdiction.FRANCE, Ending.NOT_HIRED)


def run(database: Database, folder: Path, now: datetime) -> retention.Ran:
    return retention.run(
        database.engine, keys=canaries.KEYS, register=folder / erasure_register.NAME, folder=folder / "files", now=now
    )


def in_france(database: Database, folder: Path) -> Marked:
    made = canaries.mark(database, folder / "files")
    with writing(database.engine) as session:
        retention.set_jurisdiction(session, made.hana, made.requisition, Jurisdiction.FRANCE, now=NOW)
    return made


def test_a_record_goes_on_its_day_and_not_before(database: Database, tmp_path: Path) -> None:
    made = in_france(database, tmp_path)
    last_day = NOW.replace(year=NOW.year + 2)
    (tmp_path / erasure_register.NAME).write_text("a line that cannot be read\n")

    assert run(database, tmp_path, last_day) == retention.Ran({}, 0, 0)
    assert run(database, tmp_path, last_day + timedelta(days=1)) == retention.Ran({"record": 1}, 0, 0)
    assert canaries.in_rows(database, made.words) == []
    assert list((tmp_path / "files").iterdir()) == []
    assert run(database, tmp_path, last_day + timedelta(days=9)) == retention.Ran({}, 0, 0)
    with reading(database.engine) as session:
        assert session.scalars(select(Erasure.origin)).all() == [Origin.RETENTION]
        assert json.loads(session.scalars(select(Purge.lines)).one()) == {"removed": {"record": 1}, "held": []}
        begun = session.scalars(select(AuditEvent).where(AuditEvent.action == "erasure.begin")).one()
    (entry,) = erasure_register.look(tmp_path / erasure_register.NAME).entries
    assert entry.progress is Progress.DONE
    assert entry.after == (Head(begun.seq, begun.hash),), "committed before anything was erased"


def test_what_is_held_stays_and_the_run_says_so(database: Database, tmp_path: Path) -> None:
    made = in_france(database, tmp_path)
    with writing(database.engine) as session:
        hold = holds.hold_requisition(session, made.hana, made.requisition, reason=REASON, now=NOW)
        own = holds.hold_subject(session, made.hana, SubjectKind.CANDIDATE, made.candidate, reason=REASON, now=NOW)
        wish = erasures.ask(session, made.hana, SubjectKind.CANDIDATE, made.candidate, ground=REASON, now=NOW)
    late = NOW + timedelta(days=3000)

    assert run(database, tmp_path, late) == retention.Ran({}, 1, 0)
    with pytest.raises(NotAllowedError, match="legal hold"), writing(database.engine) as session:
        erasures.approve(session, made.hugo, wish, keys=canaries.KEYS, register=tmp_path / "r", now=late)
    with writing(database.engine) as session:
        holds.lift(session, made.hana, hold, reason=REASON, now=late)
    assert run(database, tmp_path, late) == retention.Ran({}, 1, 0)
    assert canaries.in_rows(database, made.words[:1]) != []
    with writing(database.engine) as session:
        holds.lift(session, made.hana, own, reason=REASON, now=late)
    assert run(database, tmp_path, late) == retention.Ran({"record": 1}, 0, 0)
    assert canaries.in_rows(database, made.words) == []


def test_documents_and_letters_may_go_before_the_record(database: Database, tmp_path: Path) -> None:
    made = in_france(database, tmp_path)
    with writing(database.engine) as session:
        for kind, months in ((Kind.DOCUMENTS, 3), (Kind.LETTERS, 6)):
            retention.set_rule(session, made.hana, (*FRANCE, kind), months=months, reason=REASON, now=NOW)
    # Letters are dated by the candidate's last contact, which the world has on the first day.
    assert run(database, tmp_path, NOW + timedelta(days=100)) == retention.Ran({"documents": 1}, 0, 0)
    assert list((tmp_path / "files").iterdir()) == []
    assert run(database, tmp_path, NOW + timedelta(days=200)) == retention.Ran({"letters": 1}, 0, 0)
    assert run(database, tmp_path, NOW + timedelta(days=300)) == retention.Ran({}, 0, 0)
    with reading(database.engine) as session:
        assert session.get_one(Candidate, made.candidate).erased_at is None


def test_a_shorter_rule_counts_a_week_after_it_was_set_and_others_hear_of_it(
    database: Database, tmp_path: Path
) -> None:
    made = in_france(database, tmp_path)
    late = NOW + timedelta(days=100)
    with writing(database.engine) as session:
        watching = hiring.make_person(session, "Wanda Watch", [Role.AUDITOR]).id
        retention.set_rule(session, made.hana, (*FRANCE, Kind.DOCUMENTS), months=1, reason=REASON, now=late)
    for days in (0, 6):
        assert run(database, tmp_path, late + timedelta(days=days)) == retention.Ran({}, 0, 0)
    with reading(database.engine) as session:
        told = set(session.scalars(select(Message.recipient_id).where(Message.subject == witnesses.SHORTER)))
    assert watching in told
    assert made.hana.person_id not in told
    with writing(database.engine) as session:
        # To go back to the longer time counts at once, and leaves nothing that waits.
        retention.set_rule(session, made.hana, (*FRANCE, Kind.DOCUMENTS), months=None, reason=REASON, now=late)
    assert run(database, tmp_path, late + timedelta(days=8)) == retention.Ran({}, 0, 0)
    with writing(database.engine) as session:
        retention.set_rule(session, made.hana, (*FRANCE, Kind.DOCUMENTS), months=1, reason=REASON, now=late)
    assert run(database, tmp_path, late + timedelta(days=8)) == retention.Ran({"documents": 1}, 0, 0)


def test_where_nobody_said_whose_law_holds_it_is_kept_long_and_shown_short(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path / "files")
    with writing(database.engine) as session:
        session.execute(update(Requisition).values(jurisdiction=""))
    assert run(database, tmp_path, NOW + timedelta(days=400)) == retention.Ran({}, 0, 1)
    with reading(database.engine) as session:
        candidate = session.get_one(Candidate, made.candidate)
        assert candidate.hidden_at is not None
        assert candidate.erased_at is None
    assert run(database, tmp_path, NOW + timedelta(days=4 * 366)) == retention.Ran({"record": 1}, 0, 0)


def test_a_dry_run_removes_nothing(database: Database, tmp_path: Path) -> None:
    made = in_france(database, tmp_path)
    with reading(database.engine) as session:
        due = due_data(session, today=(NOW + timedelta(days=3000)).date())
    assert [(one.subject_id, one.kind, one.name) for one in due] == [(made.candidate, Kind.RECORD, made.words[0])]
    assert canaries.in_rows(database, made.words[:1]) != []


def test_a_restored_backup_loses_again_what_was_erased(database: Database, tmp_path: Path) -> None:
    made = in_france(database, tmp_path)
    register = tmp_path / erasure_register.NAME
    entry = RegisterEntry(made.application, SubjectKind.CANDIDATE, made.candidate, NOW)
    erasure_register.begin(register, entry)
    erasure_register.end(register, made.application, Progress.DONE, now=NOW)
    with writing(database.engine) as session:
        # A hold that was set later does not bring back what was erased lawfully.
        holds.hold_requisition(session, made.hana, made.requisition, reason=REASON, now=NOW)

    for times in (1, 0):
        with writing(database.engine) as session:
            entries = erasure_register.read(register)
            assert erasures.reapply(session, entries, keys=canaries.KEYS, now=NOW) == times
    assert canaries.in_rows(database, made.words) == []
    assert len(erasure_register.read(register)) == 1


def test_a_rule_needs_sense_and_a_reason(database: Database) -> None:
    with writing(database.engine) as session:
        hana = hiring.actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        cell = (*FRANCE, Kind.RECORD)
        for months, reason in ((0, REASON), (601, REASON), (12, "short")):
            with pytest.raises(InvalidError):
                retention.set_rule(session, hana, cell, months=months, reason=reason, now=NOW)
        cora = hiring.actor_of(hiring.make_person(session, "Cora Finn", [Role.COORDINATOR]))
        with pytest.raises(NotAllowedError):
            retention.set_rule(session, cora, cell, months=12, reason=REASON, now=NOW)


def test_whoever_applies_again_while_the_rules_run_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = in_france(database, tmp_path)

    def listed_before(session: Session, *, today: date) -> tuple[Due, ...]:
        found = due_data(session, today=today)
        with writing(database.engine) as other:
            need = hiring.make_requisition(other, state=RequisitionState.OPEN)
            hiring.make_application(other, need, candidate=other.get_one(Candidate, made.candidate))
        return found

    monkeypatch.setattr(retention, "due_data", listed_before)

    assert run(database, tmp_path, NOW + timedelta(days=3000)) == retention.Ran({}, 0, 0)
    assert canaries.in_rows(database, made.words[:1]) != []
