"""Finds a role in loose files, however they are laid out, and gives every file the name that the program knows it by.

Accepted: `rubrics/<role>/*.yaml` beside `case_studies/*.yaml`, a bare folder of a role, or the files at the top; any of
these below further folders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.formats.blueprint_lint import is_kebab
from app.formats.yaml_source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLE_FILES = ("role", "scorecard", "competencies", "onboarding", "metrics", "ladder", "guide")
"""The files of a role by their names without the ending, in the order in which people read them."""

MOST_ID = 80


@dataclass(frozen=True, slots=True)
class Layout:
    """The role's id and its files under the program's names; or the faults that keep them from being told."""

    role: str
    files: Mapping[str, str]
    ignored: tuple[str, ...]
    faults: tuple[str, ...]


def role_file(role: str, part: str) -> str:
    """Return the name of a role's file, such as `rubrics/senior-ml-pm/ladder.yaml`."""
    return f"rubrics/{role}/{part}.yaml"


def case_file(case: str) -> str:
    """Return the name of a case study's file."""
    return f"case_studies/{case}.yaml"


def is_id(text: str) -> bool:
    """Tell whether a text may name a role or a case study: kebab-case, and not endless."""
    return len(text) <= MOST_ID and is_kebab(text)


def arrange(texts: Mapping[str, str]) -> Layout:
    """Give loose files, by their paths, the names that the program knows them by."""
    parts = {path: text for path, text in texts.items() if _stem(path) in ROLE_FILES and not _is_case(path, text)}
    cases = {path: text for path, text in texts.items() if _is_case(path, text)}
    ignored = tuple(sorted(texts.keys() - parts.keys() - cases.keys()))
    folders = sorted({_folder(path) for path in parts})
    if len(folders) != 1:
        return Layout("", {}, ignored, (_which_role(folders),))
    role = _role_id(parts, folders[0])
    faults = [] if is_id(role) else [_unfit_id(role)]
    faults += [_unfit_case(path) for path in cases if not is_id(_stem(path))]
    if faults:
        return Layout("", {}, ignored, tuple(faults))
    named = {role_file(role, _stem(path)): text for path, text in parts.items()}
    named |= {case_file(_stem(path)): text for path, text in cases.items()}
    if len(named) < len(parts) + len(cases):
        return Layout("", {}, ignored, ("Two files would get the same name. Keep one of each, ending in .yaml.",))
    return Layout(role, named, ignored, ())


def _which_role(folders: list[str]) -> str:
    if not folders:
        return "There is no role in it. Put in a role.yaml, with the other files of the role beside it."
    listed = " and ".join(f"“{folder or 'the top'}”" for folder in folders[:4])
    return f"Files of more than one role lie in {listed}. Upload one role at a time."


def _role_id(parts: Mapping[str, str], folder: str) -> str:
    """Return the id that role.yaml gives, else the folder's name."""
    for path, text in parts.items():
        if _stem(path) == "role":
            top = read_yaml(text.encode()).top
            written = top.get("id") if top else None
            if isinstance(written, str):
                return written
    return folder.rpartition("/")[2]


def _unfit_id(role: str) -> str:
    if not role:
        return "Nothing says which role this is. Give role.yaml an id, such as `id: data-engineer`."
    shown = "".join(character for character in role[:MOST_ID] if character.isprintable())
    return f"The role's id “{shown}” cannot be used. Write it in small letters, digits and hyphens, like data-engineer."


def _unfit_case(path: str) -> str:
    shown = path[-MOST_ID:]
    return f"The case study “{shown}” needs a name in small letters, digits and hyphens, like cost-modeling.yaml."


def _is_case(path: str, text: str) -> bool:
    if _folder(path).rpartition("/")[2] == "case_studies":
        return True
    if _stem(path) in ROLE_FILES:
        return False
    return any(line.partition("#")[0].split() == ["kind:", "case-study"] for line in text.splitlines()[:50])


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
