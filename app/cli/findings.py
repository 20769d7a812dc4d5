"""What a check of `doctor` has found, in words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from app.settings import Settings


class Level(StrEnum):
    """How a finding ended."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw, in words, and the line that mends it where something is to mend."""

    subject: str
    level: Level
    seen: str
    mending: str = ""


RESTORE = "python3 -m app restore BACKUP --into FOLDER, from the last verified backup"


def failures(subject: str, lines: tuple[str, ...], mending: str) -> list[Finding]:
    """A failure for each line."""
    return [Finding(subject, Level.FAILED, line, mending) for line in lines]


@contextmanager
def current_engine(settings: Settings) -> Iterator[Engine | None]:
    """An engine on a database of this program's schema; ``None`` where another check speaks of what is wrong."""
    from app.models import migrate
    from app.models.engine import make_engine

    try:
        fits = migrate.current(settings.database_url) == migrate.head()
    except migrate.UNREACHABLE:
        fits = False
    engine = make_engine(settings.database_url) if fits else None
    try:
        yield engine
    finally:
        if engine is not None:
            engine.dispose()
