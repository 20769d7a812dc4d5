"""Fixtures and rules that every test shares.

`database` runs a test twice, on SQLite and on PostgreSQL; `database_url` is its address alone. With `CI=true` a skip is
a failure: what the machine lacks has to be installed there, not passed over.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings

from app.cli import machine
from app.services import passwords
from tests import databases, postgres

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

    from tests.databases import Database

pytest_plugins = ["tests.cells", "tests.faulting"]

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip
# Rooms whose tests take seconds, the slowest first; all others take milliseconds.
_SLOW_ROOMS = ("journeys", "packaging", "faults", "cli", "attacks", "reports", "web")
_SESSION_FOLDER = pytest.StashKey[Path]()

# A deadline would make a test fail because the machine is busy, and an example database would make runs differ.
hypothesis_settings.register_profile("plumbline", deadline=None, database=None, derandomize=True)
hypothesis_settings.load_profile("plumbline")

# The same hash at less work: at full strength it takes a fifth of a second each time. Programs that tests start as
# processes of their own keep the full strength.
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, hash_len=32, salt_len=16)


class _Distributed:
    """Hooks of pytest-xdist; it refuses them from a plugin when it is not installed, so they sit apart."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Tell a worker where the session keeps what all workers share."""
        node.workerinput["session_folder"] = str(node.config.stash[_SESSION_FOLDER])  # type: ignore[attr-defined]  # pytest-xdist's node


def pytest_configure(config: pytest.Config) -> None:
    """Make the session's folder, in the process that will also remove it."""
    given = getattr(config, "workerinput", {}).get("session_folder")
    config.stash[_SESSION_FOLDER] = Path(given) if given else postgres.session_folder()
    config.pluginmanager.register(_Distributed())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the folder, once all workers are done."""
    folder = config.stash.get(_SESSION_FOLDER, None)
    if folder is None or hasattr(config, "workerinput"):
        return
    databases.stop_server(folder)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let workers begin with the slow rooms, so that what is left at the end is short and keeps nobody waiting."""
    if hasattr(config, "workerinput"):
        rank = {room: place for place, room in enumerate(_SLOW_ROOMS)}
        items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


def pytest_collection_finish() -> None:
    """Take modules and tests, which live as long as the process, out of what Python searches for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failure in CI."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failure in CI."""
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"a skip counts as a failure when CI=true: {reason}"
    return report


@pytest.fixture(scope="session")
def session_folder(pytestconfig: pytest.Config) -> Path:
    """Return the folder that all workers of this session share."""
    return pytestconfig.stash[_SESSION_FOLDER]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; one a process, because Playwright does not start twice in one."""
    path = machine.chromium()
    if path is None:
        pytest.skip("Chromium is missing: apt-get install -y chromium libatomic1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, session_folder: Path, tmp_path: Path) -> Iterator[Database]:
    """Lend a migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        with databases.sqlite_database(session_folder, tmp_path) as lent:
            yield lent
    else:
        with databases.postgresql_database(session_folder) as lent:
            yield lent


@pytest.fixture
def database_url(database: Database) -> str:
    """Return the address of `database`."""
    return database.url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, session_folder: Path, tmp_path: Path) -> Iterator[str]:
    """Lend the address of a database without tables, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with databases.empty_postgresql_url(session_folder) as url:
            yield url
