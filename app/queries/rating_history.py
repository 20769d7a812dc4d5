"""What earlier openings on one blueprint version teach about interviewers together: only cards that are past telling.

Nothing here asks for a permission, and nothing read here is shown card by card: callers fit variances and say what
follows from them. So that no page can carry a sealed card out, an application counts once its decision is recorded,
or its debrief was opened and its requisition closed, and only while nobody owes a card on its candidate.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.models import earlier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.analysis.estimate import Cards
    from app.analysis.pooling import Given

MONTHS = 24
"""How far back cards are laid together; callers subtract it from their instant."""


@dataclass(frozen=True, slots=True)
class History:
    """Cards of earlier openings, one a person and application, and the ratings that they are made of.

    The codes in ``cards`` and ``ratings`` are places in ``target_ids`` (applications), ``rater_ids`` (people) and
    ``dimensions``, each in order. ``sha256`` is of all ratings, so equal digests mean equal data.
    """

    cards: Cards
    ratings: tuple[Given, ...]
    target_ids: tuple[UUID, ...]
    rater_ids: tuple[UUID, ...]
    dimensions: tuple[str, ...]
    sha256: str
    n_openings: int


def cards_of(session: Session, *, version_id: UUID, since: datetime) -> History:
    """Each card's last revision of before others' cards were visible, if it was sealed at ``since`` or later.

    One query, whatever the number of cards; without any card everything in it is empty.
    """
    found = earlier.rated(session, version_id, since)
    return history_of(found.ratings, found.n_openings)


def history_of(rated: Iterable[tuple[str, str, str, int]], n_openings: int) -> History:
    """The history of ratings given as application, interviewer (ids as text), dimension and value, in any order."""
    from app.analysis.pooling import Given, pooled

    given = sorted(rated)
    targets, raters = sorted({row[0] for row in given}), sorted({row[1] for row in given})
    dimensions = sorted({row[2] for row in given})
    target, rater, on = _places(targets), _places(raters), _places(dimensions)
    ratings = tuple(Given(target[one], rater[other], on[name], value) for one, other, name, value in given)
    text = "".join(f"{one},{other},{name},{value}\n" for one, other, name, value in given)
    return History(
        cards=pooled(ratings, len(targets), len(raters)),
        ratings=ratings,
        target_ids=tuple(UUID(one) for one in targets),
        rater_ids=tuple(UUID(one) for one in raters),
        dimensions=tuple(dimensions),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        n_openings=n_openings,
    )


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
