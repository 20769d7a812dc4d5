"""The table that ends a long run: how often each thing was broken, with what result, and on which machine."""

from __future__ import annotations

import os
import platform
import sqlite3
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

FEWEST = 3
"""Tries from which on a bound says anything."""
_NAMED = ("sqlalchemy", "psycopg", "granian", "flask")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one test saw: the row of the matrix, how often it tried, how often that went wrong, and in words what.

    ``turns`` says how many rounds it had, and of how many that it wanted.
    """

    row: str
    tries: int
    failures: int
    what: str
    turns: str = ""

    @property
    def bound(self) -> str:
        """What the true rate is below, with 95 % confidence; only where nothing failed."""
        return f"{300 / self.tries:.3g} %" if self.tries >= FEWEST and not self.failures else "-"


def table(seen: list[Figures]) -> list[str]:
    """One line a figure, in the order of the matrix, as a table in Markdown."""
    ordered = sorted(seen, key=lambda each: (int(each.row.removeprefix("F")), each.what))
    return [
        "| id | what | rounds | tries | failures | true rate below |",
        "|---|---|---|---|---|---|",
        *(f"| {one.row} | {one.what} | {one.turns or '-'} | {one.tries:,} | {one.failures} | {one.bound} |"
          for one in ordered),
    ]  # fmt: skip


def machine() -> str:
    """What ran: processor, cores, how busy they were, system, and the versions that matter."""
    models = [line for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    processor = models[0].partition(":")[2].strip() if models else platform.machine()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _NAMED)
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}"
    cores = f"{os.cpu_count()} cores of {processor}, load {os.getloadavg()[2]:.1f}"
    return f"{cores}, {platform.system()} {platform.release()}; {python}"


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""
