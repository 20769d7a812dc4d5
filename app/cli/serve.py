"""Start the program: prepare the instance folder and the database, then answer requests until Ctrl-C."""

from __future__ import annotations

import ctypes
import errno
import gc
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

from app import create_app
from app.cli import BadInputError
from app.settings import PREFIX, Settings, load

if TYPE_CHECKING:
    import argparse

    from flask import Flask, Response
    from granian.server.mp import MPServer
    from granian.server.mt import MTServer

_BUSY = {errno.EADDRINUSE}
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
TARGET = "app.cli.serve:loaded"
_PORTS_TO_TRY = 100
_ATTEMPTS = 3000  # a minute: the first start of a worker may have to wait for a slow disk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `serve`; each overrides the setting of the same name."""
    parser.add_argument("--host", help="address to listen on (PLUMBLINE_HOST, default 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any free one (PLUMBLINE_PORT, default 8000)")
    parser.add_argument("--workers", help="processes that answer (PLUMBLINE_WORKERS, default 2)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    for name in ("host", "port", "workers"):
        value = getattr(arguments, name)
        if value is not None:
            # The workers are processes of their own and read the environment again.
            os.environ[f"{PREFIX}{name.upper()}"] = value
    # A worker answers with one thread; several that share out a matrix of forty rows only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    settings = load()
    keep_to_ourselves(settings)
    port = free_port(settings.host, settings.port)
    _answer(settings, port, _greeting(settings, port, prepare(settings)))
    return 0


def keep_to_ourselves(settings: Settings) -> None:
    """Let nobody else read what is written, and give the workers one folder to count in, empty at each start."""
    os.umask(0o077)
    folder = settings.instance / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def loaded() -> Flask:
    """Build the program inside a worker, and make that worker a good child of the server."""
    from app.web import logs

    _leave_signals_to_the_server()
    logs.set_up(os.environ.get(f"{PREFIX}LOG", "warning"))
    program = create_app()
    program.after_request(_named)
    # What was loaded stays for good: out of the collector's sight, the slowest requests are ten times quicker.
    gc.collect()
    gc.freeze()
    return program


def _leave_signals_to_the_server() -> None:
    """Stop when the server asks or is gone, and not by Ctrl-C, which a terminal sends to every process at once.

    Granian's worker may hang when it gets the terminal's signal and the server's at the same moment.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        # Otherwise the workers of a killed server would keep its port.
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _named(response: Response) -> Response:
    """Name the program instead of the server's make, which is nobody's business."""
    response.headers["Server"] = "Plumbline"
    return response


def free_port(host: str, port: int) -> int:
    """Return `port`, or a free one for 0; raise `BadInputError` naming another when it is taken."""
    reason = _refusal(host, port)
    if reason is None:
        return port or _any_port(host)
    if isinstance(reason, PermissionError):
        message = f"Port {port} needs administrator rights. Start with: python3 -m app serve --port 8000"
    elif isinstance(reason, socket.gaierror) or reason.errno not in _BUSY:
        message = f"{host} cannot be listened on ({reason.strerror}). Start with: python3 -m app serve --host 127.0.0.1"
    else:
        others = range(port + 1, min(port + 1 + _PORTS_TO_TRY, 65536))
        other = next((number for number in others if _refusal(host, number) is None), 0)
        message = f"Port {port} on {host} is in use. Start with: python3 -m app serve --port {other}"
    raise BadInputError(message)


def _refusal(host: str, port: int) -> OSError | None:
    try:
        _listener(host, port).close()
    except OSError as error:
        return error
    return None


def _any_port(host: str) -> int:
    with _listener(host, 0) as listener:
        number: int = listener.getsockname()[1]
        return number


def _listener(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def prepare(settings: Settings) -> tuple[str, ...]:
    """Migrate, seed the demo on first use, and return the lines that say who can sign in, or how the first one can."""
    from app.cli import demo
    from app.cli.first_admin import invitation
    from app.cli.opening import opened

    demo.ensure_seeded(settings)
    engine = opened(settings)
    first = invitation(engine, settings)
    engine.dispose()
    accounts = tuple(f"  {name:<22} {email:<30} {does}" for name, email, does in demo.accounts(settings))
    return ("", "Demo accounts:", *accounts) if accounts else first


def _greeting(settings: Settings, port: int, more: tuple[str, ...]) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [f"Plumbline answers at http://{host}:{port}/ (stop it with Ctrl-C)", *more]
    return "\n".join(lines) + "\n"


def _greet_when_listening(settings: Settings, port: int, greeting: str) -> None:
    """Print the address once a worker accepts connections there, so that whoever follows it finds a page."""
    for _ in range(_ATTEMPTS):
        try:
            socket.create_connection((settings.host, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            sys.stdout.write(greeting)
            sys.stdout.flush()
            return


def _answer(settings: Settings, port: int, greeting: str) -> None:
    # A forked worker would inherit locks that threads of this process may hold at that moment, and wait for ever.
    multiprocessing.set_start_method("spawn")
    server = granian(settings, port)
    waiting = threading.Thread(target=_greet_when_listening, args=(settings, port, greeting), daemon=True)
    server.on_startup(waiting.start)
    server.serve()


def granian(settings: Settings, port: int) -> MPServer | MTServer:
    """The server at this port, which starts its workers as the process has been told to start others."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        TARGET,
        factory=True,
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        # Two threads in one interpreter would halve the pages a second; processes share nothing.
        blocking_threads=1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    )
