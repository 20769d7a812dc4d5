"""The scorecard as a page draws it: one row a dimension, focus first, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.card import MINUTES_A_DIMENSION, Recommendation

if TYPE_CHECKING:
    from app.domain.blueprint import Dimension, Scorecard, Signal, SignalKind
    from app.domain.errors import Fault
    from app.queries.kits import Seat
    from app.web.typed_card import Typed

_SIGNALS: tuple[tuple[SignalKind, str, str], ...] = (
    ("strong", "strong", "Strong signals"),
    ("weak", "weak", "Weak signals"),
    ("red_flag", "red-flag", "Red flags"),
)
CHOICES = tuple((r.value.replace("_", "-"), r.words) for r in Recommendation)

_NO_ANCHOR = "No anchor is written for this point."
"""A blueprint may anchor only some points: raters are told, rather than left to look for the text."""


@dataclass(frozen=True, slots=True)
class Point:
    """One level of one dimension."""

    value: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SignalGroup:
    """Signals of one kind to tick: ``items`` are (id, text, ticked)."""

    kind: str
    title: str
    items: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One dimension of the form. ``value`` is what was typed: a level, ``none``, or nothing."""

    id: str
    title: str
    weight: int | None
    must: bool
    focus: bool
    points: tuple[Point, ...]
    value: str
    value_words: str
    note: str
    errors: tuple[str, ...]
    note_errors: tuple[str, ...]
    signals: tuple[SignalGroup, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form. ``summary`` lists what is wrong as (message, id of the field to go to)."""

    rows: tuple[SheetRow, ...]
    others: tuple[SheetRow, ...]
    loose_signals: tuple[SignalGroup, ...]
    meets: int
    recommendation: str
    recommendation_words: str
    recommendation_errors: tuple[str, ...]
    summary: str
    private_note: str
    errors: Mapping[str, tuple[str, ...]]
    problems: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> int:
        """How many dimensions the interview asks for."""
        return len(self.rows)

    @property
    def answered(self) -> int:
        """How many of these have an answer; *not assessed* is one."""
        return sum(1 for row in self.rows if row.value)

    @property
    def minutes_each(self) -> int:
        """About how long one dimension takes."""
        return MINUTES_A_DIMENSION

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        return (self.asked - self.answered) * MINUTES_A_DIMENSION


def draw(seat: Seat, typed: Typed, faults: Sequence[Fault] = ()) -> Sheet:
    """Put an interview's scorecard, what was typed and what is wrong with it together."""
    scorecard = seat.scorecard
    errors: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        errors[fault.field] = (*errors.get(fault.field, ()), fault.message)
    wanted = seat.focus or tuple(d.id for d in scorecard.dimensions)
    home = {signal.id: _home(signal, wanted) for signal in scorecard.signals}
    rows = [
        _row(seat, dimension, typed, errors=errors, home=home, focus=dimension.id in wanted)
        for dimension in scorecard.dimensions
    ]
    return Sheet(
        rows=tuple(row for row in rows if row.focus),
        others=tuple(row for row in rows if not row.focus),
        loose_signals=_groups([s for s in scorecard.signals if not home[s.id]], typed),
        meets=scorecard.scale.meets,
        recommendation=typed.recommendation.replace("_", "-"),
        recommendation_words=typed.recommendation.replace("_", " ").capitalize(),
        recommendation_errors=errors.get("recommendation", ()),
        summary=typed.summary,
        private_note=typed.private_note,
        errors=errors,
        problems=tuple((fault.message, _target(fault.field, scorecard)) for fault in faults),
    )


def _row(
    seat: Seat,
    dimension: Dimension,
    typed: Typed,
    *,
    errors: Mapping[str, tuple[str, ...]],
    home: Mapping[str, str],
    focus: bool,
) -> SheetRow:
    value = typed.ratings.get(dimension.id, "")
    titles = {str(point.value): point.title for point in seat.scorecard.scale.points}
    return SheetRow(
        id=dimension.id,
        title=dimension.title,
        weight=dimension.weight,
        must=dimension.must or dimension.id in seat.musts,
        focus=focus,
        points=tuple(_point(dimension, point.value, point.title) for point in seat.scorecard.scale.points),
        value=value,
        value_words=titles.get(value, "Not assessed"),
        note=typed.evidence.get(dimension.id, ""),
        errors=errors.get(f"rating-{dimension.id}", ()),
        note_errors=errors.get(f"evidence-{dimension.id}", ()),
        signals=_groups([s for s in seat.scorecard.signals if home[s.id] == dimension.id], typed),
    )


def _point(dimension: Dimension, value: int, title: str) -> Point:
    anchor = dimension.anchor(value)
    return Point(value, title, anchor.text if anchor else _NO_ANCHOR)


def _home(signal: Signal, focus: Sequence[str]) -> str:
    """The one dimension under which a signal is ticked: a focus dimension if it bears on any."""
    return next((d for d in signal.dimensions if d in focus), next(iter(signal.dimensions), ""))


def _groups(signals: Sequence[Signal], typed: Typed) -> tuple[SignalGroup, ...]:
    groups = []
    for kind, name, title in _SIGNALS:
        items = tuple((s.id, s.text, s.id in typed.signals) for s in signals if s.kind == kind)
        if items:
            groups.append(SignalGroup(name, title, items))
    return tuple(groups)


def _target(field: str, scorecard: Scorecard) -> str:
    """The id of the element that a fault is mended in."""
    kind, _, dimension = field.partition("-")
    if kind == "rating" and dimension:
        return f"d-{dimension}-{scorecard.scale.lowest}"
    if kind == "evidence" and dimension:
        return f"d-{dimension}-evidence"
    return field if field in {"recommendation", "summary", "private_note", "reason"} else "ratings"
