"""Loading and validating the whole role blueprint, as `rubric check` does, against the floor of merely reading it.

The goal is in milliseconds, as people wait for them: every file of the role and its case studies, from disk, with
every check. The floors are the bytes alone, and what a bare YAML parser needs for them. Processor time; the median.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import yaml

from app.domain.blueprint import canonical_json, from_canonical
from app.formats.blueprint_files import load_role
from app.formats.blueprint_write import write_role
from app.paths import case_studies_dir, rubrics_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.domain.blueprint import Blueprint

ROLE = "senior-ml-pm"
ROUNDS = 31
GOAL_MS = 150
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def main() -> int:
    """Print floors, times and PASS or SHORT."""
    blueprint = _loaded()
    files = _files(blueprint)
    canonical = canonical_json(blueprint)
    size = sum(len(path.read_bytes()) for path in files)
    sys.stdout.write(f"{ROLE}: {len(files)} files, {size:,} bytes\n")
    floor = _median(lambda: [path.read_bytes() for path in files])
    _print("reading the bytes", floor)
    _print("parsing YAML events only", _median(lambda: [_events(path) for path in files]))
    took = _median(_loaded)
    _print("loading and validating", took)
    _print("reading a stored version", _median(lambda: from_canonical.__wrapped__(canonical)))
    _print("writing its files", _median(lambda: write_role(blueprint)))
    word = "PASS" if took * 1000 <= GOAL_MS else "SHORT"
    sys.stdout.write(f"Load and validate: {took * 1000:.1f} ms (goal at most {GOAL_MS} ms)  {word}\n")
    return 0


def _loaded() -> Blueprint:
    loaded = load_role(rubrics_dir() / ROLE, case_studies_dir())
    assert loaded.blueprint is not None, loaded.faults
    return loaded.blueprint


def _files(blueprint: Blueprint) -> list[Path]:
    cases = [case_studies_dir() / f"{case.id}.yaml" for case in blueprint.case_studies]
    return [*sorted((rubrics_dir() / ROLE).glob("*.yaml")), *cases]


def _events(path: Path) -> int:
    return sum(1 for _ in yaml.parse(path.read_bytes(), Loader=_LOADER))


def _median(ask: Callable[[], object]) -> float:
    """The median seconds of processor time of one call, after one that warms up."""
    ask()
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        ask()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def _print(name: str, seconds: float) -> None:
    sys.stdout.write(f"{name:<42}{seconds * 1000:9.3f} ms\n")
