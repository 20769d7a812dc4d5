"""Many entries from a file, and one click from goals and readings, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError, NotFoundError
from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.formats.evidence_csv import EntryCells
from app.models.audit import AuditEvent
from app.models.engine import writing
from app.models.evidence import EntryShows, LogEntry
from app.models.measuring import ReadingRow
from app.models.onboarding import GoalEvidence
from app.queries.evidence_offers import offered
from app.services import evidence_import, evidence_log, evidence_offers, measuring
from app.services.evidence import PieceDraft, show
from app.services.files import Upload
from app.services.measuring import AimDraft
from tests.factories import evidence as make
from tests.factories.hiring import NOW, actor_of, make_person
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database


def _rows(count: int, *shows: Showing) -> list[EntryCells]:
    return [
        EntryCells(line, date(2026, 3, 2), f"Entry {line}", "https://example.org", frozenset(shows), None)
        for line in range(2, count + 2)
    ]


def _run(session: Session, person: Person, rows: list[EntryCells]) -> evidence_import.Imported:
    actor, private = actor_of(person), Visibility.PRIVATE
    return evidence_import.run(session, actor, rows, visibility=private, today=TODAY, now=NOW)


def test_ten_thousand_entries_come_in_with_few_statements_and_one_event(database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        make.make_role(session, person)
    with counted(database.engine) as sent, writing(database.engine) as session:
        imported = _run(session, person, _rows(10_000, make.STRATEGY))
    with writing(database.engine) as session:
        entries = session.scalar(select(func.count()).select_from(LogEntry))
        shows = session.scalar(select(func.count()).select_from(EntryShows))
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("log."))).all()
        one = session.scalars(select(LogEntry).limit(1)).one()

        assert (imported.added, imported.known, entries, shows, events) == (10_000, 0, 10_000, 10_000, ["log.import"])
        assert (one.kind, one.visibility, one.version, one.size) == (EvidenceKind.LINK, Visibility.PRIVATE, 1, 0)
    assert len(sent) < 100


def test_what_is_there_already_is_passed_over(database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        _run(session, person, _rows(3))
        again = _run(session, person, [*_rows(4), _rows(4)[3]])

    assert (again.added, again.known) == (1, 4)


def test_what_the_role_does_not_know_keeps_all_out(database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        with pytest.raises(InvalidError, match="The role has no competency"):
            _run(session, person, [*_rows(2), _rows(3, make.STRATEGY)[2]])
        assert session.scalars(select(LogEntry)).all() == []


def test_a_log_has_an_end(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        for first in (0, 1):
            rows = [
                EntryCells(2, date(2026, 3, 2), f"Entry {first} {number}", "", frozenset(), None)
                for number in range(10_000)
            ]
            _run(session, person, rows)
        with pytest.raises(InvalidError, match="20,000 is the most"):
            _run(session, person, _rows(1))
        draft = evidence_log.EntryDraft("One more", TODAY, Visibility.PRIVATE)
        with pytest.raises(InvalidError, match="20,000 is the most"):
            evidence_log.add(session, actor_of(person), draft, folder=tmp_path, today=TODAY, now=NOW)


def _show(session: Session, cast: Cast, piece: PieceDraft, folder: Path) -> UUID:
    goal = cast.goal(session, "learn")
    return show(session, actor_of(cast.hire), goal.id, piece, folder=folder, today=TODAY, now=NOW)


def test_evidence_of_a_goal_is_taken_once_with_its_file(database: Database, tmp_path: Path) -> None:
    upload = Upload("map.pdf", "application/pdf", b"%PDF-1.7 map")
    with writing(database.engine) as session:
        cast = make_plan(session)
        piece_id = _show(session, cast, PieceDraft("A map", date(2026, 11, 3), upload=upload), tmp_path)
        hire = actor_of(cast.hire)
        assert [(one.title, one.goal) for one in offered(session, hire).goals] == [("A map", "Learn the product …")]

        entry_id = evidence_offers.take_goal(session, hire, piece_id, now=NOW)
        assert evidence_offers.take_goal(session, hire, piece_id, now=NOW) == entry_id
        assert offered(session, hire).goals == ()
        entry = session.get_one(LogEntry, entry_id)
        assert (entry.title, entry.kind, entry.about_on) == ("A map", EvidenceKind.FILE, date(2026, 11, 3))
        assert entry.visibility is Visibility.MANAGER
        stored = evidence_log.hand_out(session, hire, entry_id, folder=tmp_path, now=NOW)
        assert stored.data == upload.data


def test_evidence_of_somebody_elses_goal_is_not_taken(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        piece_id = _show(session, cast, PieceDraft("A note", TODAY, text="Met them."), tmp_path)
        for person in (cast.manager, cast.buddy, cast.hr):
            assert offered(session, actor_of(person)).goals == ()
            with pytest.raises(NotFoundError):
                evidence_offers.take_goal(session, actor_of(person), piece_id, now=NOW)
        with pytest.raises(NotFoundError):
            evidence_offers.take_goal(session, actor_of(cast.hire), cast.plan.id, now=NOW)
        assert session.scalars(select(GoalEvidence)).one().id == piece_id


def test_the_last_reading_of_a_day_is_taken_with_what_it_is_held_against(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        hire, day = actor_of(cast.hire), date(2026, 11, 3)
        draft = AimDraft("precision", baseline=Decimal("0.71"))
        metric_id = measuring.pick(session, hire, cast.plan.id, draft, now=NOW)
        session.add_all(
            ReadingRow(
                plan_metric_id=metric_id, day=day, number=number, value=value, note="After the fix", entered_at=NOW,
                entered_by_id=cast.hire.id,
            )
            for number, value in ((1, "0.8"), (2, "0.87"))
        )  # fmt: skip
        session.flush()
        [one] = offered(session, hire).readings
        assert (one.metric, one.value, one.day, one.note) == ("Precision", "0.87", day, "After the fix")

        entry_id = evidence_offers.take_reading(session, hire, one.reading_id, now=NOW)
        assert evidence_offers.take_reading(session, hire, one.reading_id, now=NOW) == entry_id
        entry = session.get_one(LogEntry, entry_id)
        assert (entry.title, entry.about_on, entry.reading_id) == ("Precision: 0.87", day, one.reading_id)
        assert entry.body == "It read 0.87. It began at 0.71. The blueprint aims at: 0.85.\nAfter the fix"
        assert offered(session, hire).readings == ()
        with pytest.raises(NotFoundError):
            evidence_offers.take_reading(session, actor_of(cast.manager), one.reading_id, now=NOW)


def test_a_goal_brings_the_competencies_that_its_blueprint_ties_to_it(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        make.tie(session, cast, "learn", make.STRATEGY.key)
        piece_id = _show(session, cast, PieceDraft("A note", TODAY, text="Met them."), tmp_path)
        entry_id = evidence_offers.take_goal(session, actor_of(cast.hire), piece_id, now=NOW)
        shown = session.execute(select(EntryShows.kind, EntryShows.key).where(EntryShows.entry_id == entry_id)).all()

        assert [(row.kind, row.key) for row in shown] == [(Shown.COMPETENCY, "strategy")]
