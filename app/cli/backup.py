"""Make a backup of everything, look into one, or make the key for encrypted ones.

`create` may run while people work: what was acknowledged before it began is in it. The secret of the installation and
the key that signs checkpoints are not; keep them somewhere else.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.cli import BadInputError
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from app.formats.backup_archive import Manifest
    from app.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `create`, `verify` and `key`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="{create,verify,key}")
    create = acts.add_parser("create", help="write database, documents and a manifest into one new file")
    verify = acts.add_parser("verify", help="take a backup apart aside; exit 0 whole, 1 damaged, 2 cannot be read")
    key = acts.add_parser("key", help="write a new key into a file, mode 0600")
    for act in (create, verify):
        act.add_argument("file", type=Path, metavar="FILE")
        act.add_argument("--key-file", type=Path, metavar="KEY", help="the key of an encrypted backup")
    key.add_argument("file", type=Path, metavar="KEY")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if arguments.act == "key":
        return _key(arguments.file)
    key = read_key(arguments.key_file)
    return _create(arguments.file, key) if arguments.act == "create" else _verify(arguments.file, key)


def read_key(file: Path | None) -> bytes | None:
    """The key in a file, if one is named; `BadInputError` where it holds none."""
    from app.formats import sealed_stream

    if file is None:
        return None
    try:
        return sealed_stream.read_key(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, sealed_stream.SealError) as error:
        message = f"{file} holds no key ({error}); make one with: python3 -m app backup key {file}"
        raise BadInputError(message) from error


def heard(settings: Settings, job: str) -> None:
    """Write down, for doctor, that a job went well; where the database is not there nobody can ask it either."""
    from app.domain.errors import UnavailableError
    from app.models.engine import answering, make_engine, writing
    from app.services import rounds

    engine = make_engine(settings.database_url)
    try:
        with answering(), writing(engine) as session:
            rounds.end(session, job, now=datetime.now(UTC))
    except UnavailableError:
        return
    finally:
        engine.dispose()


def _create(out: Path, key: bytes | None) -> int:
    from app.models import migrate
    from app.services import backups, rounds

    settings = load()
    if migrate.current(settings.database_url) is None:
        message = "There is no database yet, so there is nothing to back up; make it with: python3 -m app migrate"
        raise BadInputError(message)
    source = backups.Source(settings.database_url, settings.instance, __version__)
    try:
        manifest = backups.create(source, out.absolute(), key=key, now=datetime.now(UTC))
    except FileExistsError as error:
        message = f"{out} is there already; name a new file"
        raise BadInputError(message) from error
    except OSError as error:
        message = f"{out} cannot be written ({error.strerror}); name a file in a folder of yours with room"
        raise BadInputError(message) from error
    if migrate.current(settings.database_url) == migrate.head():
        heard(settings, rounds.BACKUP)
    sys.stdout.write(f"{out}: {_figures(manifest)}\n")
    if manifest.kind == "copy":
        sys.stdout.write(_without_tools())
    return _told([f"damaged: {name}" for name in manifest.damaged])


def _verify(file: Path, key: bytes | None) -> int:
    from app.formats.backup_archive import ArchiveError
    from app.models import migrate
    from app.services import backups, rounds

    settings = load()
    try:
        manifest, wrong = backups.verify(file.absolute(), key=key)
    except (ArchiveError, OSError) as error:
        message = f"{file} cannot be read as a backup: {error}"
        raise BadInputError(message) from error
    if not wrong and migrate.current(settings.database_url) == migrate.head():
        heard(settings, rounds.DRILL)
    sys.stdout.write(f"{'whole' if not wrong else 'DAMAGED'}: {_figures(manifest)}, made {manifest.made_at}\n")
    return _told(wrong)


def _key(file: Path) -> int:
    from app.formats.sealed_stream import new_key

    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        message = f"{file} cannot be made ({error.strerror}); name a new file in a folder of yours"
        raise BadInputError(message) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(new_key() + "\n")
    sys.stdout.write(f"{file}: without it nobody can read the backups, you included. Keep a copy on paper.\n")
    return 0


def _figures(manifest: Manifest) -> str:
    rows = sum(manifest.counts.values())
    files = sum(not name.startswith("database/") for name in manifest.members)
    return f"{rows:,} rows in {len(manifest.counts)} tables, {files:,} documents, {manifest.chain_size:,} audit events"


def _without_tools() -> str:
    from app.services.backup_postgres import NO_TOOLS

    return f"{NO_TOOLS}; a restore makes the schema by our own migrations\n"


def _told(wrong: list[str]) -> int:
    sys.stdout.write("".join(f"  {line}\n" for line in wrong))
    return int(bool(wrong))
