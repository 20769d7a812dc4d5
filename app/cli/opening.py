"""Opening an installation's database from the command line: migrated, with its one row that says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models import migrate
from app.models.engine import make_engine, writing
from app.services import installation

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.settings import Settings


def opened(settings: Settings) -> Engine:
    """Bring the schema up to date and return an engine; the caller disposes of it."""
    migrate.upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        installation.ensure(session, demo=settings.is_demo)
    return engine
