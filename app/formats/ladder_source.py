"""What any import of a published ladder needs: clean text, ids, and a report of everything that is not as it was."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.blueprint import Blueprint, Role
from app.domain.ladder import Ladder, RungNeeded
from app.formats.plain_text import Spot, placeholder, unwanted

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from app.domain.blueprint import Meta
    from app.domain.competency import Competency
    from app.domain.ladder import Level

TRUNK = "main"
"""The track of levels that belong to no branch."""

_FILES = ("role.yaml", "competencies.yaml", "ladder.yaml")
"""The files of an imported role, in the order in which a role is read."""

_SEPARATES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """A blueprint made of somebody else's file, and what its importer has to know.

    `kept` names each field that the format has no place for and where it is carried; `changed` each text that is
    not what the source said; `guesses` what the source did not say at all.
    """

    blueprint: Blueprint
    kept: tuple[str, ...]
    changed: tuple[Spot, ...]
    guesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: an import, or every fault that keeps it from being one."""

    imported: Imported | None
    faults: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What the person who imports says about the role: its id, and its title unless the source's will do."""

    role: str
    title: str | None = None


def tidied(text: str) -> tuple[str, tuple[Spot, ...]]:
    """Return the text without what cannot be seen, and each change by its line; unusual blanks become plain ones.

    Line ends become plain without being told: no reader sees them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    places = unwanted(text)
    characters = list(text)
    ends = [place for place, character in enumerate(text) if character == "\n"] if places else []
    changes: Counter[tuple[int, str]] = Counter()
    for place in places:
        character = text[place]
        blank = character == "\x85" or unicodedata.category(character) in ("Zs", "Zl", "Zp")
        characters[place] = " " if blank else ""
        name = unicodedata.name(character, "a control character")
        what = f"U+{ord(character):04X} ({name}) {'made a plain blank' if blank else 'taken out'}"
        changes[bisect_left(ends, place) + 1, what] += 1
    said = (Spot(line, f"{what}{f', {count} times' if count > 1 else ''}") for (line, what), count in changes.items())
    return "".join(characters), tuple(sorted(said))


def unfinished(line: int, text: str) -> tuple[Spot, ...]:
    """Return the fault of a text that says it is still to be written, if it says so."""
    found = placeholder(text)
    return (Spot(line, f"the text still says {found}: finish it"),) if found else ()


def id_of(text: str, taken: Container[str], kind: str) -> str:
    """Return a kebab-case id made of a name, unlike those that are taken; `kind` serves where no letter is usable."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    stem = _SEPARATES.sub("-", plain).strip("-") or kind
    made, number = stem, 1
    while made in taken:
        number += 1
        made = f"{stem}-{number}"
    return made


def assembled(
    role: Role, levels: Sequence[Level], competencies: Sequence[Competency], meta: Sequence[Meta]
) -> Blueprint:
    """Return the blueprint of a ladder in which each level asks for its own rung of every competency that has one."""
    requires = tuple(
        RungNeeded(level.id, competency.id, level.id)
        for level in levels
        for competency in competencies
        if competency.rung(level.id)
    )
    return Blueprint(
        role=role,
        competencies=tuple(competencies),
        ladder=Ladder(tuple(levels), requires),
        meta=tuple(sorted(meta, key=lambda one: _FILES.index(one.file))),
    )


def counts(blueprint: Blueprint) -> dict[str, int]:
    """Return how much of each kind an imported ladder holds."""
    rungs = [rung for competency in blueprint.competencies for rung in competency.rungs]
    ladder = blueprint.ladder or Ladder(())
    return {
        "competencies": len(blueprint.competencies),
        "groups": len({competency.group for competency in blueprint.competencies}),
        "rungs": len(rungs),
        "criteria": sum(len(rung.criteria) for rung in rungs),
        "examples": sum(len(rung.examples) for rung in rungs),
        "levels": len(ladder.levels),
        "requirements": len(ladder.requires),
    }
