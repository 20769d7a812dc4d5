"""The table of the worker: a job that breaks keeps no other from running, and says so without anybody's data."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from app.cli import jobs
from app.cli.jobs import Job
from app.domain.errors import UnavailableError
from app.models.engine import reading
from app.queries import vital_signs
from app.settings import Settings
from app.web import logs

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Engine

    from tests.databases import Database


def broken(_engine: Engine, _settings: Settings) -> int:
    message = "Ada Brook could not be read"
    raise ValueError(message)


def away(_engine: Engine, _settings: Settings) -> int:
    message = "the mail server refused"
    raise UnavailableError(message)


def test_each_job_keeps_how_it_went(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(instance=tmp_path, database_url=database.url, secret_key="")
    table = [
        Job("broken", broken, daily=True),
        Job("away", away),
        Job("fine", lambda _e, _s: 0),
        Job("no", lambda _e, _s: 2),
    ]
    with caplog.at_level(logging.ERROR):
        assert [jobs.do(database.engine, settings, job) for job in table] == [False, False, True, False]

    with reading(database.engine) as session:
        told = {job.name: (job.failures, job.trouble, job.good_at is not None) for job in vital_signs.jobs(session)}
    assert told == {
        "broken": (1, "it broke (ValueError); the log says where", False),
        "away": (1, "the mail server refused", False),
        "fine": (0, "", True),
        "no": (0, "", True),
    }
    assert capsys.readouterr().err.splitlines() == [
        "broken: it broke (ValueError); the log says where", "away: the mail server refused",
    ]  # fmt: skip
    line = logs.JsonLines().format(caplog.records[0])
    assert "Ada" not in line
    assert json.loads(line)["job"] == "broken"


def test_a_daily_job_is_done_once(database: Database, tmp_path: Path) -> None:
    settings, done = Settings(instance=tmp_path, database_url=database.url, secret_key=""), []

    def act(_engine: Engine, _settings: Settings) -> int:
        done.append(1)
        return 0

    job = Job("daily", act, daily=True)
    for _ in range(3):
        assert jobs.do(database.engine, settings, job)
    assert len(done) == 1


def test_the_table_asks_for_mail_and_calendars_only_where_they_are_set(tmp_path: Path) -> None:
    bare = Settings(instance=tmp_path, database_url="sqlite://", secret_key="")
    assert {job.name for job in jobs.JOBS if not job.needs(bare)} == {"mail", "calendars"}
