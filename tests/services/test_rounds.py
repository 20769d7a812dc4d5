"""Heartbeats: a daily job is done once a day by one worker, and a dead worker's job is taken over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from app.models.engine import reading, writing
from app.queries import vital_signs
from app.services import rounds
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from app.queries.vital_signs import Job
    from tests.databases import Database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def taken(database: Database, now: datetime) -> bool:
    with writing(database.engine) as session:
        return rounds.take(session, "strictness", now=now)


def ended(database: Database, now: datetime, trouble: str = "") -> None:
    with writing(database.engine) as session:
        rounds.end(session, "strictness", now=now, trouble=trouble)


def told(database: Database) -> Job:
    with reading(database.engine) as session:
        (job,) = vital_signs.jobs(session)
    return job


def test_a_job_that_went_well_waits_for_the_next_day(database: Database) -> None:
    assert taken(database, NOW)
    ended(database, NOW + MINUTE)
    assert not taken(database, NOW + 9 * MINUTE)
    assert taken(database, NOW + DAY)
    assert told(database).good_at == NOW + MINUTE


def test_a_job_that_failed_is_tried_again_at_once(database: Database) -> None:
    assert taken(database, NOW)
    ended(database, NOW, "the disk is full " * 30)
    assert (told(database).failures, len(told(database).trouble)) == (1, 200)
    assert taken(database, NOW + MINUTE)
    ended(database, NOW + MINUTE, "the disk is full")
    assert (told(database).failures, told(database).good_at) == (2, None)
    assert taken(database, NOW + 2 * MINUTE)
    ended(database, NOW + 2 * MINUTE)
    assert (told(database).failures, told(database).trouble) == (0, "")


def test_a_job_under_way_is_left_alone_until_its_worker_must_be_dead(database: Database) -> None:
    assert taken(database, NOW)
    assert not taken(database, NOW + 4 * MINUTE)
    assert taken(database, NOW + rounds.STUCK)


def test_a_clock_that_was_set_back_stops_nothing(database: Database) -> None:
    assert taken(database, NOW + 30 * DAY)
    assert taken(database, NOW), "what began in the future did not begin"
    ended(database, NOW)
    assert taken(database, NOW - DAY)


def test_of_two_workers_one_takes_the_job(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: taken(database, NOW), range(8))) == 1
