"""Who could hold an interview, best first, and why: in sentences that can be said aloud to everybody on the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.hiring import InterviewKind
from app.domain.text import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from app.domain.panel_plan.ties import Ties

USUAL_LIMIT = 5
"""How many interviews a week somebody takes, unless a number is set for them."""


@dataclass(frozen=True, slots=True)
class Interviewer:
    """Somebody without a conflict of interest who holds interviews.

    ``kinds`` and ``dimensions`` they are trained for; ``week`` counts the interviews of the week in question,
    ``lately`` those of the last four weeks and the next two.
    """

    person_id: UUID
    name: str
    kinds: frozenset[str]
    dimensions: frozenset[str]
    week: int
    limit: int
    lately: int

    @property
    def full(self) -> bool:
        """Whether one more would be more than they take in a week."""
        return self.week >= self.limit


@dataclass(frozen=True, slots=True)
class Asked:
    """What the interview is; ``titles`` names its focus dimensions, and ``panel`` who else meets the candidate."""

    kind: InterviewKind
    titles: Mapping[str, str]
    panel: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One person with the reasons, the weightiest first; ``advised`` says whether nothing speaks against them."""

    person_id: UUID
    name: str
    reasons: tuple[str, ...]
    advised: bool

    @property
    def words(self) -> str:
        """All reasons in a sentence."""
        said = "; ".join(self.reasons)
        return f"{said[:1].upper()}{said[1:]}."


def suggest(people: Iterable[Interviewer], asked: Asked, ties: Ties) -> tuple[Suggestion, ...]:
    """Everybody, best first: who has room this week, is trained, links the panel to others, has had least to do."""
    known = tuple(people)
    usual = sum(person.lately for person in known) / len(known) if known else 0.0
    ranked = sorted(known, key=lambda person: _place(person, asked, ties))
    return tuple(
        Suggestion(
            person.person_id,
            person.name,
            tuple(_said(person, asked, ties, usual)),
            not person.full and person.person_id not in asked.panel,
        )
        for person in ranked
    )


def seat(
    people: Sequence[Interviewer], wanted: Sequence[tuple[Asked, int]], ties: Ties
) -> tuple[tuple[UUID, ...], ...]:
    """Give the seats of several interviews out, each as many as wanted, and nobody two: who each interview gets.

    The interview for which the fewest are trained chooses first, one for which nobody is last: anybody will do there.
    Seats for which nobody is left stay empty.
    """
    ready = [sum(_trained(person, asked) > 0 for person in people) for asked, _ in wanted]
    order = sorted(range(len(wanted)), key=lambda place: (not ready[place], ready[place], place))
    taken: set[UUID] = set()
    seats: list[tuple[UUID, ...]] = [()] * len(wanted)
    for place in order:
        asked, raters = wanted[place]
        chosen = _choose(people, asked, raters, ties, taken)
        taken.update(chosen)
        seats[place] = chosen
    return tuple(seats)


def _choose(
    people: Iterable[Interviewer], asked: Asked, raters: int, ties: Ties, taken: Collection[UUID]
) -> tuple[UUID, ...]:
    """One after the other, since each who is chosen changes whom the next would link."""
    chosen: list[UUID] = []
    left = [person for person in people if person.person_id not in asked.panel | set(taken) and not person.full]
    while left and len(chosen) < raters:
        now = Asked(asked.kind, asked.titles, asked.panel | set(taken) | set(chosen))
        best = min(left, key=lambda person: _place(person, now, ties))
        left.remove(best)
        chosen.append(best.person_id)
    return tuple(chosen)


def _place(person: Interviewer, asked: Asked, ties: Ties) -> tuple[object, ...]:
    return (
        person.person_id in asked.panel,
        person.full,
        -_trained(person, asked),
        # Rounded to a tenth, so that one interview more or less of many does not outweigh what follows.
        round(10 * person.week / max(person.limit, 1)),
        -min(ties.gain(person.person_id, asked.panel), 1),
        person.lately,
        person.name.casefold(),
        str(person.person_id),
    )


def _trained(person: Interviewer, asked: Asked) -> int:
    """How much of what is asked they are trained for: the kind counts as one dimension."""
    return (asked.kind.value in person.kinds) + len(person.dimensions & set(asked.titles))


def _said(person: Interviewer, asked: Asked, ties: Ties, usual: float) -> Iterable[str]:
    if person.person_id in asked.panel:
        yield "meets this candidate already"
    if person.full:
        yield f"takes at most {person.limit} a week and has {person.week}"
    yield _training(person, asked)
    if not person.full:
        yield f"{person.week} of {person.limit} interviews that week"
    gain = ties.gain(person.person_id, asked.panel)
    if gain == 1:
        yield "has met no candidate together with this panel's people, so this makes them comparable"
    elif gain:
        yield f"links this panel to {gain} interviewers whom it shares no candidate with"
    if person.lately > usual + 1:
        yield f"{person.lately} interviews lately, more than most"
    elif person.lately < usual - 1:
        yield f"{person.lately} {'interview' if person.lately == 1 else 'interviews'} lately, fewer than most"


def _training(person: Interviewer, asked: Asked) -> str:
    parts = [asked.kind.words.lower()] if asked.kind.value in person.kinds else []
    parts += [title for dimension, title in asked.titles.items() if dimension in person.dimensions]
    return f"trained for {listed(parts)}" if parts else "no training for this is recorded"
