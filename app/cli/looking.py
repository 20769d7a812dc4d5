"""Looking into an installation's database from the command line: nothing is written, and the schema has to fit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.cli import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_OTHER_SCHEMA = "The database has another schema than this program; bring it up with: python3 -m app migrate"


@contextmanager
def looking(database_url: str) -> Iterator[Session]:
    """A reading session; `BadInputError` with the way out where the schema is not the program's own."""
    from app.models import engine, migrate

    if migrate.current(database_url) != migrate.head():
        raise BadInputError(_OTHER_SCHEMA)
    made = engine.make_engine(database_url)
    try:
        with engine.reading(made) as session:
            yield session
    finally:
        made.dispose()
