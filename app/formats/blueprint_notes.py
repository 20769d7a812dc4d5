"""What any file of a role may carry beside its own content: notes for its readers, and `meta`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.blueprint import Meta
from app.domain.entry import Entry, Section
from app.formats.role_build import entries
from app.formats.role_write import given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.formats.blueprint_schema import CaseShape, EntryShape, FileShape

TITLES = {
    "role": "The role",
    "scorecard": "Scorecard",
    "competencies": "Competencies",
    "onboarding": "The first year",
    "metrics": "Metrics",
    "ladder": "Ladder",
    "guide": "Guide",
}
"""What the notes of each file stand under; those of a case study stand under its title."""

CASE = "case-"
"""Begins the id of the section that holds a case study's notes."""


def build_notes(files: Mapping[str, FileShape | None], cases: Sequence[CaseShape]) -> tuple[Section, ...]:
    """Return a section for each file that has notes, those of the role first."""
    held = [
        *((name, TITLES[name], shape) for name, shape in files.items()),
        *((f"{CASE}{case.id}", case.title, case) for case in cases),
    ]
    return tuple(Section(name, title, _entries(shape.notes)) for name, title, shape in held if shape and shape.notes)


def written_note(note: Entry) -> object:
    """Return a note as its file has it: one of the house without its origin, one of the source with it."""
    held: dict[str, object] = {"id": note.id} if note.id else {}
    held |= given(note, without=("origin", "items"))
    if note.origin == "source":
        held["origin"] = note.origin
    if note.items:
        held["items"] = [written_note(item) for item in note.items]
    return note.text if held.keys() == {"text"} else held


def build_meta(files: Mapping[str, FileShape | None], cases: Sequence[CaseShape]) -> tuple[Meta, ...]:
    """Return each top-level key of each file's `meta`, in the order in which it was written."""
    held = [
        *((f"{name}.yaml", shape) for name, shape in files.items()),
        *((case_file(case.id), case) for case in cases),
    ]
    return tuple(one for name, shape in held if shape for one in _meta(name, shape.meta))


def case_file(case_id: str) -> str:
    """Return the name under which a case study's `meta` is kept."""
    return f"case_studies/{case_id}.yaml"


def _meta(file: str, meta: Mapping[str, object]) -> Iterator[Meta]:
    for key, held in meta.items():
        # Keys of inner maps may be whole numbers beside words: sorting would not know their order.
        yield Meta(file, key, json.dumps(held, ensure_ascii=False, separators=(",", ":")))


def _entries(shapes: Sequence[EntryShape]) -> tuple[Entry, ...]:
    """Return notes as the domain holds them: they tell of the text, so whoever wrote the file wrote them.

    Everything else in a blueprint is the source's unless it says otherwise; notes are the house's.
    """
    pairs = zip(entries(shapes), shapes, strict=True)
    return tuple(
        replace(
            entry,
            origin=shape.origin if "origin" in shape.model_fields_set else "house",
            items=_entries(shape.items),
        )
        for entry, shape in pairs
    )
