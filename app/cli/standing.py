"""What a program in production asks of the database and the disk before it answers anybody; else it does not start."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.settings import PREFIX, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from app.settings import Settings

LEAST_MEMORY_KIB, LEAST_PASSES = 19_456, 2
"""The weakest parameters of argon2id with which passwords may be kept."""

_RESTORE = "python3 -m app restore BACKUP --into FOLDER"
OTHER_ROLE = (
    f"set it with: {PREFIX}DATABASE_URL=postgresql://plumbline_app:PASSWORD@HOST/NAME (another role, made with: "
    f"createuser plumbline_app), keep the present one as {PREFIX}OWNER_DATABASE_URL, and run: python3 -m app migrate"
)


def refuse(settings: Settings, engine: Engine) -> None:
    """Raise `SettingsError` with a line for each reason not to start; a demo starts with any of them."""
    if settings.is_demo:
        return
    if lines := [*_weak_hashing(), *_unsound(engine)]:
        raise SettingsError("\n".join(lines))


@contextmanager
def readable(settings: Settings) -> Iterator[None]:
    """Turn a database that is away or damaged into a refusal with its remedy."""
    from app.models.migrate import UNREACHABLE

    try:
        yield
    except UNREACHABLE as error:
        host = urlsplit(settings.database_url).hostname
        damaged = f"mend it with: {_RESTORE}, from the last verified backup"
        away = f"start the database on {host}, or correct {PREFIX}DATABASE_URL"
        message = f"The database cannot be read ({type(error).__name__}); {away if host else damaged}"
        raise SettingsError(message) from error


def newer_schema(revision: str) -> str:
    """The refusal of a database that a newer program has migrated."""
    return (
        f"The database is at revision {revision}, which is newer than this program; start the newer program, or put "
        f"a backup of this one back with: {_RESTORE}"
    )


def behind(revision: str | None) -> str:
    """The refusal of a database that this role may not bring up."""
    return (
        f"The database is at revision {revision or 'nothing'}, and the program's role may not change tables; name the "
        f"role that owns them in {PREFIX}OWNER_DATABASE_URL and run: python3 -m app migrate"
    )


def _weak_hashing() -> list[str]:
    from app.services.passwords import HASHER

    if HASHER.memory_cost >= LEAST_MEMORY_KIB and HASHER.time_cost >= LEAST_PASSES:
        return []
    return ["Passwords are hashed too weakly: somebody changed the program; install it anew from its release"]


def _unsound(engine: Engine) -> list[str]:
    from app.queries.foundations import foundations

    found = foundations(engine)
    lines = [f"The database is set up unsafely: {line}; mend it with: {_setting(line)}" for line in found.settings]
    lines += [f"{PREFIX}DATABASE_URL: {line}; {OTHER_ROLE}" for line in found.rights]
    lines += [f"The audit chain is not guarded: {line}; mend it with: {_RESTORE}" for line in found.guards]
    if found.chain:
        lines.append(f"The audit chain does not end where it should: {found.chain}; mend it with: {_RESTORE}")
    return lines


def _setting(line: str) -> str:
    """The statement that puts a setting of PostgreSQL right; SQLite's are set by the program on each connection."""
    name = line.partition(" ")[0]
    return (
        f"ALTER SYSTEM SET {name} = on, then reload the server"
        if line.endswith(" is off")
        else "python3 -m app migrate"
    )
