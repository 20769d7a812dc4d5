"""What the benchmarks serve over HTTP: the program itself, and the smallest Flask application beside it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def hello() -> Flask:
    """Flask's floor: one view that answers a word."""
    app = Flask("hello", static_folder=None)
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def program() -> Flask:
    """The program as its settings in the environment say."""
    from app import create_app

    return create_app()


@contextmanager
def serving(factory: str, environment: Mapping[str, str]) -> Iterator[http.client.HTTPConnection]:
    """Serve a factory of this module with granian, one process of one thread, and lend a kept-alive connection."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", f"tests.bench.served:{factory}", "--factory", "--interface", "wsgi",
        "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-log",
    ]  # fmt: skip
    with subprocess.Popen(command, env={**os.environ, **environment}) as server:
        try:
            yield _connected(port)
        finally:
            server.terminate()


def _connected(port: int) -> http.client.HTTPConnection:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.connect()
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)
