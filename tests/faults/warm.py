"""Starts the program many times over: everything is loaded once, and each start is a fork of this process.

The server, its worker and what they do are those of `python3 -m app serve`; only the three seconds in which Python
loads libraries are saved, so that a run can kill the program hundreds of times. Each line of standard input is a JSON
object of settings; the answer is the number of the process that serves, and the address when it is about to listen. A
process of that number leads a group of its own, which can be killed as a whole.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.cli import serve
from app.settings import load


def main() -> None:
    """Load everything, then answer until the input ends; who is still serving then is ended."""
    with TemporaryDirectory() as folder:
        _load_everything(Path(folder))
    # A process that was killed is gone as soon as whoever killed it asks.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            _serve(json.loads(line))


def _load_everything(folder: Path) -> None:
    """What a start does, up to the moment at which it would listen: every library is loaded afterwards."""
    os.environ |= {"PLUMBLINE_ENV": "demo", "PLUMBLINE_INSTANCE": str(folder), "PLUMBLINE_SECRET_KEY": "q" * 50}
    settings = load()
    serve.granian(settings, 0)
    serve.loaded()


def _serve(settings: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.environ.update(settings)
    given = load()
    with (given.instance / "errors.log").open("a", encoding="utf-8") as errors:
        os.dup2(errors.fileno(), 2)
    serve.keep_to_ourselves(given)
    serve.prepare(given)
    port = serve.free_port(given.host, 0)
    multiprocessing.set_start_method("fork")
    sys.stdout.write(f"{os.getpid()} http://{given.host}:{port}/\n")
    sys.stdout.flush()
    serve.granian(given, port).serve()
    os._exit(0)


if __name__ == "__main__":
    main()
