"""The worker hands in case work whose time is over, with or without a mail server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.cli import jobs
from app.models.case_work import CaseAssignment
from app.models.engine import reading
from app.settings import Settings
from tests.factories.case_work import begin, make_given, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database


def test_a_round_hands_in_what_time_has_ended(database: Database, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url=database.url, secret_key="")
    began = datetime.now(UTC) - timedelta(hours=2)
    given = make_given(database, opens=began, closes=began + timedelta(days=1))
    begin(database, given, now=began)
    write(database, given, "half", now=began)
    other = make_given(database, opens=began, closes=began + timedelta(days=3))
    begin(database, other, now=datetime.now(UTC))

    for _ in range(2):
        jobs.case_work(database.engine, settings)

    with reading(database.engine) as session:
        closed = session.get_one(CaseAssignment, given.assignment)
        running = session.get_one(CaseAssignment, other.assignment)
    assert (closed.handed_in_at, closed.closed_by_clock) == (began + timedelta(hours=1), True)
    assert running.handed_in_at is None
