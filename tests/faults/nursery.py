"""Runs tests against mutants: every library is loaded once, and each mutant lives in a fork of this process.

Each line of standard input is a JSON object with the ``module`` that is replaced, its ``source`` and ``stages``: words
to pytest, a list for each of its runs, which end with the first that fails. ``template`` is a migrated SQLite file for
tests that need a database. Each line of the answer is pytest's exit code, or -1 where the tests had to be stopped.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_LIBRARIES = (
    "pytest", "_pytest.assertion.rewrite", "hypothesis", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite", "alembic.command", "flask", "pydantic",
)  # fmt: skip
_PATIENCE = 60
"""Seconds of the processor's time after which a mutant is taken to go round for ever; however busy the machine is."""
_STOPPED = -1


class Exchange(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, source: str) -> None:
        """Exchange the module of that name, which must not be loaded yet."""
        self._name, self._source = name, source

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        """Know the one module."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the other source."""
        exec(compile(self._source, self._name, "exec"), module.__dict__)  # noqa: S102  the mutant itself


def main() -> None:
    """Answer until the input ends."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        sys.stdout.write(f"{_tried(**json.loads(line))}\n")
        sys.stdout.flush()


def _tried(module: str, source: str, stages: list[list[str]], template: str = "") -> int:
    child = os.fork()
    if child == 0:
        _live(module, source, stages, template)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else _STOPPED


def _live(module: str, source: str, stages: list[list[str]], template: str) -> None:
    import pytest
    from hypothesis import Phase, settings

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE + 1))
    signal.alarm(10 * _PATIENCE)
    # Whoever is caught is caught: the smallest example of it, which takes most of the time, is nobody's need.
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("nursery", deadline=None, database=None, derandomize=True, phases=phases)
    settings.load_profile("nursery")
    if source:
        sys.meta_path.insert(0, Exchange(module, source))
    if template:
        from tests import databases

        vars(databases)["_sqlite_template"] = lambda _folder: Path(template)
    # Libraries that are loaded already cannot be rewritten, and pytest would warn of that, which is an error here.
    usual = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:randomly"]
    os._exit(next((code for words in stages if (code := int(pytest.main([*usual, *words])))), 0))


if __name__ == "__main__":
    main()
