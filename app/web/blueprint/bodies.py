"""The body of a part's page: drawn once for a version and kept, as neither the text nor who may read it changes.

Everybody who may read blueprints reads the same, so the fragment holds nothing about its reader. What does change (the
frame, what is newest, the reader's menu) is drawn around it for each request.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, render_template
from markupsafe import Markup

from app.domain.change.words import counted, distance
from app.domain.climb import asked, career_paths, steps, typical_time
from app.domain.figure import Bar
from app.domain.outline import Part
from app.domain.outline_walk import PATHS, SIGNALS, paragraphs, promotion_title
from app.domain.part import OVERVIEW_CHAPTERS, chapter_title, group_title, level_title, plain
from app.domain.ruling import stated
from app.web.blueprint.contents import headings
from app.web.blueprint.measuring import DIRECTIONS, Choice, options

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint, Scorecard
    from app.domain.milestone import Offset
    from app.web.blueprint.book import Book

_ROOM = 200
_WORDS: dict[str, object] = {
    "chapter_title": chapter_title,
    "counted": counted,
    "distance": distance,
    "group_title": group_title,
    "level_title": level_title,
    "overview_chapters": OVERVIEW_CHAPTERS,
    "paragraphs": paragraphs,
    "path_titles": PATHS,
    "plain": plain,
    "promotion_title": promotion_title,
    "signal_words": SIGNALS,
    "typical_time": typical_time,
}
"""How the templates put ids and distances into words."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a part's page is the same for everybody: what stands beside it, what it says, where to go from it."""

    side: Markup
    text: Markup
    onward: Markup


def body(book: Book, part: Part, choice: Choice | None = None) -> Kept:
    """The body of a part's page; the metrics' are as many as there are ways to narrow them."""
    kept: OrderedDict[object, Kept] = current_app.extensions.setdefault("plumbline.blueprint_bodies", OrderedDict())
    key = (book.version_id, book.sha256, part, choice)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    drawn = draw(book, part, choice)
    kept[key] = drawn
    while len(kept) > _ROOM:
        kept.popitem(last=False)
    return drawn


def draw(book: Book, part: Part, choice: Choice | None = None) -> Kept:
    """Draw a body anew."""
    missing = next((line.missing for line in book.lines if line.part is part and not line.holds), "")
    facts = {
        **_WORDS,
        **({} if missing else _own(book.blueprint, part, choice or Choice())),
        "book": book,
        "blueprint": book.blueprint,
        "card": book.blueprint.scorecard,
        "headings": () if missing else headings(book, part),
        "missing": missing,
        "part": part,
        "Part": Part,
        "point": point,
    }
    side, text, onward = (
        Markup(render_template(f"blueprint/{name}.html", **facts))  # noqa: S704  our own templates escaped it
        for name in ("side", "part", "onward")
    )
    return Kept(side, text, onward)


def _own(blueprint: Blueprint, part: Part, choice: Choice) -> dict[str, object]:
    """What only this part's templates need."""
    if part is Part.METRICS and blueprint.metrics:
        return {"choice": choice, "ways": options(blueprint.metrics, choice), "directions": DIRECTIONS}
    if part is Part.LADDER:
        return {"asked": asked(blueprint), "steps": steps(blueprint), "paths": career_paths(blueprint)}
    if part is Part.SCORECARD:
        return {"weights": _weights(blueprint.scorecard), "rule": stated(blueprint)}
    return {"weights": _weights(blueprint.scorecard)} if part is Part.OVERVIEW else {}


def point(offset: Offset) -> str:
    """A distance from the start as a point in time: `Day 30`, `Month 6`."""
    if offset.months and not offset.days:
        return f"Month {offset.months}"
    return f"Day {offset.days}" if not offset.months else distance(offset).capitalize()


def _weights(card: Scorecard) -> tuple[Bar, ...]:
    return tuple(
        Bar(one.title, str(one.weight), one.weight) if one.weight is not None else Bar(one.title, "equal", 1)
        for one in card.dimensions
    )
