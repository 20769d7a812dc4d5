"""Packages that are too old to be safe: the program does not start with one.

The floors lie in `requirements/floors.txt`: a name, a version, and why. Locks pin newer versions; this guards
installations whose packages were changed by hand or by another program of the same machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from app import paths

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Floor:
    """A package, the oldest version that is safe here, and why."""

    name: str
    version: str
    why: str


def floors() -> tuple[Floor, ...]:
    """Every floor of the file, in its order."""
    lines = paths.floors_file().read_text(encoding="utf-8").splitlines()
    return tuple(Floor(*line.split(maxsplit=2)) for line in lines if line and not line.startswith("#"))


def too_old(version_of: Callable[[str], str] = metadata.version) -> tuple[str, ...]:
    """Name each package that is missing or under its floor, why that matters, and the line that mends it."""
    return tuple(line for floor in floors() if (line := _refusal(floor, version_of)))


def _refusal(floor: Floor, version_of: Callable[[str], str]) -> str:
    mending = f"mend it with: python3 -m pip install '{floor.name}>={floor.version}'"
    try:
        found = version_of(floor.name)
    except metadata.PackageNotFoundError:
        return f"{floor.name} is not installed; {mending}"
    if _numbers(found) >= _numbers(floor.version):
        return ""
    return f"{floor.name} {found} is older than {floor.version} ({floor.why}); {mending}"


def _numbers(version: str) -> tuple[int, ...]:
    """The release of a version, without zeros at its end; what follows it, such as ``rc1``, does not count."""
    release = re.split(r"[^0-9.]", version, maxsplit=1)[0]
    numbers = [int(number) for number in _NUMBER.findall(release)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
