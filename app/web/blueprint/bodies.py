"""The body of a part's page: drawn once for a version and kept, as neither the text nor who may read it changes.

Everybody who may read blueprints reads the same, so the fragment holds nothing about its reader. What does change (the
frame, what is newest, the reader's menu) is drawn around it for each request.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from flask import current_app, render_template
from markupsafe import Markup

from app.domain.change_words import counted, distance
from app.domain.climb import asked, career_paths, steps
from app.domain.figure import Bar
from app.domain.outline import Part
from app.domain.outline_walk import PATHS, SIGNALS, paragraphs, promotion_title
from app.domain.part import OVERVIEW_CHAPTERS, chapter_title, group_title, level_title, plain
from app.web.blueprint import measuring
from app.web.blueprint.contents import lines

if TYPE_CHECKING:
    from app.domain.blueprint import Scorecard
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
}
"""How the templates put ids and distances into words."""


def body(book: Book, part: Part, choice: measuring.Choice | None = None) -> Markup:
    """The body of a part's page; the metrics' are as many as there are ways to narrow them."""
    kept: OrderedDict[object, Markup] = current_app.extensions.setdefault("plumbline.blueprint_bodies", OrderedDict())
    key = (book.version_id, book.sha256, part, choice)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    drawn = draw(book, part, choice)
    kept[key] = drawn
    while len(kept) > _ROOM:
        kept.popitem(last=False)
    return drawn


def draw(book: Book, part: Part, choice: measuring.Choice | None = None) -> Markup:
    """Draw a body anew."""
    blueprint = book.blueprint
    facts = {**_WORDS, "book": book, "blueprint": blueprint, "card": blueprint.scorecard, "Part": Part, "point": point}
    if part in (Part.OVERVIEW, Part.SCORECARD):
        facts["weights"] = _weights(blueprint.scorecard)
        facts["lines"] = lines(blueprint)
    if part is Part.METRICS:
        choice = choice or measuring.Choice()
        facts["choice"] = choice
        facts["ways"] = measuring.options(blueprint.metrics, choice) if blueprint.metrics else ()
        facts["directions"] = measuring.DIRECTIONS
    if part is Part.LADDER:
        facts.update(asked=asked(blueprint), steps=steps(blueprint), paths=career_paths(blueprint))
    return Markup(render_template(f"blueprint/parts/{part}.html", **facts))  # noqa: S704  our own template escaped it


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
