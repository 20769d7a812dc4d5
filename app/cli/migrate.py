"""Bring the database to the newest schema, or tell where it stands."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError, standing
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from app.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `migrate`."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--to", metavar="REVISION", default="head", help="go up to this revision instead of the newest")
    choice.add_argument("--down-to", metavar="REVISION", help="go back to this revision; `base` removes every table")
    choice.add_argument("--status", action="store_true", help="only tell where it stands; exit 1 when behind")
    choice.add_argument("--new", metavar="SUBJECT", help="for developers: write the next revision from the models")


def run(arguments: argparse.Namespace) -> int:
    """Migrate as asked and print the revision reached."""
    from app.models import migrate

    if arguments.new:
        sys.stdout.write(f"wrote {_write_revision(arguments.new)}\n")
        return 0
    settings = load(os.environ)
    url = settings.owner_database_url or settings.database_url
    try:
        if arguments.down_to:
            migrate.downgrade(url, arguments.down_to)
        elif not arguments.status:
            migrate.upgrade(url, arguments.to)
            grant_rights(settings)
    except migrate.UnknownRevisionError as error:
        raise BadInputError(str(error)) from error
    except migrate.NotOwnerError as error:
        raise BadInputError(standing.behind(migrate.current(url))) from error
    current, newest = migrate.current(url), migrate.head()
    sys.stdout.write(f"schema at {current or 'nothing'}, newest is {newest or 'nothing'}\n")
    return int(arguments.status and current != newest)


def grant_rights(settings: Settings) -> None:
    """Give the program's role its rights, where another one owns the tables."""
    from app.models import rights

    role = rights.role_of(settings.database_url)
    if settings.owner_database_url and role != rights.role_of(settings.owner_database_url):
        rights.grant(settings.owner_database_url, role)
        sys.stdout.write(f"{role} may work with the rows, and owns no table\n")


def _write_revision(subject: str) -> str:
    """Compare the models with a scratch database at the newest revision, so that nobody's data is touched."""
    from app.models import migrate

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        migrate.upgrade(url)
        return migrate.write_revision(url, subject)
