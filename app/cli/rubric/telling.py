"""Changes between two blueprints as lines on a terminal, and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from app.domain.change import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.change import Change


def counts(found: Sequence[Change]) -> list[str]:
    """How many changes there are, in which areas, and what they affect; one line when there is none."""
    told = summary(found)
    if not told.total:
        return ["no change"]
    areas = ", ".join(f"{area.words} {number}" for area, number in told.areas)
    effects = ", ".join(f"{effect.words} {number}" for effect, number in told.effects)
    return [f"{told.total} {'change' if told.total == 1 else 'changes'} ({areas})", f"affects: {effects}"]


def lines(found: Sequence[Change]) -> Iterator[str]:
    """Each change under its area, with what it affects and, where a text is reworded, both texts."""
    for area, changes in groupby(found, key=lambda change: change.area):
        yield ""
        yield area.words
        for change in changes:
            yield f"  {change.sentence} [{', '.join(effect.words for effect in change.effects)}]"
            if not change.told:
                yield from _marked("-", change.before)
                yield from _marked("+", change.after)


def as_json(found: Sequence[Change]) -> dict[str, object]:
    """The changes and their counts, with the words' machine names."""
    told = summary(found)
    return {
        "changes": [
            {
                "area": change.area.value,
                "subject": change.subject,
                "sentence": change.sentence,
                "before": change.before,
                "after": change.after,
                "effects": [effect.value for effect in change.effects],
                "at": change.at,
            }
            for change in found
        ],
        "total": told.total,
        "areas": {area.value: number for area, number in told.areas},
        "effects": {effect.value: number for effect, number in told.effects},
    }


def _marked(sign: str, text: str | None) -> Iterator[str]:
    for line in (text or "").splitlines():
        yield f"    {sign} {line}"
