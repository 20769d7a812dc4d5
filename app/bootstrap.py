"""The first start in a checkout: make `.venv`, install the locked set, go on inside it.

The lock's hash is kept in a stamp inside `.venv`; while it matches, a start costs two file reads and one exec. An
installed wheel brings its dependencies along, so there nothing of this happens. Standard library only: this runs before
anything else is there.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DEVELOPER_COMMANDS = frozenset({"test", "check", "bench"})
_ANSWERED_WITHOUT_PACKAGES = frozenset({"-h", "--help", "--version"})
_PROGRESS = ("Collecting ", "Downloading ", "Installing collected")


class BootstrapError(Exception):
    """The environment cannot be made; the message is one line with the remedy."""


def start(arguments: Sequence[str]) -> int:
    """Prepare the environment for `arguments`, then run them; return the exit code."""
    if paths.in_checkout() and not (arguments and arguments[0] in _ANSWERED_WITHOUT_PACKAGES):
        try:
            prepare(paths.root(), arguments)
        except BootstrapError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        except KeyboardInterrupt:
            sys.stderr.write("\nStopped. The next start goes on where this one ended.\n")
            return 130
    from app.cli import main

    return main(arguments)


def prepare(root: Path, arguments: Sequence[str]) -> None:
    """Bring `.venv` under `root` up to date and go on inside it; return at once when all is well already.

    Raises `BootstrapError` when it cannot be made.
    """
    locks = locks_for(root, arguments)
    environment = root / ".venv"
    fresh = is_fresh(environment, locks)
    if not fresh:
        with _alone(root):
            # Another start may have done the work while this one waited.
            if not is_fresh(environment, locks):
                install(environment, locks)
    if not fresh or not _is_inside(environment):
        interpreter = str(python_of(environment))
        os.execv(interpreter, [interpreter, "-m", "app", *arguments])  # noqa: S606 - the point: become that Python


def locks_for(root: Path, arguments: Sequence[str]) -> tuple[Path, ...]:
    """Return the lock files whose packages the command needs; the last one names every package of the others too."""
    run, dev = root / "requirements" / "run.txt", root / "requirements" / "dev.txt"
    return (run, dev) if arguments and arguments[0] in DEVELOPER_COMMANDS else (run,)


def python_of(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return environment / "bin" / "python"


def is_fresh(environment: Path, locks: Sequence[Path]) -> bool:
    """Tell whether everything in `locks` was installed into `environment`, judged by the stamp of an earlier start."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        stamped = _stamp(environment).read_text(encoding="utf-8").splitlines()
        return python_of(environment).exists() and set(map(_fingerprint, locks)) <= set(stamped)
    return False


def install(environment: Path, locks: Sequence[Path]) -> None:
    """Make `environment` if need be, install the last of `locks` with every hash checked, and stamp it."""
    _refuse_read_only(environment)
    uv = _working_uv()
    _say(f"Preparing {environment.name} with {locks[-1].name} (once, about a minute; later starts take a second) ...")
    if not python_of(environment).exists():
        _make(environment, with_pip=uv is None)
    _stamp(environment).unlink(missing_ok=True)
    _fetch(environment, locks[-1], uv)
    _stamp(environment).write_text("".join(f"{_fingerprint(lock)}\n" for lock in locks), encoding="utf-8")
    _say("Ready.")


def _fetch(environment: Path, lock: Path, uv: str | None) -> None:
    interpreter = str(python_of(environment))
    wanted = ["--require-hashes", "--requirement", str(lock)]
    if uv is not None and _run([uv, "pip", "install", "--python", interpreter, *wanted]) is None:
        return
    # Either there is no uv, or it failed where pip may know more: pip reads this machine's own pip configuration.
    _ensure_pip(interpreter)
    reason = _run([interpreter, "-m", "pip", "install", "--disable-pip-version-check", *wanted])
    if reason is not None:
        message = f"The packages could not be installed ({reason}). Check the network or the proxy, then start again."
        raise BootstrapError(message)


def _make(environment: Path, *, with_pip: bool) -> None:
    if importlib.util.find_spec("venv") is None or (with_pip and importlib.util.find_spec("ensurepip") is None):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        message = f"This Python has no venv module. Install it with: sudo apt-get install {package}"
        raise BootstrapError(message)
    options = ["--clear"] if with_pip else ["--clear", "--without-pip"]
    reason = _run([sys.executable, "-m", "venv", *options, str(environment)])
    if reason is not None:
        message = f"{environment} could not be made ({reason}). Remove it with: rm -r {environment}, then start again."
        raise BootstrapError(message)


def _ensure_pip(interpreter: str) -> None:
    if _run([interpreter, "-m", "pip", "--version"]) is not None:
        reason = _run([interpreter, "-m", "ensurepip"])
        if reason is not None:
            package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
            message = f"pip could not be made ({reason}). Install it with: sudo apt-get install {package}"
            raise BootstrapError(message)


def _working_uv() -> str | None:
    """Return uv if it is there and runs; a version manager may leave a stub that only fails."""
    uv = shutil.which("uv")
    return uv if uv is not None and _run([uv, "--version"]) is None else None


def _refuse_read_only(environment: Path) -> None:
    folder = environment if environment.is_dir() else environment.parent
    try:
        probe = folder / ".plumbline-write-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        copy = f'cp -r {environment.parent} "$HOME/plumbline" && cd "$HOME/plumbline"'
        message = f"{folder} cannot be written ({error.strerror}). Start from a copy that can: {copy}"
        raise BootstrapError(message) from error


def _is_inside(environment: Path) -> bool:
    return Path(sys.prefix).resolve() == environment.resolve()


def _stamp(environment: Path) -> Path:
    return environment / "plumbline.stamp"


def _fingerprint(lock: Path) -> str:
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the folder, so that two first starts at once do not fill one environment together."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(command: Sequence[str]) -> str | None:
    """Run `command` with its progress shown; return None on success, else its last words in one line."""
    show = _progress_line()
    last = ""
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed commands on paths of our own, no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    with process:
        for line in process.stdout or ():
            show(line.strip())
            last = line.strip() or last
    show("")
    return None if process.returncode == 0 else last[:300] or f"exit code {process.returncode}"


def _progress_line() -> Callable[[str], None]:
    """Return a printer that keeps one line of a terminal up to date and stays silent in a log."""
    if not sys.stderr.isatty():
        return lambda _line: None
    width = shutil.get_terminal_size().columns - 1

    def show(line: str) -> None:
        if not line or line.startswith(_PROGRESS):
            sys.stderr.write("\r\x1b[2K" + line[:width])
            sys.stderr.flush()

    return show


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
