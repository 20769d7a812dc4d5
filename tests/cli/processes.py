"""Running the program as a person would: a process of its own with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
SECRET = "q3T0bA9wXkz7LrV2nYdE5uJmHs8cPgF1iOxQ6tRvK4-example"  # long and varied enough, and used nowhere else
PRODUCTION = {
    "PLUMBLINE_ENV": "production",
    "PLUMBLINE_SECRET_KEY": SECRET,
    "PLUMBLINE_PUBLIC_URL": "https://plumbline.example.org",
    "PLUMBLINE_TRUSTED_HOSTS": "plumbline.example.org",
}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of this test run without anybody's Plumbline settings, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "FLASK_"))}
    # Whoever forbids compiled files makes every start of the program compile all its libraries again.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, **settings}


def run(
    *words: str, settings: Mapping[str, str] | None = None, given: str = "", folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run `python3 -m app` with these words and wait for its end; `given` is its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=folder,
        env=environment(settings or {}),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def started(
    *words: str, settings: Mapping[str, str], errors: IO[str] | int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Start `python3 -m app` with these words; at the end the process is stopped if it still runs.

    What it writes to standard error goes to ``errors``: a pipe that nobody reads stops it when that is full.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        # A process group of its own, as a shell gives it: a test can press Ctrl-C without stopping itself.
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
