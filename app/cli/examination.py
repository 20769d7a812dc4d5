"""The checks of `doctor`: each takes the settings and yields findings.

A new check is a function added to `CHECKS`, or to `DEEP` when it reads everything.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from app.cli import examination_record, examination_work, standing
from app.cli.findings import RESTORE, Finding, Level, failures
from app.cli.machine import PANGO_PACKAGES, TYPEFACE_PACKAGES, missing_pango
from app.settings import Settings, floors, refusals, surroundings

_LEAST_SPACE = 1_000_000_000
_LEAST_SHARE = 0.1
_CLOCK_TOLERANCE = timedelta(seconds=2)
_IMPORT_SECONDS = 60
_TELL_SCRIPTS = "import sys; sys.path.append(sys.argv[1]); from reports import scripts; scripts.main()"
_TYPEFACES = f"sudo apt-get install {TYPEFACE_PACKAGES}, then start the server anew"


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Yield why the program would refuse to start with these settings."""
    refused = refusals(settings)
    for line in refused:
        why, mending = _parted(line)
        yield Finding("settings", Level.FAILED, why, mending)
    if not refused:
        yield Finding("settings", Level.GOOD, f"{settings.env.value}, on {settings.host}:{settings.port}")


def check_packages(_settings: Settings) -> Iterator[Finding]:
    """Yield each package that is older than what the program may start with."""
    old = floors.too_old()
    for line in old:
        why, mending = _parted(line)
        yield Finding("packages", Level.FAILED, why, mending)
    if not old:
        yield Finding("packages", Level.GOOD, f"{len(floors.floors())} are new enough to be safe")


def check_instance(settings: Settings) -> Iterator[Finding]:
    """Yield whether the instance folder and what lies in it are closed to other accounts, and on a disk of ours."""
    folder = settings.instance
    if not folder.is_dir():
        yield Finding("instance folder", Level.WARNING, f"{folder} is not there yet", "python3 -m app migrate")
        return
    open_paths = surroundings.open_paths(settings)
    for path in open_paths:
        mode = "700" if path.is_dir() else "600"
        yield Finding("instance folder", Level.FAILED, f"others may read {path}", f"chmod {mode} {path}")
    if line := surroundings.network_refusal(settings):
        why, mending = _parted(line)
        yield Finding("instance folder", Level.FAILED, why, mending)
    elif not open_paths:
        yield Finding("instance folder", Level.GOOD, f"{folder} is closed to other accounts")


