"""The parts in which a blueprint is read, one page each, and the titles of what stands in them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint


class Part(StrEnum):
    """One page of a blueprint; the value is the page's address below the version's, the overview's own being empty."""

    OVERVIEW = "overview"
    ROLE = "role"
    SCORECARD = "scorecard"
    CASES = "cases"
    COMPETENCIES = "competencies"
    PLAN = "plan"
    METRICS = "metrics"
    LADDER = "ladder"
    GUIDE = "guide"

    @property
    def words(self) -> str:
        """The part's title."""
        return _PARTS[self]


_PARTS = {
    Part.OVERVIEW: "At a glance",
    Part.ROLE: "The role",
    Part.SCORECARD: "Scorecard",
    Part.CASES: "Case studies",
    Part.COMPETENCIES: "Competencies",
    Part.PLAN: "First year",
    Part.METRICS: "Metrics",
    Part.LADDER: "Ladder",
    Part.GUIDE: "Guide",
}
_CHAPTERS = {
    "ai-impact": "What AI changes",
    "environment": "Environment",
    "mission": "Mission",
    "summary": "Summary",
    "summary-card": "Role summary card",
    "experience": "Experience and background",
    "success": "What success looks like",
    "variants": "How the role varies",
}
_ABBREVIATIONS = {"ai": "AI", "hr": "HR", "ic": "IC", "ml": "ML", "pm": "PM"}
OVERVIEW_CHAPTERS = ("summary", "mission", "summary-card")
"""The chapters that are read on the overview; all others make up the part `role`."""


def chapter_title(chapter_id: str) -> str:
    """Return a chapter's title, which is its id in plain words where the format names none."""
    return _CHAPTERS.get(chapter_id) or plain(chapter_id)


def group_title(group: str) -> str:
    """Return a competency group's title: `technical/must-have` is "Technical, must have"."""
    return ", ".join(plain(step) if not index else plain(step).lower() for index, step in enumerate(group.split("/")))


def level_title(blueprint: Blueprint, level_id: str) -> str:
    """Return the title of the ladder's level with this id, or the id in plain words where the ladder has none."""
    levels = blueprint.ladder.levels if blueprint.ladder else ()
    return next((level.title for level in levels if level.id == level_id), plain(level_id))


def plain(word: str) -> str:
    """Return an id as a title: `decision-rights` is "Decision rights"."""
    words = [_ABBREVIATIONS.get(one.lower(), one) for one in word.replace("_", "-").split("-") if one]
    joined = " ".join(words)
    return joined[:1].upper() + joined[1:]
