"""What other weights would do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.certainty import Sensitivity
    from app.domain.weight_play import Play

_TOLD = 6


def answer(play: Play) -> str:
    """Would the order change? In one sentence."""
    if sum(one.value is not None and one.tried is not None for one in play.candidates) < 2:  # noqa: PLR2004  an order needs two
        return "There are not two candidates with a composite, so there is no order to change."
    if play.same:
        return "No: with these weights the order of the composites stays as it is."
    n = len(play.turned) + len(play.parted) + len(play.joined)
    pairs = wording.counted(n, "pair of candidates stands", "pairs of candidates stand")
    return f"Yes: with these weights {pairs} otherwise."


def changes(play: Play, names: Mapping[str, str]) -> tuple[str, ...]:
    """Who changes places, a sentence a pair; beyond six the rest is counted."""
    told = [
        *(f"{names[other]} would be ahead of {names[one]}." for one, other in play.turned),
        *(f"{names[one]} and {names[other]} would tie." for one, other in play.joined),
        *(
            f"{names[one]} would be ahead of {names[other]}, with whom the composite ties now."
            for one, other in play.parted
        ),
    ]
    told.sort(key=str.casefold)
    more = len(told) - _TOLD
    return tuple(told) if more <= 0 else (*told[:_TOLD], f"And {more} more.")


def first(sensitivity: Sensitivity, names: Mapping[str, str]) -> Sequence[tuple[str, int]]:
    """How many of a hundred plausible weightings each candidate leads under, by name; those who ever do."""
    shares = [(names[target], round(100 * share)) for target, share in sensitivity.first]
    return sorted(((name, share) for name, share in shares if share), key=lambda one: one[0].casefold())
