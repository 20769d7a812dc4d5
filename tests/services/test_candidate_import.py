from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.candidate import CandidateDetails, ImportRow
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application, Candidate, StageChange
from app.models.engine import writing
from app.services import candidate_import
from app.services.candidate_import import Outcome
from tests.factories import hiring as make

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NOW = make.NOW


def row(line: int, name: str, email: str, headline: str = "", phone: str = "") -> ImportRow:
    return ImportRow(line, CandidateDetails(name, email, phone, headline))


def coordinator(session: Session) -> ActorFacts:
    return make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))


def kept_people(session: Session) -> set[tuple[str, str, str]]:
    session.expire_all()
    return {(one.name, one.email, one.headline) for one in session.scalars(select(Candidate))}


def test_new_people_are_added_and_apply(database: Database) -> None:
    rows = [row(2, "Ann", "ann@example.org", "PM"), row(3, "Bob", "bob@example.org")]
    with writing(database.engine) as session:
        actor, requisition = coordinator(session), make.make_requisition(session)
        done = candidate_import.run(session, actor, rows, requisition_id=requisition.id, take=(), now=NOW)
        assert done == Outcome(added=2, changed=0, applied=2)
        assert kept_people(session) == {("Ann", "ann@example.org", "PM"), ("Bob", "bob@example.org", "")}
        assert set(session.scalars(select(Application.stage))) == {Stage.APPLIED}
        assert session.scalars(select(StageChange.number)).all() == [1, 1]
    with writing(database.engine) as session:
        actions = sorted(session.scalars(select(AuditEvent.action).where(AuditEvent.action != "chain.begin")))
    assert actions == ["application.stage"] * 2 + ["candidate.add"] * 2


def test_known_people_are_kept_and_only_chosen_fields_taken(database: Database) -> None:
    rows = [
        row(2, "Ann Other", "ann@example.org", "Head of PM"),
        row(3, "Bob", "bob@example.org", "Analyst"),
        row(4, "Robert", "bob@example.org", "Lead analyst", "123"),
    ]
    with writing(database.engine) as session:
        actor, requisition = coordinator(session), make.make_requisition(session)
        known = make.make_candidate(session, "Ann", email="ann@example.org")
        make.make_application(session, requisition, known)
        take = {(2, "headline"), (4, "phone")}
        done = candidate_import.run(session, actor, rows, requisition_id=requisition.id, take=take, now=NOW)
        assert done == Outcome(added=1, changed=1, applied=1)
        assert kept_people(session) == {
            ("Ann", "ann@example.org", "Head of PM"),
            ("Bob", "bob@example.org", "Analyst"),
        }
        assert set(session.scalars(select(Candidate.phone))) == {"", "123"}


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    rows = [row(2, "Ann", "ann@example.org")]
    with writing(database.engine) as session:
        actor, requisition = coordinator(session), make.make_requisition(session)
        for expected in (Outcome(1, 0, 1), Outcome(0, 0, 0)):
            done = candidate_import.run(session, actor, rows, requisition_id=requisition.id, take=(), now=NOW)
            assert done == expected


def test_an_import_is_whole_or_not_at_all(database: Database) -> None:
    rows = [row(2, "Ann", "ann@example.org"), row(3, "Bob", "refused by the DATABASE")]
    with pytest.raises(ConflictError), writing(database.engine) as session:
        candidate_import.run(session, coordinator(session), rows, requisition_id=None, take=(), now=NOW)
    with writing(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 0
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_a_closed_requisition_and_others_hands_are_refused(database: Database) -> None:
    rows = [row(2, "Ann", "ann@example.org")]
    with writing(database.engine) as session:
        closed = make.make_requisition(session, state=RequisitionState.CLOSED)
        manager = make.actor_of(make.make_person(session, "Mara", [Role.HIRING_MANAGER]))
        with pytest.raises(InvalidError):
            candidate_import.run(session, coordinator(session), rows, requisition_id=closed.id, take=(), now=NOW)
        with pytest.raises(NotAllowedError):
            candidate_import.run(session, manager, rows, requisition_id=None, take=(), now=NOW)


def test_ten_thousand_people_come_in_one_go(database: Database) -> None:
    rows = [row(n, f"Person {n}", f"p{n}@example.org") for n in range(2, 10_002)]
    with writing(database.engine) as session:
        done = candidate_import.run(session, coordinator(session), rows, requisition_id=None, take=(), now=NOW)
    assert done == Outcome(10_000, 0, 0)


def test_a_kept_file_is_private_and_of_one_person(database: Database, tmp_path: Path) -> None:
    rows = (row(2, "Ann", "ann@example.org"),)
    folder = tmp_path / "imports"
    with writing(database.engine) as session:
        actor, other = coordinator(session), coordinator(session)
    token = candidate_import.keep(folder, actor, rows, None, now=NOW)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token not in file.name
    assert candidate_import.kept(folder, actor, token, now=NOW) == (rows, None)
    for who, what, when in (
        (other, token, NOW),
        (actor, token, NOW + timedelta(hours=2)),
        (actor, "../../etc/passwd", NOW),
    ):
        with pytest.raises(NotFoundError):
            candidate_import.kept(folder, who, what, now=when)
    candidate_import.drop(folder, token)
    assert list(folder.iterdir()) == []
