"""Whether a process treats groups alike: selection rates, four fifths, chance, and scoring rates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.analysis.adverse_impact import SMALL_CELL, Group, GroupImpact, impact, scoring_rates
from app.formats.impact_csv import People, read_people

if TYPE_CHECKING:
    import argparse
    from fractions import Fraction

HELP = "selection and scoring rates of groups"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a header with group,selected and perhaps score")


def answer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Rates, ratios and what may be said of them; the file's holder sees every cell here."""
    people = read_people(arguments.file)
    found = impact([Group(name, *counts) for name, counts in people.groups.items()])
    known = sum(n for n, _ in people.groups.values())
    selected = sum(s for _, s in people.groups.values())
    return {
        "command": "impact",
        "file": people.file,
        "sha256": people.sha256,
        "n": known + people.unknown[0],
        "n_known": known,
        "n_unknown": people.unknown[0],
        "selected_known": selected,
        "selected_unknown": people.unknown[1],
        "reference": found.reference,
        "groups": [_group(one) for one in found.groups],
        "scoring": _scoring(people),
        "warnings": _warnings(people),
    }


def _group(one: GroupImpact) -> dict[str, Any]:
    return {
        "group": one.group.name,
        "n": one.group.people,
        "selected": one.group.selected,
        "rate": float(one.group.rate),
        "rate_exact": _exact(one.group.rate),
        "share": float(one.share),
        "small": one.group.people < SMALL_CELL,
        "compared": one.compared,
        "reference": one.reference,
        "impact_ratio": float(one.ratio) if one.ratio is not None else None,
        "impact_ratio_exact": _exact(one.ratio),
        "low": one.low,
        "high": one.high,
        "below_four_fifths": one.below_four_fifths,
        "fisher_p": one.fisher_p,
        "z": one.z,
        "z_valid": one.z_valid,
        "selections_to_four_fifths": one.selections_to_four_fifths,
        "one_different": one.one_different,
        "enough_data": one.enough_data,
        "needed_per_group": one.needed_per_group,
        "verdict": one.verdict,
    }


def _scoring(people: People) -> dict[str, Any] | None:
    if not people.scores:
        return None
    median, found = scoring_rates([score for score, _ in people.scores], [group for _, group in people.scores])
    return {
        "median": float(median) if median is not None else None,
        "median_exact": _exact(median),
        "n": len(people.scores),
        "reference": found.reference,
        "groups": [
            {
                "group": one.group.name,
                "n": one.group.people,
                "above": one.group.selected,
                "rate": float(one.group.rate),
                "compared": one.compared,
                "impact_ratio": float(one.ratio) if one.ratio is not None else None,
                "below_four_fifths": one.below_four_fifths,
            }
            for one in found.groups
        ],
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def _warnings(people: People) -> list[str]:
    if people.unknown[0]:
        return [f"{people.unknown[0]} people of an unknown group are counted and left out of every rate."]
    return []
