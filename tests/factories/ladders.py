"""Published ladders in small, and whole ones where they lie beside the checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import paths

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = """\
name: Bakery
summary: >
  What bakers of this street show.
googleSheetId: sheet-1
isLegacy: true

levels:
  - id: baker
    name: Baker
  - id: master-ic
    name: Master (Individual Contributor)
  - id: master-pm
    name: Master (People Manager)
  - id: head
    name: Head of Bakery
    salaryBand: 7

themes:
  - id: dough
    name: Dough
    summary: |
      From flour
      to loaf.
  - id: guests
    name: Guests & Neighbours
    colour: red

competencies:
  - id: 11111111-1111-4111-8111-111111111111
    summary: Weighs the\u00a0water
    examples:
      - "Scale example: writes it down"
      - Asks when unsure
    supportingUrls:
      - label: How to weigh
        url: https://example.org/weigh
    level: baker
    theme: dough
    proficiency: Working knowledge

  - id: 22222222-2222-4222-8222-222222222222
    summary: Greets\u200b everyone
    examples: []
    level: baker
    theme: guests
    proficiency: Awareness

  - id: 33333333-3333-4333-8333-333333333333
    summary: Teaches the night shift
    examples: [Draws the oven]
    level: master-pm
    theme: dough
    proficiency: Expert
    reviewer: Ada

  - id: 44444444-4444-4444-8444-444444444444
    summary: Bakes what nobody baked before
    level: master-ic
    theme: dough
    proficiency: Expert
"""
FAMILY_COUNTS = {
    "competencies": 2,
    "groups": 1,
    "rungs": 4,
    "criteria": 4,
    "examples": 3,
    "levels": 4,
    "requirements": 4,
}

TABLE = """\
Path,Job title,Competency,Skill,Key behavior,Notes
Craft,Baker,Technique,Dough,Weighs the water,from 2024
Craft,Baker,Technique,Dough,"Feels when it is ready,
and says so",
Craft,Master Baker,Technique,Dough,Adjusts to the flour,
Craft,Master Baker,People,Teaching,Shows it twice,keep
Management,Shift Lead,People,Teaching,Plans who learns what,
"""
TABLE_COUNTS = {
    "competencies": 2,
    "groups": 2,
    "rungs": 4,
    "criteria": 5,
    "examples": 0,
    "levels": 3,
    "requirements": 4,
}

WHOLE_COUNTS = {
    "engineering-v1.yml": (4, 1, 16, 101, 257, 4, 16),
    "engineering.yml": (9, 1, 72, 72, 0, 8, 72),
    "operations.yml": (4, 1, 12, 48, 74, 3, 12),
}
"""What whole imports yield, in the order of the counts above."""


def whole_families() -> list[Path]:
    """Return the published job families that lie in a folder beside the checkout; none on most machines."""
    return sorted(paths.root().parent.glob("*/data/ladders/ft/data/job-families/*.yml"))
