"""What the charts of documents show, taken from the same facts as the tables beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from app.domain.agreement import closeness, to_discuss
from app.domain.blueprint import Anchor, Blueprint, Dimension, Scale, Scorecard
from app.domain.card import Recommendation
from app.domain.comparison import Column, Comparison
from app.domain.debrief import Cell, Debrief, Row, VisibleCard
from app.domain.decision import DecisionRecord
from app.domain.entry import Entry
from app.domain.figure import Axis, CurvePoint, Dot, Paths, ProfilePoint, Stop, Tick
from app.domain.panel_trust import PanelTrust
from app.domain.ruling import Demand, demands
from reports import wording

_MOST_STOPS = 8


def axis(scale: Scale) -> Axis:
    """The scale of a chart."""
    return Axis(tuple(Tick(point.value, point.title) for point in scale.points), scale.meets, scale.best)


def profile(card: VisibleCard, scorecard: Scorecard) -> tuple[ProfilePoint, ...]:
    """One interviewer's ratings, in the scorecard's order."""
    return tuple(_point(card, dimension.id, dimension.title) for dimension in scorecard.dimensions)


def dimensions(debrief: Debrief) -> tuple[Dot, ...]:
    """The mean of each dimension with its range and single ratings, in the debrief's order."""
    return tuple(_dimension(row) for row in debrief.rows)


def composites(columns: tuple[Column, ...]) -> tuple[Dot, ...]:
    """Each candidate's composite, with the range of their dimension means."""
    return tuple(_composite(column) for column in columns)


def discussed(debrief: Debrief) -> tuple[str, ...]:
    """What to talk about first, the widest apart first."""
    return to_discuss(debrief.rows, debrief.scorecard.scale)


def closeness_words(row: Row, scale: Scale) -> str:
    """How near to each other the ratings of a row lie, in words."""
    return closeness(row.score, scale).words


def panel_sizes(trust: PanelTrust) -> tuple[CurvePoint, ...]:
    """How often in 100 panels of each size would agree; empty where that cannot be told."""
    return tuple(
        CurvePoint(str(size), str(times), times, here=size == trust.interviewers)
        for size, times in enumerate(trust.same, 1)
    )


def cell(row: Row, card: VisibleCard) -> Cell | None:
    """The rating of one card in a row of the debrief, or ``None`` when the dimension was not touched."""
    return next((found for found in row.cells if found and found.card_id == card.card_id), None)


def recommendations(debrief: Debrief) -> list[tuple[str, int]]:
    """How many interviewers gave each recommendation, most in favour first, in words."""
    return _in_words(Counter(given for _, given in debrief.recommendations))


def tally(column: Column) -> list[tuple[str, int]]:
    """The same for one candidate of a comparison."""
    return _in_words(column.recommendations)


def short_of_bar(mean: Fraction, scale: Scale) -> bool:
    """Whether a mean does not reach the point that meets the bar."""
    return mean < scale.meets if scale.best == "high" else mean > scale.meets


def demanded(debrief: Debrief) -> tuple[Demand, ...]:
    """What the blueprint's decision rule asks for, beside what is there; empty under a weighted mean."""
    return demands(debrief.scorecard, debrief.score)


def given_points(debrief: Debrief) -> list[tuple[Dimension, list[Anchor]]]:
    """The anchors of the points that somebody gave, dimension by dimension in the scorecard's order."""
    rated = {(r.dimension, r.value) for card in debrief.cards for r in card.content.rated}
    found = [
        (dimension, [anchor for anchor in dimension.anchors if (dimension.id, anchor.value) in rated])
        for dimension in debrief.scorecard.dimensions
    ]
    return [(dimension, anchors) for dimension, anchors in found if anchors]


def order_words(comparison: Comparison) -> str:
    """By which row the columns stand, and that this is no ranking."""
    if comparison.sort == "name":
        return "by name"
    if comparison.sort == "composite" and any(column.band for column in comparison.columns):
        return "band by band, and by name inside one; those in no band last. The order is a view, not a ranking."
    names = {"composite": "composite", "coverage": "coverage", "spread": "widest disagreement"}
    titles = {d.id: d.title for d in comparison.scorecard.dimensions}
    row = names.get(comparison.sort) or titles[comparison.sort]
    direction = "largest first" if comparison.descending else "smallest first"
    return f"{row}, {direction}; those without a value last. The order is a view, not a ranking."


def signatories(record: DecisionRecord) -> list[str]:
    """Who signs: the one who recorded the decision, then the members in the order of their votes; each name once."""
    return list(dict.fromkeys((record.decided_by, *(vote.member for vote in record.votes))))


def paths(blueprint: Blueprint) -> Paths | None:
    """The career paths through a role; None without any, or with more than a page can show."""
    ladder = blueprint.ladder
    if ladder is None:
        return None
    levels = {level.id: level.title for level in ladder.levels}
    here = Stop(blueprint.role.title, on_ladder=blueprint.role.title in levels.values())
    sides = [_stops(entries, levels) for entries in (ladder.feeder_roles, ladder.next_roles, ladder.adjacent_paths)]
    longest = max(len(side) for side in sides)
    return Paths(here, *sides) if 0 < longest <= _MOST_STOPS else None


def _stops(entries: tuple[Entry, ...], levels: Mapping[str, str]) -> tuple[Stop, ...]:
    return tuple(Stop(one.text, one.detail or "", any(ref in levels for ref in one.refs)) for one in entries)


def _in_words(counts: Mapping[Recommendation, int]) -> list[tuple[str, int]]:
    return [(given.words.lower(), counts[given]) for given in reversed(Recommendation) if counts.get(given)]


def _point(card: VisibleCard, dimension: str, title: str) -> ProfilePoint:
    rating = card.content.rating(dimension)
    if rating is None:
        return ProfilePoint(title, "not touched")
    if rating.value is None:
        return ProfilePoint(title, "not assessed")
    return ProfilePoint(title, str(rating.value), rating.value)


def _dimension(row: Row) -> Dot:
    if row.score.mean is None:
        return Dot(row.dimension.title, "nobody assessed")
    marks = tuple(Fraction(cell.value) for cell in row.cells if cell and cell.value is not None)
    return Dot(
        row.dimension.title, wording.points(row.score.mean), row.score.mean, row.score.lowest, row.score.highest, marks
    )


def _composite(column: Column) -> Dot:
    if column.score is None:
        return Dot(column.candidate, "sealed")
    if column.score.value is None:
        return Dot(column.candidate, "not enough evidence")
    means = [found.mean for found in column.score.dimensions if found.mean is not None]
    value = column.score.value
    return Dot(column.candidate, wording.points(value), value, min(means), max(means))