def check_space(settings: Settings) -> Iterator[Finding]:
    """Yield whether the disk has room: one gigabyte or a tenth of it."""
    folder = next(path for path in (settings.instance, *settings.instance.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    enough = usage.free >= _LEAST_SPACE or usage.free >= usage.total * _LEAST_SHARE
    seen = f"{usage.free / 1e9:.1f} GB free for {settings.instance}"
    yield Finding("disk", *((Level.GOOD, seen) if enough else (Level.FAILED, seen, "free at least 1 GB there")))


def check_schema(settings: Settings) -> Iterator[Finding]:
    """Yield whether the database can be reached and is at the newest revision."""
    from app.models import migrate

    try:
        current, newest = migrate.current(settings.database_url), migrate.head()
    except migrate.UNREACHABLE as error:
        yield Finding("database", Level.FAILED, _first_line(error), _start_database(settings))
        return
    if current == newest:
        yield Finding("schema", Level.GOOD, f"at revision {current}, the newest")
    else:
        seen = f"at revision {current or 'nothing'}, the newest is {newest}"
        yield Finding("schema", Level.WARNING if current is None else Level.FAILED, seen, "python3 -m app migrate")


def check_database(settings: Settings) -> Iterator[Finding]:
    """Yield the database's settings, integrity, references, rights and clock, asked on a fresh connection."""
    from app.models import migrate
    from app.models.engine import make_engine
    from app.queries import health

    try:
        if migrate.current(settings.database_url) is None:
            return
    except migrate.UNREACHABLE:
        return  # check_schema has said so
    engine = make_engine(settings.database_url)
    try:
        found = health.examine(engine)
    except migrate.UNREACHABLE as error:
        yield Finding("integrity", Level.FAILED, _first_line(error), RESTORE)
        return
    finally:
        engine.dispose()
    wrong = [
        *failures("database settings", found.unsafe_settings, "put them back to the defaults of the database"),
        *failures("integrity", found.damage, RESTORE),
        *failures("references", found.dangling, RESTORE),
        *failures("database rights", found.rights, standing.OTHER_ROLE),
    ]
    if settings.is_demo:
        wrong = [_softened(finding) if finding.subject == "database rights" else finding for finding in wrong]
    yield from wrong or [Finding("database", Level.GOOD, f"{found.version}, settings safe, content whole")]
    yield _clock(found.clock)


def check_pango(_settings: Settings) -> Iterator[Finding]:
    """Yield whether documents can be printed; WeasyPrint is loaded in a process of its own, which costs a second."""
    lack = missing_pango()
    if lack is not None:
        yield Finding("documents", Level.WARNING, f"{lack.name} is missing, so {lack.without}", lack.install)
        return
    done = subprocess.run(
        [sys.executable, "-c", "import weasyprint"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_IMPORT_SECONDS,
    )
    if done.returncode == 0:
        yield Finding("documents", Level.GOOD, f"WeasyPrint {metadata.version('weasyprint')} loads")
    else:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        mending = f"sudo apt-get install {PANGO_PACKAGES}"
        yield Finding("documents", Level.WARNING, f"WeasyPrint does not load: {reason}", mending)


def check_fonts(_settings: Settings) -> Iterator[Finding]:
    """Yield whether the typeface of documents is cut and kept, so that no document waits for it."""
    from reports import faces

    kept = faces.folder()
    missing = [name for name in faces.FACES if not (kept / name).is_file()]
    if missing:
        mending = "python3 -m app report decision --demo -o decision.pdf"
        yield Finding("fonts", Level.WARNING, "the faces of documents are not cut yet: the first PDF waits", mending)
    else:
        yield Finding("fonts", Level.GOOD, f"{len(faces.FACES)} faces of Inter are ready")


def check_typefaces(_settings: Settings) -> Iterator[Finding]:
    """Yield for which scripts the machine has no typeface; asked as documents are set, without anybody's own ones."""
    if missing_pango() is not None:
        return  # check_pango has said so
    from reports import wording
    from reports.resources import FOLDER

    command = [sys.executable, "-I", "-c", _TELL_SCRIPTS, str(FOLDER.parent)]
    done = subprocess.run(  # noqa: S603  our own interpreter and code
        command, env={}, capture_output=True, text=True, check=False, timeout=_IMPORT_SECONDS
    )
    lacking = done.stdout.splitlines()
    if done.returncode:
        yield Finding("typefaces", Level.WARNING, "fontconfig does not say which there are", _TYPEFACES)
    elif lacking:
        seen = f"none for {wording.listed(lacking)}: PDFs print boxes there, and say so"
        yield Finding("typefaces", Level.WARNING, seen, _TYPEFACES)
    else:
        yield Finding("typefaces", Level.GOOD, "there for every script and sign that people commonly type")


def check_confinement(_settings: Settings) -> Iterator[Finding]:
    """Yield whether a process that reads other people's files can be cut off from the network."""
    program = "import sys; from reports.confinement import leave_network; sys.exit(not leave_network())"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_IMPORT_SECONDS)  # noqa: S603  our own
    if done.returncode == 0:
        yield Finding("confinement", Level.GOOD, "documents are read and set without a network")
    else:
        seen = "this machine gives no network namespace; limits and the closed fetcher still hold"
        yield Finding("confinement", Level.WARNING, seen, "sudo sysctl kernel.unprivileged_userns_clone=1")


def check_clock(_settings: Settings) -> Iterator[Finding]:
    """Yield whether this machine's clock can be right: not before the program itself was written."""
    now, written = datetime.now(UTC), datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now + _CLOCK_TOLERANCE < written:
        seen = f"it is {now:%Y-%m-%d %H:%M} UTC, earlier than the program's own files"
        yield Finding("clock", Level.FAILED, seen, "sudo timedatectl set-ntp true")
    else:
        yield Finding("clock", Level.GOOD, f"{now:%Y-%m-%d %H:%M} UTC")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_settings,
    check_packages,
    check_instance,
    check_space,
    check_schema,
    check_database,
    check_pango,
    check_fonts,
    check_typefaces,
    check_confinement,
    check_clock,
    examination_record.check_chain,
    examination_record.check_times,
    examination_record.check_documents,
    examination_record.check_retention,
    examination_record.check_register,
    examination_work.check_mail,
    examination_work.check_outbox,
    examination_work.check_jobs,
    examination_work.check_backups,
)
DEEP = examination_record.DEEP
"""The checks that read everything; `--all` asks for them."""


def _parted(line: str) -> tuple[str, str]:
    """A refusal's reason, and the line that mends it."""
    why, _, mending = re.sub("; (set|mend) it with: ", "\0", line, count=1).partition("\0")
    return why, mending


def _softened(finding: Finding) -> Finding:
    return Finding(finding.subject, Level.WARNING, finding.seen, finding.mending)


def _clock(database: datetime) -> Finding:
    apart = abs(datetime.now(UTC) - database)
    if apart <= _CLOCK_TOLERANCE:
        return Finding("database clock", Level.GOOD, "agrees with this machine's")
    seen = f"differs from this machine's by {apart.total_seconds():.0f} s"
    return Finding("database clock", Level.FAILED, seen, "sudo timedatectl set-ntp true, on both machines")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _start_database(settings: Settings) -> str:
    host = urlsplit(settings.database_url).hostname
    return f"start the database on {host} or correct PLUMBLINE_DATABASE_URL" if host else "python3 -m app migrate"
