"""The least that a role, or one more file of it, may hold: what a new draft begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from app.formats.archive_layout import case_file, role_file
from app.formats.blueprint_lint import texts
from app.formats.plain_text import Spot
from app.formats.yaml_source import YamlMap, read_yaml
from app.formats.yaml_text import yaml_text

_FURTHER = ("scorecard", "competencies", "onboarding", "metrics", "ladder", "guide")
_POINTS = [{"value": 1, "title": "Below the bar"}, {"value": 2, "title": "Meets the bar"}]
_ANCHORS = {1: "Describe what somebody does who is not there yet.", 2: "Describe what meets the bar, in behavior."}


def skeleton(role: str, title: str) -> dict[str, str]:
    """Return the files of a new role: one that says what it is for, so that it can be read from the first day."""
    top = {
        **_frame("role", role),
        "title": title,
        "summary": ["Say here, in a paragraph, what this role does and for whom."],
        "mission": {"core": "Say here, in a sentence, what the role is there for."},
    }
    return {role_file(role, "role"): yaml_text(top)}


def further(role: str, part: str) -> tuple[str, str]:
    """Return the name and text of one more file of a role, without faults and with something to replace."""
    bodies: Mapping[str, dict[str, object]] = {
        "scorecard": {
            "scale": {"points": _POINTS, "meets": 2},
            "dimensions": [
                {
                    "id": "first-dimension", "title": "First dimension", "weight": 100,
                    "anchors": {point: {"text": text, "origin": "house"} for point, text in _ANCHORS.items()},
                }
            ],
        },
        "competencies": {
            "competencies": [{"id": "first-competency", "title": "First competency", "group": "technical"}]
        },
        "onboarding": {
            "milestones": [
                {"id": "day-30", "title": "First 30 days", "offset": "P30D", "goals": ["Say what is reached by then."]}
            ]
        },
        "metrics": {
            "metrics": [
                {
                    "id": "first-metric", "title": "First metric", "measures": "Say what it measures.",
                    "why": "Say why it matters.", "target": {"text": "Say what to aim at."}, "frequency": ["monthly"],
                }
            ]
        },
        "ladder": {"levels": [{"id": "first-level", "title": "First level", "track": "individual", "rank": 1}]},
        "guide": {"intro": ["Say how somebody grows into the role."]},
    }  # fmt: skip
    return role_file(role, part), yaml_text(_frame(part, role) | bodies[part])


def further_case(case: str, dimension: str) -> tuple[str, str]:
    """Return the name and text of a new case study that bears on one dimension."""
    top = {
        **_frame("case-study", case),
        "label": "Case",
        "title": case.replace("-", " ").capitalize(),
        "applicability": "For every candidate.",
        "duration": {"min": "PT45M", "max": "PT60M", "origin": "house"},
        "format": ["live"],
        "prompt": "Say what the candidate is asked to work out.",
        "outputs": ["Say what the candidate hands in."],
        "dimensions": [dimension],
    }
    return case_file(case), yaml_text(top)


def check_examples(top: YamlMap) -> Iterator[Spot]:
    """Yield each text that is still the sentence with which a new file begins."""
    for line, text in texts(top, top.line):
        if text in _examples():
            yield Spot(line, f"still the example “{text}”: write your own")


@cache
def _examples() -> frozenset[str]:
    """The sentences of this module that ask for another sentence; its other texts may well be meant."""
    written = [*skeleton("x", "X").values(), *(further("x", part)[1] for part in _FURTHER), further_case("x", "x")[1]]
    tops = (read_yaml(text.encode()).top for text in written)
    return frozenset(text for top in tops for _line, text in texts(top, 1) if text.startswith(("Say ", "Describe ")))


def title_of(text: str) -> str:
    """Return the title that a role's file gives, or nothing."""
    top = read_yaml(text.encode()).top
    written = top.get("title") if top else None
    return written if isinstance(written, str) else ""


def _frame(kind: str, name: str) -> dict[str, object]:
    return {"schema": "rubric/1", "kind": kind, "id": name, "version": "1"}
