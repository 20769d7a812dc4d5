"""What the tests of commands share: a demo that is told once and copied by whoever changes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.cli import demo
from app.models import migrate
from app.models.engine import make_engine
from tests import told as story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def telling() -> Iterator[Callable[[Path, datetime], Engine]]:
    """Tells the whole demo in an SQLite file of a folder, `demo.db`, with candidates' documents in `files`."""
    engines: list[Engine] = []

    def tell(folder: Path, now: datetime) -> Engine:
        url = f"sqlite:///{folder / 'demo.db'}"
        migrate.upgrade(url)
        engines.append(make_engine(url))
        demo.fill(engines[-1], folder / "files", now=now)
        # The last connection to close folds the write-ahead log into the file, which can be copied then.
        engines[-1].dispose()
        return engines[-1]

    yield tell
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def told(session_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo as it was told on a Sunday, for tests that only read."""
    sunday = story.demo_of(session_folder, SUNDAY, name="sunday")
    engine = make_engine(story.take(sunday, tmp_path_factory.mktemp("demo")))
    yield engine
    engine.dispose()
