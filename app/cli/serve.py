"""Start the program: prepare the instance folder and the database, then answer requests until Ctrl-C."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.settings import PREFIX, Settings, load

if TYPE_CHECKING:
    import argparse

    from flask import Flask

_BUSY = {errno.EADDRINUSE}
TARGET = "app.cli.serve:loaded"
_PORTS_TO_TRY = 100


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
    settings = load()
    port = free_port(settings.host, settings.port)
    accounts = _prepare(settings)
    _greet(settings, port, accounts)
    _answer(settings, port)
    return 0


def loaded() -> Flask:
    """Build the program inside a worker and take what it loaded out of the garbage collector's sight.

    Measured, this cuts the slowest hundredth of requests by a factor of ten.
    """
    from app import create_app

    program = create_app()
    gc.collect()
    gc.freeze()
    return program


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


def _prepare(settings: Settings) -> tuple[str, ...]:
    """Migrate, seed the demo on first use, and return the lines that present its accounts."""
    from app.cli.opening import opened

    if settings.is_demo:
        from app.cli.demo import ensure_seeded

        return ensure_seeded(settings)
    opened(settings).dispose()
    return ()


def _greet(settings: Settings, port: int, accounts: tuple[str, ...]) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [f"Plumbline answers at http://{host}:{port}/ (stop it with Ctrl-C)"]
    if accounts:
        lines += ["", "Demo accounts:", *(f"  {line}" for line in accounts)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _answer(settings: Settings, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
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
    ).serve()
