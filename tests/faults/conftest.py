"""Databases that survive a power cut: what the other tests share is quick because it never waits for the disk."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.models import migrate
from app.models.engine import make_engine
from app.settings import Environment, Settings
from tests import databases, postgres, programs, told
from tests.databases import Database
from tests.faults.serving import warmed
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.faults.serving import Warm

NAME = "plumbline_durable"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server of our own that waits for the disk; it may be stopped at once and started again."""

    folder: Path
    server: postgres.Server

    @property
    def pid(self) -> int:
        """Its first process."""
        return postgres.running_pid(self.folder)

    def stop(self) -> None:
        """End it as a power cut does: nothing is finished or written."""
        postgres.stop(self.pid)

    def start(self) -> None:
        """Start it again; it recovers by its log."""
        postgres.start_again(self.folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One a process, with a migrated database."""
    folder = postgres.session_folder()
    made = Cluster(folder, postgres.start(folder, durable=True))
    try:
        made.server.run(f"CREATE DATABASE {NAME}")
        migrate.upgrade(made.server.database_url(NAME))
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Starts the program quickly; one a process."""
    with warmed() as starter:
        yield starter


@dataclass(frozen=True, slots=True)
class Filled:
    """The program over a demo of the test's own, which it may change."""

    program: Flask
    database: Database


@pytest.fixture(scope="session")
def demo_file(session_folder: Path) -> Path:
    """The demo, told once a session, with candidates' documents beside it."""
    return told.demo_of(session_folder, datetime.now(UTC)) / told.DATABASE


@pytest.fixture
def filled(demo_file: Path, tmp_path: Path) -> Iterator[Filled]:
    """A copy of the demo and the program over it."""
    url = told.take(demo_file.parent, tmp_path)
    with databases.opened(url) as lent:
        settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=url, secret_key=SECRET)
        yield Filled(programs.built(settings, lent), lent)


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, session_folder: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of each kind, with the durability of a real installation."""
    if request.param == "sqlite":
        with databases.sqlite_database(session_folder, tmp_path) as lent:
            url = lent.url
    else:
        url = _fresh(request.getfixturevalue("cluster"))
    engine = make_engine(url)
    yield Database(url, engine)
    engine.dispose()


def _fresh(cluster: Cluster) -> str:
    """A copy of the server's migrated database."""
    name = f"{NAME}_{next(_numbers)}"
    cluster.server.run(f"CREATE DATABASE {name} TEMPLATE {NAME}")
    return cluster.server.database_url(name)
