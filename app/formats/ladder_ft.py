"""Reads a job family as the Financial Times publishes its engineering ladder: levels, themes and competencies in YAML.

A theme becomes a competency, an entry of `competencies` a criterion of the rung that its level and theme name, its
proficiency a tag, its supporting URLs items. Whatever else stands there is carried in `meta`.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from app.domain.blueprint import Meta, Role
from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.ladder import Level
from app.formats.blueprint_lint import is_kebab
from app.formats.ladder_source import TRUNK, Imported, Reading, assembled, tidied, unfinished
from app.formats.plain_text import Spot
from app.formats.yaml_source import YamlList, YamlMap, read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.formats.ladder_source import Meant

_GROUP = "themes"
_BRANCHES = ("ic", "pm")
_FAMILY = frozenset(("name", "summary", "levels", "themes", "competencies"))
_LEVEL = frozenset(("id", "name"))
_THEME = frozenset(("id", "name", "summary"))
_CRITERION = frozenset(("id", "summary", "examples", "supportingUrls", "level", "theme", "proficiency"))


def read_family(raw: bytes, meant: Meant) -> Reading:
    """Read a job family's file."""
    try:
        text, changed = tidied(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Reading(None, (Spot(line, "not UTF-8 text: save the file as UTF-8"),))
    read = read_yaml(text.encode("utf-8"))
    if read.top is None or read.faults:
        return Reading(None, read.faults)
    family = _Family(read.top)
    role = Role(meant.role, meant.title or family.text(read.top, "name"), family.text(read.top, "summary"))
    levels, guesses = family.levels()
    competencies = family.competencies([level.id for level in levels])
    if family.faults:
        return Reading(None, tuple(sorted(family.faults)))
    blueprint = assembled(role, levels, competencies, family.meta)
    return Reading(Imported(blueprint, tuple(family.kept), changed, guesses))


class _Family:
    """Takes the file apart and gathers what is wrong with it and what has no place."""

    def __init__(self, top: YamlMap) -> None:
        self.faults: list[Spot] = []
        self.kept: list[str] = []
        self.meta: list[Meta] = []
        self._top = top
        for key in top:
            if key not in _FAMILY:
                self._keep("role.yaml", str(key), top[key])

    def levels(self) -> tuple[list[Level], tuple[str, ...]]:
        """Return the levels in their order, and how those that branch were told from the others."""
        held = self._named("levels", _LEVEL, "ladder.yaml")
        levels: list[Level] = []
        guesses: list[str] = []
        for rank, (stem, same) in enumerate(groupby(held, key=lambda one: _stem(one[0])), start=1):
            branch = list(same)
            apart = len(branch) > 1
            levels += [
                Level(name, title, name.removeprefix(f"{stem}-") if apart else TRUNK, rank) for name, title, _ in branch
            ]
            if apart:
                names = " and ".join(name for name, _, _ in branch)
                guesses.append(f"{names} have the same rank, {rank}, on tracks of their own: their ids end that way")
        guesses.append("each level requires its own rung of every theme that has one, by the rule all")
        return levels, tuple(guesses)

    def competencies(self, levels: Sequence[str]) -> list[Competency]:
        """Return a competency for each theme, with a rung for each level that says something about it."""
        themes = self._named("themes", _THEME, "competencies.yaml")
        rungs = self._rungs(levels, [name for name, _, _ in themes])
        return [
            Competency(
                name,
                title,
                _GROUP,
                description=self.text(theme, "summary") if "summary" in theme else None,
                rungs=tuple(rungs[level, name] for level in levels if (level, name) in rungs),
            )
            for name, title, theme in themes
        ]

    def _rungs(self, levels: Sequence[str], themes: Sequence[str]) -> dict[tuple[str, str], Rung]:
        held: dict[tuple[str, str], tuple[list[Entry], list[Entry]]] = {}
        owned: dict[str, object] = {}
        seen: dict[str, int] = {}
        more: dict[str, object] = {}
        for one in self._maps(self._top, "competencies"):
            name = self._id(one, seen)
            key = (self._known(one, "level", levels), self._known(one, "theme", themes))
            criteria, examples = held.setdefault(key, ([], []))
            criteria.append(self._criterion(name, one))
            found = self._texts(one, "examples")
            examples += found
            if found:
                owned[name] = len(found)
            rest = _rest(one, _CRITERION)
            if rest:
                more[name] = rest
        # Examples stand in the order of their criteria: the numbers are enough to tell whose each one is.
        self._keep("competencies.yaml", "examples_of_criteria", owned)
        self._keep("competencies.yaml", "competencies", more)
        return {key: Rung(key[0], tuple(criteria), tuple(examples)) for key, (criteria, examples) in held.items()}

    def _criterion(self, name: str, one: YamlMap) -> Entry:
        links = [
            Entry(self.text(url, "label"), detail=self.text(url, "url")) for url in self._maps(one, "supportingUrls")
        ]
        proficiency = (self.text(one, "proficiency"),) if "proficiency" in one else ()
        return Entry(self.text(one, "summary"), id=name, items=tuple(links), tags=proficiency)

    def _named(self, key: str, known: frozenset[str], file: str) -> list[tuple[str, str, YamlMap]]:
        """Return id, name and whole of each item; what else the items say is kept."""
        seen: dict[str, int] = {}
        found = [(self._id(one, seen), self.text(one, "name"), one) for one in self._maps(self._top, key)]
        self._keep(file, key, {name: rest for name, _, one in found if (rest := _rest(one, known))})
        return found

    def _id(self, one: YamlMap, seen: dict[str, int]) -> str:
        """Return the id of an item, and note its line among those seen before it."""
        name, line = self.text(one, "id"), one.lines.get("id", one.line)
        if name and not is_kebab(name):
            self.faults.append(
                Spot(line, f"the id {name} is not made of small letters, digits and hyphens: correct it")
            )
        if name in seen:
            self.faults.append(Spot(line, f"the id {name} is already on line {seen[name]}: give each its own"))
        seen.setdefault(name, line)
        return name

    def text(self, holder: YamlMap, key: str) -> str:
        """Return the text under a key; what is no text is a fault."""
        written = holder.get(key)
        line = holder.lines.get(key, holder.line)
        if not isinstance(written, str):
            self.faults.append(Spot(line, f"the key `{key}` is missing or no text: write it in quotes"))
            return ""
        self.faults += unfinished(line, written)
        return written

    def _texts(self, holder: YamlMap, key: str) -> list[Entry]:
        held = self._list(holder, key)
        for text, line in zip(held, held.lines, strict=True):
            wrong = (
                (Spot(line, f"an item of `{key}` is no text"),) if not isinstance(text, str) else unfinished(line, text)
            )
            self.faults += wrong
        return [Entry(str(text)) for text in held]

    def _maps(self, holder: YamlMap, key: str) -> list[YamlMap]:
        held = self._list(holder, key)
        for one, line in zip(held, held.lines, strict=True):
            if not isinstance(one, YamlMap):
                self.faults.append(Spot(line, f"an item of `{key}` has no keys: write id, name or summary"))
        return [one for one in held if isinstance(one, YamlMap)]

    def _list(self, holder: YamlMap, key: str) -> YamlList:
        held = holder.get(key, YamlList(holder.line))
        if not isinstance(held, YamlList):
            self.faults.append(Spot(holder.lines.get(key, holder.line), f"`{key}` is no list: write one"))
            return YamlList(holder.line)
        if holder is self._top and not held:
            self.faults.append(Spot(holder.lines.get(key, holder.line), f"there are no {key}: this is no job family"))
        return held

    def _known(self, one: YamlMap, key: str, known: Sequence[str]) -> str:
        name = self.text(one, key)
        if name and name not in known:
            line = one.lines.get(key, one.line)
            self.faults.append(Spot(line, f"there is no {key} {name}: add it, or name one that is there"))
        return name

    def _keep(self, file: str, key: str, held: object) -> None:
        if held not in ({}, []):
            self.meta.append(Meta(file, key, json.dumps(held, ensure_ascii=False, separators=(",", ":"))))
            self.kept.append(f"{key}, in meta of {file}")


def _stem(name: str) -> str:
    """Return what a level's id begins with when it ends like one of several branches."""
    stem, _, end = name.rpartition("-")
    return stem if end in _BRANCHES else name


def _rest(holder: YamlMap, known: frozenset[str]) -> dict[str, object]:
    return {str(key): held for key, held in holder.items() if key not in known}
