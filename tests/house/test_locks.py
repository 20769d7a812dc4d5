"""The locked sets: every package pinned and hashed, no address in them, and one set inside the other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import source

PINNED = re.compile(r"^[a-z0-9.-]+(\[[a-z,]+\])?==\S+( ; .+)? \\$")
HASHED = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def _lines(lock: str) -> list[str]:
    return source.text(Path("requirements") / lock).splitlines()


def _pins(lock: str) -> dict[str, str]:
    pins = (line.removesuffix(" \\").partition("==") for line in _lines(lock) if PINNED.match(line))
    return {canonicalize_name(name.partition("[")[0]): version for name, _equals, version in pins}


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_every_line_is_a_pin_or_its_hash(lock: str) -> None:
    lines = _lines(lock)
    assert [line for line in lines if not (PINNED.match(line) or HASHED.match(line))] == []
    pins = [number for number, line in enumerate(lines) if PINNED.match(line)]
    assert all(HASHED.match(lines[number + 1]) for number in pins)


def test_the_developers_set_contains_the_programs_own() -> None:
    assert _pins("run.txt").items() <= _pins("dev.txt").items()


@pytest.mark.parametrize(("lock", "extra"), [("run.txt", False), ("dev.txt", True)])
def test_the_lock_satisfies_what_the_project_asks_for(lock: str, *, extra: bool) -> None:
    project = tomllib.loads(source.text(Path("pyproject.toml")))["project"]
    wanted = [*project["dependencies"], *(project["optional-dependencies"]["dev"] if extra else ())]
    pins = _pins(lock)
    for requirement in map(Requirement, wanted):
        version = pins[canonicalize_name(requirement.name)].partition(" ;")[0]
        assert requirement.specifier.contains(version), f"{requirement} against {version}"
