"""Role blueprints to print: the shipped one, one with nothing in it, one without a scorecard, and a wordy one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from app.domain.blueprint import NO_SCORECARD, Blueprint, Role, canonical_json, digest
from app.domain.debrief import BlueprintStamp
from app.domain.documents import BlueprintDocument, PreparationDocument
from app.domain.entry import Entry, Section
from app.formats.blueprint_files import load_role
from app.paths import case_studies_dir, rubrics_dir

PUBLISHED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
COMPANY = "Harrow & Vale Analytics"
NOTE = "Says what a promotion has to show."


@cache
def shipped(role: str = "senior-ml-pm") -> Blueprint:
    """A role that comes with the program."""
    found = load_role(rubrics_dir() / role, case_studies_dir()).blueprint
    assert found
    return found


def minimal() -> Blueprint:
    """A role of a title and a mission."""
    return Blueprint(Role("baker", "Baker", mission="Bread for the whole street by seven."))


def climbed() -> Blueprint:
    """The shipped role without a scorecard and its cases: to be read and climbed, not hired with."""
    return replace(shipped(), scorecard=NO_SCORECARD, case_studies=())


def wordy() -> Blueprint:
    """Texts longer than a page, words longer than a line, long lists, and entries far below entries."""
    known = shipped()
    chapter = known.chapter("responsibilities")
    paragraph = "Measures what changes for people before and after, and says so. " * 120
    deep = Entry("The seventh step down")
    for step in ("sixth", "fifth", "fourth", "third", "second", "first"):
        deep = Entry(f"The {step} step down", items=(deep,))
    long = Section("long", "A title that goes on and on, " * 6, (
        Entry(paragraph.strip(), detail=paragraph.strip()),
        Entry("Donaudampfschifffahrt" * 12),
        deep,
        *(Entry(f"Entry number {number} of many") for number in range(180)),
    ))  # fmt: skip
    return replace(
        known, chapters=(replace(chapter, sections=(long, *chapter.sections)),), competencies=(), ladder=None
    )


def stamp(blueprint: Blueprint, number: int = 3) -> BlueprintStamp:
    """The version that a document rests on."""
    return BlueprintStamp(blueprint.role.id, blueprint.role.title, number, digest(canonical_json(blueprint)))


def book(blueprint: Blueprint | None = None, **changes: object) -> BlueprintDocument:
    """A published version as a book."""
    held = blueprint or shipped()
    document = BlueprintDocument(COMPANY, stamp(held), held, PUBLISHED, NOTE, "Europe/Berlin")
    return replace(document, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def preparation() -> PreparationDocument:
    """The sheets that candidates for the shipped role prepare with."""
    held = shipped()
    assert held.guide
    return PreparationDocument(COMPANY, stamp(held), held.role, held.guide, PUBLISHED, "Europe/Berlin")
