"""The sealed scorecards of one application, read from the two texts that a database joins them into.

A page compares hundreds of ratings; one row a candidate costs a tenth of one row a rating, and the same texts are read
once a process.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.domain.card import Recommendation
from app.domain.scoring import Tally

FIELD, RECORD = "\x1f", "\x1e"
"""What stands between the fields of a card or a rating, and between two of them; no name or id can hold either."""
NOT_ASSESSED = "-"


@dataclass(frozen=True, slots=True)
class SealedRating:
    """One interviewer's value on a dimension, None where not assessed; ``noted`` when evidence was written."""

    interviewer: str
    dimension: str
    value: int | None
    noted: bool


@dataclass(frozen=True, slots=True)
class SealedSet:
    """The counted cards of one application: how many, by whom (id to name), what they say.

    ``rated`` holds interviewer, dimension and value of what was assessed, ``tallies`` the same added up by dimension.
    """

    n_cards: int
    interviewers: Mapping[str, str]
    recommendations: Mapping[Recommendation, int]
    ratings: tuple[SealedRating, ...]
    rated: tuple[tuple[str, str, int], ...]
    tallies: tuple[Tally, ...]

    def notes(self, dimension: str) -> int:
        """How many interviewers wrote evidence on a dimension."""
        return sum(one.noted for one in self.ratings if one.dimension == dimension)


@lru_cache(maxsize=4096)
def sealed_set(cards: str, ratings: str) -> SealedSet:
    """Read cards ("interviewer, recommendation, name") and ratings ("interviewer, dimension, value, noted").

    Ids lose their dashes, which one kind of database writes and another does not.
    """
    of_cards = [record.split(FIELD) for record in cards.split(RECORD) if record]
    rows = sorted(record.split(FIELD) for record in ratings.split(RECORD) if record)
    read = tuple(
        SealedRating(_id(who), dimension, None if value == NOT_ASSESSED else int(value), noted == "1")
        for who, dimension, value, noted in rows
    )
    return SealedSet(
        len(of_cards),
        {_id(who): name for who, _, name in of_cards},
        Counter(Recommendation(one) for _, one, _ in of_cards),
        read,
        tuple((one.interviewer, one.dimension, one.value) for one in read if one.value is not None),
        _tallies(read),
    )


def _id(text: str) -> str:
    return text.replace("-", "")


def _tallies(ratings: tuple[SealedRating, ...]) -> tuple[Tally, ...]:
    values: dict[str, list[int]] = defaultdict(list)
    for one in ratings:
        if one.value is not None:
            values[one.dimension].append(one.value)
    return tuple(
        Tally(dimension, sum(given), len(given), min(given), max(given)) for dimension, given in sorted(values.items())
    )
