"""Turns a document's facts into its page: the same page is printed by the browser and set as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from app import paths
from app.domain import ruling
from app.domain.documents import (
    BlueprintDocument,
    ComparisonDocument,
    DecisionDocument,
    Document,
    PacketDocument,
    PlanDocument,
    PreparationDocument,
    PromotionDocument,
    ReviewDocument,
    ScorecardDocument,
    YearDocument,
)
from app.domain.fairness.report import ImpactDocument
from app.domain.growth.minutes import MinutesDocument
from app.domain.growth.papers import JointDocument, SelfDocument
from app.domain.kit_document import KitDocument
from app.domain.privacy.certificate import ErasureCertificate
from app.domain.privacy.data_copy import DataCopy
from reports import (
    book,
    certainty,
    contents,
    figures,
    first_years,
    growing,
    preparing,
    promoting,
    role_wording,
    wording,
)
from reports.resources import FOLDER, Paper, browser_sheet

Kind = Literal[
    "scorecard",
    "packet",
    "comparison",
    "decision",
    "blueprint",
    "preparation",
    "onboarding-plan",
    "milestone-review",
    "first-year",
    "promotion-packet",
    "self-assessment",
    "joint-assessment",
    "calibration-minutes",
    "adverse-impact",
    "kit",
    "erasure",
    "data-copy",
]
_TYPES: dict[Kind, type] = {
    "scorecard": ScorecardDocument,
    "packet": PacketDocument,
    "comparison": ComparisonDocument,
    "decision": DecisionDocument,
    "blueprint": BlueprintDocument,
    "preparation": PreparationDocument,
    "onboarding-plan": PlanDocument,
    "milestone-review": ReviewDocument,
    "first-year": YearDocument,
    "promotion-packet": PromotionDocument,
    "self-assessment": SelfDocument,
    "joint-assessment": JointDocument,
    "calibration-minutes": MinutesDocument,
    "adverse-impact": ImpactDocument,
    "kit": KitDocument,
    "erasure": ErasureCertificate,
    "data-copy": DataCopy,
}
KINDS: tuple[Kind, ...] = tuple(_TYPES)


def page(kind: Kind, document: Document, paper: Paper) -> str:
    """The page without styles, ready for the engine, which holds the style sheet itself.

    Raises ``TypeError`` when ``document`` is not of this ``kind``.
    """
    return _render(kind, document, paper, style="", address="")


def styled_page(kind: Kind, document: Document, paper: Paper, *, address: str = "") -> str:
    """The page for a browser: with its styles inside, or linked from ``address`` where those are not allowed."""
    style = "" if address else browser_sheet(paper)
    return _render(kind, document, paper, style=style, address=address)


def _render(kind: Kind, document: Document, paper: Paper, *, style: str, address: str) -> str:
    if not isinstance(document, _TYPES[kind]):
        message = f"a {kind} is made from a {_TYPES[kind].__name__}, not from a {type(document).__name__}"
        raise TypeError(message)
    template = _environment().get_template(f"{kind}/{kind}.html")
    own_style = Markup(style)  # noqa: S704 - the style sheet is ours, from this package; everything else is escaped
    return template.render(document=document, paper=paper, style=own_style, address=address)


@cache
def _environment() -> Environment:
    charts = FileSystemLoader(paths.templates_dir() / "charts")
    own = {name: FileSystemLoader(FOLDER / name) for name in ("shared", *KINDS)}
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PrefixLoader({**own, "charts": charts}),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(wording.FILTERS | role_wording.FILTERS | first_years.FILTERS)
    environment.globals.update(
        SIGNAL_TITLES=wording.SIGNAL_TITLES,
        SIGNAL_WORDS=wording.SIGNAL_WORDS,
        DUTY_TITLES=wording.DUTY_TITLES,
        groups=groups,
        figures=figures,
        book=book,
        contents=contents,
        preparing=preparing,
        promoting=promoting,
        years=first_years,
        growth=growing,
        words=role_wording,
        sure=certainty,
        rule_basis=ruling.basis,
    )
    return environment


def groups(columns: Sequence[object], largest: int) -> list[Sequence[object]]:
    """Cut columns into pages of even size, none wider than ``largest``: 9 by 7 gives 5 and 4, not 7 and 2."""
    pages = max(1, -(-len(columns) // largest))
    size, wider = divmod(len(columns), pages)
    cuts, start = [], 0
    for number in range(pages):
        end = start + size + (number < wider)
        cuts.append(columns[start:end])
        start = end
    return cuts
