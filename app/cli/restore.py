"""Put a backup back into an empty place, and say what was lost in time.

Whoever was erased since the backup is erased again, from the register in the instance folder or the one you name.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli import BadInputError
from app.domain.privacy.erasing import Progress
from app.settings import Settings

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.orm import Session

    from app.domain.privacy.erasing import RegisterEntry
    from app.services.restores import Reapply, Restored


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `restore`."""
    parser.add_argument("file", type=Path, metavar="BACKUP")
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="the new instance folder")
    parser.add_argument("--database", metavar="URL", help="an empty database, for a backup of PostgreSQL")
    parser.add_argument("--key-file", type=Path, metavar="KEY", help="the key of an encrypted backup")
    parser.add_argument("--register", type=Path, metavar="FILE", help="the register of erasures (of the old instance)")
    for name, words in (("--erased", "was done"), ("--not-erased", "came to nothing")):
        text = f"an erasure that began and of which you know that it {words}; may be repeated"
        parser.add_argument(name, type=UUID, action="append", default=[], metavar="ID", help=text)


def run(arguments: argparse.Namespace) -> int:
    """Restore, verify, and say how long before now the backup ends."""
    from app.cli.backup import read_key
    from app.formats.backup_archive import ArchiveError
    from app.services import erasures, restores

    settings = Settings.from_environment(os.environ)
    register = arguments.register or _register_of(settings)
    answers = _answers(arguments)
    entries = _answered(_entries(register, named=arguments.register is not None), answers)
    target = restores.Target(arguments.into.absolute(), _database(arguments.database, arguments.into))
    now = datetime.now(UTC)
    try:
        done = restores.restore(
            arguments.file,
            target,
            key=read_key(arguments.key_file),
            reapply=_reapply(entries, settings.secret_key, now),
            now=now,
        )
    except (restores.RestoreError, ArchiveError, OSError) as error:
        message = f"{arguments.file} was not restored: {error}"
        raise BadInputError(message) from error
    except erasures.UndecidedError as error:
        raise BadInputError(_question(error.entries, arguments.database)) from error
    _keep_register(register, target.folder, answers, now)
    sys.stdout.write(_report(done, arguments.into, now, sum(one.progress is Progress.DONE for one in entries)))
    return _verified(done)


def _register_of(settings: Settings) -> Path:
    from app.formats import erasure_register

    return settings.instance / erasure_register.NAME


def _entries(register: Path, *, named: bool) -> tuple[RegisterEntry, ...]:
    from app.formats import erasure_register

    if not register.exists():
        if named:
            message = f"{register} is not there; name the register of the old instance folder"
            raise BadInputError(message)
        sys.stderr.write(
            f"There is no register of erasures at {register}. If people were erased since the backup, remove what was "
            "restored and begin again with --register FILE.\n"
        )
    try:
        return erasure_register.read(register)
    except ValueError as error:
        raise BadInputError(str(error)) from error


def _answers(arguments: argparse.Namespace) -> dict[UUID, Progress]:
    """What the operator knows of erasures that only begun."""
    for both in {*arguments.erased} & {*arguments.not_erased}:
        message = f"{both} cannot be both --erased and --not-erased; take one of them away"
        raise BadInputError(message)
    return {
        **dict.fromkeys(arguments.erased, Progress.DONE),
        **dict.fromkeys(arguments.not_erased, Progress.VOID),
    }


def _answered(entries: tuple[RegisterEntry, ...], answers: dict[UUID, Progress]) -> tuple[RegisterEntry, ...]:
    """The register with the operator's answers in it; an answer never overrules what the register says itself."""
    asked = {one.erasure_id for one in entries if one.progress is Progress.BEGUN}
    for unknown in answers.keys() - asked:
        message = f"{unknown} is no erasure that the register leaves open; take this option away"
        raise BadInputError(message)
    return tuple(replace(one, progress=answers.get(one.erasure_id, one.progress)) for one in entries)


def _question(entries: tuple[RegisterEntry, ...], database: str | None) -> str:
    lines = [
        f"  {one.erasure_id}, begun {one.begun_at:%Y-%m-%d %H:%M:%S} UTC ({one.kind.value} {one.subject_id})"
        for one in entries
    ]
    again = "make the database anew, and restore" if database else "restore"
    first = (
        "the machine stopped while these erasures were being done, and neither the register nor the backup says "
        "whether they were. Nothing was restored:"
    )
    last = (
        f"Ask the HR partners: whoever has a certificate of it saw it done. Then {again} with --erased ID for each "
        "that was done, and --not-erased ID for each that was not."
    )
    return "\n".join((first, *lines, last))


def _reapply(entries: tuple[RegisterEntry, ...], secret: str, now: datetime) -> Reapply:
    from app.domain.fairness.pseudonym import AnswerKeys
    from app.services import erasures

    if not entries:
        return lambda _session, _folder: 0
    try:
        keys = AnswerKeys.of(secret)
    except ValueError as error:
        message = "PLUMBLINE_SECRET_KEY is not set: without the installation's secret, what people said of themselves "
        raise BadInputError(message + "cannot be found and erased again; set it to the old installation's") from error

    def again(session: Session, folder: Path) -> int:
        return erasures.reapply(session, entries, keys=keys, now=now, folder=folder / "files")

    return again


def _keep_register(register: Path, folder: Path, answers: dict[UUID, Progress], now: datetime) -> None:
    """The new folder needs the register as well, with the answers, under the name that the program reads."""
    from app.formats import erasure_register

    kept = folder / erasure_register.NAME
    if register.exists():
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(register.read_bytes())
            stream.flush()
            os.fsync(stream.fileno())
    for erasure_id, progress in answers.items():
        erasure_register.end(kept, erasure_id, progress, now=now)


def _database(url: str | None, folder: Path) -> str:
    return Settings.from_environment(
        {"PLUMBLINE_DATABASE_URL": url, "PLUMBLINE_INSTANCE": str(folder)}
    ).database_url if url else ""  # fmt: skip


def _report(done: Restored, into: Path, now: datetime, erasures: int) -> str:
    made = datetime.fromisoformat(done.manifest.made_at)
    lost = timedelta(seconds=round((now - made).total_seconds()))
    lines = [
        f"{into}: {sum(done.manifest.counts.values()):,} rows, {done.manifest.chain_size:,} audit events restored",
        f"lost: everything since {made:%Y-%m-%d %H:%M:%S} UTC, {lost}",
        f"erased again: {done.erased} of {erasures} in the register of erasures",
        "everybody signs in anew; one-time links of accounts were made void",
    ]
    if done.manifest.damaged:
        lines.append(f"damaged already when the backup was made: {', '.join(done.manifest.damaged)}")
    return "\n".join(lines) + "\n"


def _verified(done: Restored) -> int:
    from app.cli.looking import looking
    from app.domain.audit import Broken
    from app.queries import audit

    with looking(done.database_url) as session:
        found = audit.verify(session)
    if isinstance(found, Broken):
        sys.stdout.write(f"BROKEN audit chain at event {found.seq}: {found.what}\n")
        return 1
    sys.stdout.write(f"sound: {found.size} audit events\n{found.checkpoint}\n")
    return 0
