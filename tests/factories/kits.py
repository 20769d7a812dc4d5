"""Interview kits on paper, as frozen facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.blueprint import CaseStudy, Entry, Probe, Role
from app.domain.kit_document import KitDocument, PassedOn
from tests.factories import documents

if TYPE_CHECKING:
    from app.domain.blueprint import Scorecard

NOTE = "Go into the vendor contract: we ran out of time.\n\nWho owned it, and what changed since?"
PROMPT = "You are given last quarter's numbers.\n\nDecide what to build first, and say what you would not build."


def kit_document() -> KitDocument:
    """A kit with everything in it, with a name that needs accents and a time in another zone."""
    return KitDocument(
        company=documents.COMPANY,
        requisition=documents.REQUISITION,
        candidate="Anneliese Oyelaran-Fitzgerald",
        headline="Product lead at Northwind",
        blueprint=documents.STAMP,
        role=Role("senior-ml-pm", "Senior ML PM", "Owns what a model is for.", "Make predictions that people can use."),
        scorecard=_scorecard(),
        interview="Case talk",
        kind="Case study",
        starts_at=datetime(2026, 11, 24, 13, 0, tzinfo=UTC),
        minutes=75,
        place="https://meet.example.org/northwind-room",
        focus=("ml-product-strategy", "metrics-experimentation", "customer-empathy"),
        musts=("technical-fluency",),
        case=CaseStudy(
            "shortlist", "Case A", "The shortlist", "Any candidate.", 45, 60, ("live",), PROMPT,
            (Entry("A one-page plan", items=(Entry("with one number"),)), Entry("What you left out")), (),
        ),
        notes=(PassedOn("Łukasz Wiśniewski", "Hiring manager", NOTE),),
        documents=("cv.pdf", "talk.pdf"),
        zone="Europe/Warsaw",
    )  # fmt: skip


def bare_kit() -> KitDocument:
    """A kit without a time, probes, anchors or anything beside."""
    whole = kit_document()
    dimension = replace(whole.scorecard.dimensions[0], anchors=())
    card = replace(whole.scorecard, dimensions=(dimension,), probes=())
    return replace(
        whole, scorecard=card, focus=(dimension.id,), starts_at=None, place="", headline="", case=None, notes=(),
        documents=(), role=Role("pm", "PM"), musts=(),
    )  # fmt: skip


def blind_kit() -> KitDocument:
    """A kit of a cancelled interview in a blind review: a code for the name, and the redacted text."""
    text = "Led pricing for three years.\n\n[school removed]\n\n" + "Built forecasts that people used. " * 60
    return replace(kit_document(), candidate="Candidate 3FA9C", headline="", documents=(), resume=text, cancelled=True)


def _scorecard() -> Scorecard:
    probes = (
        Probe("bet", "A bet", "Which bet did you stop, and why?", ("ml-product-strategy",)),
        Probe("metric", "A number", "Which number did you refuse to use?", ("metrics-experimentation",)),
    )
    return replace(documents.scorecard(), probes=probes)
