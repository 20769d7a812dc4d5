"""A role with a guide, for tests of preparing: two plans, two capabilities, a keyword, and what they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain import preparation
from app.domain.blueprint import Blueprint
from app.domain.competency import Competency
from app.domain.entry import Entry, Section
from app.domain.guide import Guide, Plan
from app.models.engine import writing
from tests.factories.hiring import make_blueprint_version, small_blueprint

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

HOUR = ("Read one case study", "Say what overfitting is", "Write three points")
WEEK = ("Build a classifier", "Write a brief")
ROLE = "guided-manager"

_COMPETENCIES = (
    Competency("evaluation", "Model evaluation", "technical", "important"),
    Competency("data", "Data literacy", "technical", "critical"),
    Competency("calm", "Calm under pressure", "behavioural"),
)
_SECTIONS = (
    Section(
        "capabilities", "Capabilities", (Entry("Metrics", refs=("evaluation",)), Entry("Pipelines", refs=("data",)))
    ),
    Section("resume-keywords", "Resume keywords", (Entry("Evaluation with F1", refs=("evaluation",)),)),
)


def guided_blueprint(hour: tuple[str, ...] = HOUR, *, role: str = ROLE, title: str = "Guided Manager") -> Blueprint:
    """The small blueprint with competencies and a guide; ``hour`` are the tasks of its first plan."""
    plain = small_blueprint(title, role=role)
    fluent = (replace(one, competencies=("evaluation", "data")) for one in plain.scorecard.dimensions[1:2])
    card = replace(plain.scorecard, dimensions=(plain.scorecard.dimensions[0], *fluent, plain.scorecard.dimensions[2]))
    plans = (
        Plan("hour-1", "One hour", "PT1H", tuple(Entry(text, detail=f"About {text.lower()}") for text in hour)),
        Plan("week-1", "One week", "P1W", tuple(Entry(text, refs=("data",)) for text in WEEK)),
    )
    return replace(plain, scorecard=card, competencies=_COMPETENCIES, guide=Guide(_SECTIONS, plans))


def make_guided(database: Database, blueprint: Blueprint | None = None, *, number: int = 1) -> UUID:
    """Publish a guided blueprint and return the version's id."""
    with writing(database.engine) as session:
        return make_blueprint_version(session, blueprint or guided_blueprint(), number=number).id


def key_of(text: str, blueprint: Blueprint | None = None) -> str:
    """The key of the item with this text."""
    guide = (blueprint or guided_blueprint()).guide
    return next(item.key for item in preparation.items(guide) if item.entry.text == text)
