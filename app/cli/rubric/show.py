"""`rubric show`: one blueprint, in short or whole."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from app.cli.rubric import check
from app.cli.rubric.folders import folder_of, loaded

if TYPE_CHECKING:
    import argparse

    from app.domain.blueprint import Blueprint

HELP = "summarize one blueprint"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("role", metavar="ROLE|FOLDER")
    parser.add_argument("--json", action="store_true", help="print the whole blueprint as JSON, with its hash")


def run(arguments: argparse.Namespace) -> int:
    """Print the blueprint; return 0, or 2 when it has faults."""
    folder = folder_of(arguments.role)
    blueprint = loaded(folder).blueprint
    if blueprint is None:
        return check.report([folder], as_json=arguments.json)
    lines = [json.dumps(_facts(blueprint), indent=2)] if arguments.json else _summary(blueprint)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _facts(blueprint: Blueprint) -> dict[str, object]:
    from app.domain.blueprint import canonical_json, digest

    canonical = canonical_json(blueprint)
    return {"sha256": digest(canonical), "blueprint": json.loads(canonical)}


def _summary(blueprint: Blueprint) -> list[str]:
    from app.domain.blueprint import canonical_json, digest

    card = blueprint.scorecard
    return [
        blueprint.role.title,
        *(_scoring(blueprint) if card.rates else ["no scorecard: nobody can be hired with this role"]),
        *_parts(blueprint),
        "",
        f"sha256 {digest(canonical_json(blueprint))}",
    ]


def _scoring(blueprint: Blueprint) -> list[str]:
    """Return what candidates are rated with."""
    card = blueprint.scorecard
    scale = ", ".join(f"{point.value} {point.title}" for point in card.scale.points)
    width = max(len(dimension.title) for dimension in card.dimensions)
    return [
        f"scale: {scale}; the bar is {card.scale.meets}",
        "",
        f"{'dimension':<{width}}  weight  anchors  probes  signals",
        *(
            f"{one.title:<{width}}  {'none' if one.weight is None else one.weight:>6}  {len(one.anchors):>7}"
            f"  {len(card.probes_for(one.id)):>6}  {len(card.signals_for(one.id)):>7}"
            for one in card.dimensions
        ),
        "",
        f"probes: {len(card.probes)}, signals: {len(card.signals)}, rule: {card.decision.kind}",
        *(
            f"case {case.label}: {case.title}, {case.minutes_min} to {case.minutes_max} minutes, "
            f"{' or '.join(case.formats)}, {len(case.outputs)} outputs"
            for case in blueprint.case_studies
        ),
    ]


def _parts(blueprint: Blueprint) -> list[str]:
    """Return a line for each part beyond the scorecard that this blueprint has."""
    onboarding, metrics, ladder, guide = blueprint.onboarding, blueprint.metrics, blueprint.ladder, blueprint.guide
    groups = dict.fromkeys(competency.group for competency in blueprint.competencies)
    lines = [
        blueprint.chapters and f"chapters: {', '.join(chapter.id for chapter in blueprint.chapters)}",
        groups and f"competencies: {len(blueprint.competencies)}, in {', '.join(groups)}",
        onboarding and f"milestones: {', '.join(milestone.id for milestone in onboarding.milestones)}",
        metrics and f"metrics: {len(metrics.metrics)}",
        ladder and f"levels: {', '.join(level.id for level in ladder.levels)}",
        guide and f"plans to prepare: {', '.join(plan.title.lower() for plan in guide.plans)}",
    ]
    return [line for line in lines if isinstance(line, str)]
