"""The rows of the comparison as finished markup: autoescaping is paid a value, so every row is one value.

Rows stand in three groups. What says how certain a composite is belongs right beneath it: an interval takes its place
between the composite and the coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from markupsafe import Markup, escape

from app.domain.card import Recommendation
from reports import certainty, wording
from reports.figures import short_of_bar

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from app.domain.blueprint import Dimension, Scale
    from app.domain.comparison import Column, Comparison
    from app.domain.scoring import DimensionScore

_Draw: TypeAlias = "Callable[[str, str, str, Callable[[Column], str]], Line]"
_VERDICTS = tuple((r, r.words.lower()) for r in reversed(Recommendation))
_NONE = '<td class="none">\u2013'
_SEALED = '<td class="none">sealed'
_TOO_FEW = '<td class="gap">too few scorecards to compare'
_NOBODY = '<td class="gap">nobody assessed this'
_MUST = '<span class="badge badge--must">must have</span> '


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its sort key, whether it orders the columns now (``ascending``, ``descending`` or empty), its cells.

    ``head`` is its title, ``detail`` finished markup beneath it.
    """

    key: str
    head: str
    detail: Markup
    sorted: str
    cells: Markup


@dataclass(frozen=True, slots=True)
class Table:
    """The comparison's rows, in the order in which they stand on the page."""

    overall: tuple[Line, ...]
    dimensions: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the rows are drawn from; two are the same when everything is that stands in them."""

    key: tuple[object, ...]
    comparison: Comparison = field(compare=False)


def table(comparison: Comparison) -> Table:
    """Draw every row, once a process for the same facts.

    End tags of cells are left out, as HTML allows, because there are hundreds of them.
    """
    columns = tuple((c.candidate, c.requisition, c.decided, c.sealed, c.n_cards, c.texts) for c in comparison.columns)
    order = comparison.sort, comparison.descending
    key = (comparison.blueprint.sha256, comparison.musts, order, comparison.question, columns)
    return _table(_Drawing(key, comparison))


@lru_cache(maxsize=64)
def _table(drawing: _Drawing) -> Table:
    comparison = drawing.comparison
    columns = comparison.columns

    def line(key: str, head: str, detail: str, cell: Callable[[Column], str]) -> Line:
        order = "descending" if comparison.descending else "ascending"
        cells = "".join(_SEALED if column.score is None else cell(column) for column in columns)
        return Line(key, head, Markup(detail), order if key == comparison.sort else "", Markup(cells))  # noqa: S704  every text in it was escaped

    titles = {d.id: str(escape(d.title)) for d in comparison.scorecard.dimensions}
    overall = (
        line("composite", "Composite", wording.of_scale(comparison.scorecard.scale), lambda c: _composite(c, titles)),
        *_sure_lines(comparison, line),
        line("coverage", "Coverage", "of the weight was assessed", _coverage),
        line("spread", "Widest apart", "points, on any dimension", _widest),
        *_must_line(comparison, titles, line),
        line("", "Recommendations", "", _recommendations),
        line("", "Scorecards", "", lambda c: f"<td>{c.n_cards}"),
        line("", "Decision", "", lambda c: f"<td>{escape(c.decided)}" if c.decided else _NONE),
    )
    return Table(
        overall, tuple(_dimension_line(comparison, dimension, line) for dimension in comparison.scorecard.dimensions)
    )


def _sure_lines(comparison: Comparison, line: _Draw) -> tuple[Line, ...]:
    """The bar and the band of each composite; nothing where nothing can be said of anybody."""
    if comparison.sure is None or comparison.sure.why is not None:
        return ()
    scale = comparison.scorecard.scale

    def bar(column: Column) -> str:
        told = certainty.within(column.standing, scale)
        return f"<td>{told}" if told else _TOO_FEW if column.score and column.score.value is not None else _NONE

    def band(column: Column) -> str:
        return _NONE if column.band is None else f"<td>{certainty.band_title(column.band)}"

    return (line("", "Could lie at", "nine times in ten, with many more interviewers", bar), line("", "Band", "", band))


def _must_line(comparison: Comparison, titles: dict[str, str], line: _Draw) -> tuple[Line, ...]:
    scale = comparison.scorecard.scale
    musts = comparison.asked

    def cell(column: Column) -> str:
        means = {must: column.dimensions[must].mean for must in musts}
        missing = [titles[must] for must, mean in means.items() if mean is None]
        short = [titles[must] for must, mean in means.items() if mean is not None and short_of_bar(mean, scale)]
        if missing:
            return f'<td class="gap">Not assessed <small>{", ".join(missing)}</small>'
        return f'<td class="gap">Short of the bar <small>{", ".join(short)}</small>' if short else "<td>met"

    return (line("", "Must-haves", "", cell),) if musts else ()


def _dimension_line(comparison: Comparison, dimension: Dimension, line: _Draw) -> Line:
    paint = _painter(comparison.scorecard.scale).mean
    must = dimension.id in comparison.asked
    weight = "" if dimension.weight is None else f"weight {dimension.weight}"
    detail = f"{_MUST if must else ''}{weight}"
    return line(dimension.id, dimension.title, detail, lambda c: paint(c.dimensions.get(dimension.id), must=must))


class _Painter:
    """Draws means on one scale and keeps what it drew: a page has hundreds of cells and few different ones."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._drawn: dict[tuple[int, int, int, bool], str] = {}

    def mean(self, found: DimensionScore | None, *, must: bool) -> str:
        if found is None or found.mean is None:
            return _NOBODY
        key = (found.mean.numerator, found.mean.denominator, found.n, must)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(found.mean, found.n, must=must)
        return drawn

    def _draw(self, mean: Fraction, n: int, *, must: bool) -> str:
        short = short_of_bar(mean, self._scale)
        mark, word = " low" if short else "", " <b>short of the bar</b>" if short and must else ""
        depth, shown = wording.step(mean, self._scale), wording.points(mean)
        return f'<td class="heat-{depth}{mark}">{shown} <small>{n}</small>{word}'


@lru_cache(maxsize=16)
def _painter(scale: Scale) -> _Painter:
    return _Painter(scale)


def _composite(column: Column, titles: dict[str, str]) -> str:
    score = column.score
    if score is None or score.value is None:
        missing = () if score is None else score.missing_must or score.missing
        return f'<td class="gap">Insufficient evidence <small>{", ".join(titles[d] for d in missing)}</small>'
    return f'<td class="strong">{wording.points(score.value)}'


def _coverage(column: Column) -> str:
    return f"<td>{wording.percent(column.score.coverage)}" if column.score else _NONE


def _widest(column: Column) -> str:
    widest = column.widest
    return _NONE if widest is None else f"<td>{wording.whole(widest)}"


def _recommendations(column: Column) -> str:
    given = [f"{n} {word}" for r, word in _VERDICTS if (n := column.recommendations.get(r))]
    return f"<td>{'<br>'.join(given)}" if given else _NONE
