"""Writes a blueprint as the files of its role: reading them gives the same blueprint again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.formats.blueprint_notes import CASE, case_file, written_note
from app.formats.blueprint_schema import SCHEMA
from app.formats.role_write import case_map, given, guide_map, ladder_map, plain, role_map, scorecard_map
from app.formats.yaml_text import yaml_text

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint

_VERSION = "1"
"""What a file's `version` begins with; a blueprint keeps only that of its scorecard."""


def write_role(blueprint: Blueprint) -> dict[str, str]:
    """Return the YAML of each file by its name, such as `rubrics/<role>/role.yaml` or `case_studies/<case>.yaml`.

    The blueprint is one that can be loaded; `load_files` of the result gives an equal one.
    """
    role, card = blueprint.role, blueprint.scorecard
    version = card.version if card.rates else _VERSION
    written = {
        f"rubrics/{role.id}/{part}.yaml": _file(blueprint, part, role.id, version, body)
        for part, body in _parts(blueprint).items()
    }
    for case in blueprint.case_studies:
        written[case_file(case.id)] = _file(blueprint, case_file(case.id), case.id, _VERSION, case_map(case))
    return written


def _parts(blueprint: Blueprint) -> dict[str, dict[str, object]]:
    """Return what each file of the role says beside its head; a part that is not there has no file."""
    card, metrics = blueprint.scorecard, blueprint.metrics
    parts: dict[str, dict[str, object] | None] = {
        "role": role_map(blueprint.role, blueprint.chapters),
        "scorecard": scorecard_map(card, blueprint.case_studies) if card.rates else None,
        "competencies": {"competencies": plain(blueprint.competencies)},
        "onboarding": given(blueprint.onboarding) if blueprint.onboarding else None,
        "metrics": given(metrics) if metrics else None,
        "ladder": ladder_map(blueprint.ladder) if blueprint.ladder else None,
        "guide": guide_map(blueprint.guide) if blueprint.guide else None,
    }
    if not blueprint.competencies and not _beside(blueprint, "competencies"):
        parts["competencies"] = None
    return {part: body for part, body in parts.items() if body is not None}


def _file(blueprint: Blueprint, part: str, name: str, version: str, body: dict[str, object]) -> str:
    kind = "case-study" if part.startswith("case_studies/") else part
    title = {"title": body.pop("title")} if part == "role" else {}
    head = {"schema": SCHEMA, "kind": kind, "id": name, "version": version, **title}
    return yaml_text({**head, **_beside(blueprint, part), **body})


def _beside(blueprint: Blueprint, part: str) -> dict[str, object]:
    """Return the notes and the `meta` of a file: each key only where there is something under it."""
    case = part.startswith("case_studies/")
    section = f"{CASE}{part.removeprefix('case_studies/').removesuffix('.yaml')}" if case else part
    file = part if case else f"{part}.yaml"
    notes = [written_note(entry) for one in blueprint.notes if one.id == section for entry in one.entries]
    meta = {one.key: json.loads(one.json) for one in blueprint.meta if one.file == file}
    return {**({"notes": notes} if notes else {}), **({"meta": meta} if meta else {})}
