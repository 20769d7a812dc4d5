"""Blueprints that the command line names: a role's folder, any folder, or a published version."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.cli.looking import looking
from app.cli.rubric.folders import folder_of, loaded
from app.formats.blueprint_files import roles
from app.settings import load

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint

SHORT_HASH = 12
"""Digits of a SHA-256 that are shown; they tell versions apart for people."""

_VERSION = re.compile(r"(?P<role>[^@\s]+)@(?P<number>[0-9]{1,9})")
_DIGITS = re.compile(r"[0-9a-f]{8,64}")
WAYS = "name a role, a folder, ROLE@NUMBER as in senior-ml-pm@1, or 8 or more digits of a version's SHA-256"


@dataclass(frozen=True, slots=True)
class Named:
    """A blueprint, and what to call it in an answer."""

    name: str
    blueprint: Blueprint


def session() -> AbstractContextManager[Session]:
    """A reading session on the installation's database, whose schema has to be the program's own."""
    return looking(load(os.environ).database_url)


def named(text: str) -> Named:
    """The blueprint that this text names; `BadInputError` with the way out when there is none, or it has faults."""
    if text in roles(load(os.environ).rubrics_dir) or Path(text).is_dir():
        return _on_disk(text)
    version = _VERSION.fullmatch(text)
    if version:
        return _numbered(version["role"], int(version["number"]))
    if _DIGITS.fullmatch(text.lower()):
        return _hashed(text.lower())
    message = f"{text!r} names no blueprint; {WAYS}"
    raise BadInputError(message)


def _on_disk(text: str) -> Named:
    found = loaded(folder_of(text))
    if found.blueprint is None:
        number = len(found.faults)
        message = f"{text} has {number} {'fault' if number == 1 else 'faults'}; see them with: rubric check {text}"
        raise BadInputError(message)
    return Named(text, found.blueprint)


def _numbered(role: str, number: int) -> Named:
    from app.queries import blueprints, versions

    with session() as opened:
        lines = [one for shelf in versions.shelf(opened, role=role) for one in shelf.lines]
        if not lines:
            message = f"No version of {role!r} is published; list what there is with: rubric versions"
            raise BadInputError(message)
        known = {line.number: line for line in lines}
        if number not in known:
            message = f"{role} has no version {number}; it has {', '.join(str(one) for one in sorted(known))}"
            raise BadInputError(message)
        return Named(f"{role}@{number}", blueprints.of_digest(opened, known[number].sha256))


def _hashed(digits: str) -> Named:
    from app.queries import blueprints, versions

    with session() as opened:
        found = versions.starting_with(opened, digits)
        if not found:
            message = f"No version's SHA-256 begins with {digits}; list them with: rubric versions"
            raise BadInputError(message)
        if len(found) > 1:
            names = " and ".join(f"{role}@{number}" for _, role, number in found)
            message = f"{digits} begins the SHA-256 of {names}; give more digits"
            raise BadInputError(message)
        ((version_id, role, number),) = found
        return Named(f"{role}@{number}", blueprints.load(opened, version_id)[1])
