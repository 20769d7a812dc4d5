"""How the requirements of ASVS 5.0, level 2, are met: reads the table, and writes docs/security/asvs.md from it.

`python3 -m tests.house.asvs` writes the page anew. In the table `where` lists, separated by semicolons, rows of the
table of attacks, tests, files of the program, and headings of documents.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.house import source

if TYPE_CHECKING:
    from pathlib import Path

TABLE = source.ROOT / "docs" / "security" / "asvs.csv"
PAGE = source.ROOT / "docs" / "security" / "asvs.md"
MEANS = {"test": "a named test", "code": "how it is built", "deployment": "a document for who runs it"}
_ATTACK = re.compile(r"[A-Z]{2}-[0-9]{2}")
_HEAD = """# ASVS 5.0, level 2

Written from [asvs.csv](asvs.csv) by `python3 -m tests.house.asvs`; a test holds the two together, and that every test
and file named here exists. Requirements of level 3 that are met as well are listed with their level.

"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row: what is asked, by which means it is met, and where to look."""

    id: str
    level: int
    meaning: str
    means: str
    where: tuple[str, ...]
    note: str


def requirements() -> tuple[Requirement, ...]:
    """Every row of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Requirement(
                row["id"], int(row["level"]), row["meaning"], row["means"],
                tuple(filter(None, map(str.strip, row["where"].split(";")))), row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def tests_of(reference: str) -> tuple[str, ...]:
    """The tests that a reference names: those that try an attack, one of a file, or all of a file; none for others."""
    if _ATTACK.fullmatch(reference):
        return attacks().get(reference, ())
    file, _, name = reference.partition("::")
    if not file.startswith("tests/") or not (source.ROOT / file).is_file():
        return ()
    found = _functions(source.ROOT / file)
    return tuple(f"{file}::{one}" for one in found if name in {"", one})


def exists(reference: str) -> bool:
    """Whether what a reference names is there."""
    if _ATTACK.fullmatch(reference) or reference.startswith("tests/"):
        return bool(tests_of(reference))
    file, _, heading = reference.partition("#")
    path = source.ROOT / file
    return path.exists() and (not heading or heading in _headings(path))


@cache
def attacks() -> dict[str, tuple[str, ...]]:
    """By row of the table of attacks, the tests that try it."""
    found: dict[str, list[str]] = {}
    for file in sorted((source.ROOT / "tests").rglob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        if "mark.attack" not in text:
            continue
        for function in _defined(ast.parse(text)):
            for mark in _marks(function):
                found.setdefault(mark, []).append(f"{file.relative_to(source.ROOT).as_posix()}::{function.name}")
    return {name: tuple(tests) for name, tests in found.items()}


def page() -> str:
    """The page in Markdown."""
    rows = requirements()
    counted = Counter(row.means for row in rows)
    said = ", ".join(f"{counted[means]} by {words}" for means, words in MEANS.items())
    lines = [f"{len(rows)} requirements: {said}; none is open.\n"]
    chapter = ""
    for row in rows:
        if row.id.split(".")[0] != chapter:
            chapter = row.id.split(".")[0]
            lines += [f"\n## {chapter}\n", "| id | level | asks | met by | where |", "|---|---|---|---|---|"]
        where = "<br>".join((*(_shown(one) for one in row.where), *((row.note,) if row.note else ())))
        lines.append(f"| {row.id} | {row.level} | {row.meaning} | {row.means} | {where} |")
    return _HEAD + "\n".join(lines) + "\n"


def _shown(reference: str) -> str:
    named = tests_of(reference)
    if _ATTACK.fullmatch(reference):
        return f"{reference}: " + ", ".join(f"`{one.partition('::')[2]}`" for one in named)
    return f"`{reference}`"


def _functions(file: Path) -> tuple[str, ...]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return tuple(function.name for function in _defined(tree) if function.name.startswith("test_"))


def _defined(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def _marks(function: ast.FunctionDef) -> list[str]:
    """The attacks in the marks of a test: pytest.mark.attack("AC-01")."""
    return [
        str(argument.value)
        for call in function.decorator_list
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "attack"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def _headings(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
