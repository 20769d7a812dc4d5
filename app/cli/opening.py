"""Opening an installation's database from the command line: migrated, named, and with the shipped blueprints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli import demo, standing
from app.models import migrate
from app.models.engine import make_engine, writing
from app.queries import blueprints as published
from app.services import blueprints, installation, search_index
from app.settings import PREFIX, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.settings import Settings

_DEMO_DATA = (
    f"{PREFIX}ENV=production meets a database that holds the demo, whose accounts anybody can enter; "
    f"give a database of its own with: {PREFIX}DATABASE_URL=postgresql://plumbline:PASSWORD@localhost/plumbline"
)


def opened(settings: Settings) -> Engine:
    """Bring the schema up to date and return an engine; the caller disposes of it.

    Raises `SettingsError` where it must not be opened: by an older program, or in production on unsafe ground.
    """
    with standing.readable(settings):
        _bring_up(settings.database_url)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        company = demo.COMPANY if settings.is_demo else installation.DEFAULT_COMPANY
        about = installation.ensure(session, company=company, demo=settings.is_demo)
        if about.demo and not settings.is_demo:
            raise SettingsError(_DEMO_DATA)
        publish_shipped(session, settings)
        search_index.ensure(session)
    with standing.readable(settings):
        standing.refuse(settings, engine)
    return engine


def _bring_up(url: str) -> None:
    revision = migrate.current(url)
    if revision is not None and not migrate.known(revision):
        raise SettingsError(standing.newer_schema(revision))
    try:
        migrate.upgrade(url)
    except migrate.NotOwnerError as error:
        raise SettingsError(standing.behind(revision)) from error


def publish_shipped(session: Session, settings: Settings) -> None:
    """Publish each shipped role that has no version yet; later versions are published by people."""
    from app.formats import blueprint_files

    have = {version.stamp.role for version in published.versions(session)}
    for role in blueprint_files.roles(settings.rubrics_dir):
        if role not in have:
            loaded = blueprint_files.load_role(settings.rubrics_dir / role, settings.case_studies_dir)
            if loaded.blueprint is None:
                raise SettingsError("\n".join(map(str, loaded.faults)))
            blueprints.publish(session, None, loaded.blueprint, now=datetime.now(UTC))
