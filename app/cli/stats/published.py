"""A published table on adverse impact, worked out again: both ratios side by side, and what cannot be is flagged."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.analysis.adverse_impact import Group, impact
from app.formats.published_csv import PublishedGroup, read_published

if TYPE_CHECKING:
    import argparse

HELP = "a published table of ratios, worked out again"
ABOVE_ONE = "the printed ratio is above 1, which no group can have against the highest rate"
DIFFERS = "the printed ratio is not what the counts give"
SMALL = "the group is under 2 % of the people, so it can be no reference"
_SMALL_SHARE = Fraction(2, 100)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a header with group,people,selected,ratio")


def answer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Row by row what was printed, what the counts give, and the flags."""
    table = read_published(arguments.file)
    found = impact([Group(one.group, one.people, one.selected) for one in table.groups])
    ratios = {one.group.name: one.ratio for one in found.groups}
    total = sum(one.people for one in table.groups)
    groups = [_row(one, ratios[one.group], total) for one in table.groups]
    flagged = sum(bool(one["flags"]) for one in groups)
    return {
        "command": "published",
        "file": table.file,
        "sha256": table.sha256,
        "reference": found.reference,
        "groups": groups,
        "warnings": [f"{flagged} of {len(groups)} rows are flagged."] if flagged else [],
    }


def _row(one: PublishedGroup, ratio: Fraction | None, total: int) -> dict[str, Any]:
    return {
        "line": one.line,
        "group": one.group,
        "people": one.people,
        "selected": one.selected,
        "printed": None if one.printed is None else float(one.printed),
        "recomputed": None if ratio is None else float(ratio),
        "recomputed_exact": None if ratio is None else f"{ratio.numerator}/{ratio.denominator}",
        "flags": _flags(one, ratio, total),
    }


def _flags(one: PublishedGroup, ratio: Fraction | None, total: int) -> list[str]:
    flags = []
    # Half of the last digit that was printed: a rounded ratio is no fault.
    within = Fraction(1, 2 * 10**one.digits)
    if one.printed is not None and one.printed > 1 + within:
        flags.append(ABOVE_ONE)
    if one.printed is not None and ratio is not None and abs(one.printed - ratio) > within:
        flags.append(DIFFERS)
    if one.people < _SMALL_SHARE * total:
        flags.append(SMALL)
    return flags
