"""What an interviewer's own scorecards say of how they score: figures, and the words for them.

Seen by that person and by HR alone. Bars are 90 % intervals and wide, and that is the message.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

LEAST_CARDS = 10
LEAST_INTERVIEWERS = 3
UNCONNECTED = "panels without anybody in common"
_NINETY = 1.645
_SAID = {
    "one rater": "One interviewer: there is nobody to compare with.",
    "one target": "One candidate: strictness cannot be told.",
    "fewer than six cards": "Too few scorecards to tell chance from difference.",
    "fewer than two targets with two cards": "Too few candidates were met by two interviewers.",
    "every rating is the same": "Everyone gave the same rating: strictness cannot be told.",
    "each rater appears once": "Each interviewer appears once: strictness cannot be told from chance.",
    UNCONNECTED: "Candidates were met by different interviewers with nobody in common: strictness cannot be told.",
}
FEW_INTERVIEWERS = "Fewer than three interviewers: what is said of one would tell of another."
NOT_YET = "Worked out every night; nothing is kept yet."


@dataclass(frozen=True, slots=True)
class Told:
    """A number with the limits of its bar, if it has one, or ``why`` it is not told."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reflection:
    """One interviewer on one blueprint version, over decided candidates; distances in scale points.

    ``strictness`` is positive where generous. ``spread`` and ``fit`` are 1 where as usual, ``halo`` is a difference of
    correlations. ``drift`` runs along the cards in deviations, ``drift_limit`` is what chance may do. Of ``timed``
    cards ``on_time`` came in within a day of the interview.
    """

    rater_id: UUID
    name: str
    n_cards: int
    strictness: Told
    spread: Told
    halo: Told
    fit: Told
    drift: tuple[float, ...]
    drift_limit: float
    order: Told
    distance: Told
    within_one: Told
    on_time: int
    timed: int

    @property
    def enough(self) -> bool:
        """Whether there are cards enough to say anything about how they score."""
        return self.n_cards >= LEAST_CARDS

    @property
    def word(self) -> str:
        """Strict or generous, where the whole bar lies on one side; in a word."""
        one = self.strictness
        if not self.enough:
            return f"Too few scorecards: {self.n_cards} of {LEAST_CARDS}"
        if one.value is None:
            return one.why
        if one.high is not None and one.high < 0:
            return "Strict"
        return "Generous" if one.low is not None and one.low > 0 else "No sign"

    @property
    def scale_use(self) -> str:
        """How wide the marks lie, allowing for chance."""
        if self.spread.value is None or self.n_cards < LEAST_CARDS:
            return "Cannot be told"
        if self.spread.value <= 0:
            return "Narrow: hardly any difference"
        # The logarithm of a standard deviation has a standard error of about 1 / sqrt(2 (n - 1)).
        away = math.log(self.spread.value) * math.sqrt(2 * (self.n_cards - 1))
        if away < -_NINETY:
            return "Narrow"
        return "Wide" if away > _NINETY else "As usual"

    @property
    def halo_by_chance(self) -> bool:
        """Whether so few cards may well differ that much in how their dimensions go together."""
        return self.halo.value is None or abs(self.halo.value) < _NINETY / math.sqrt(max(self.n_cards - 3, 1))

    @property
    def together(self) -> str:
        """How dimensions go together beside others', as a table says it."""
        if self.halo.value is None or not self.enough:
            return "Cannot be told"
        return f"{signed(self.halo.value)}, may be chance" if self.halo_by_chance else signed(self.halo.value)

    @property
    def drifted(self) -> bool:
        """Whether their marks left, somewhere along the way, what chance does."""
        return any(abs(one) > self.drift_limit for one in self.drift)

    @property
    def punctual(self) -> str:
        """How many cards came in on time, in counts."""
        return f"{self.on_time} of {self.timed}" if self.timed else "No dated interview"


def refusal(why: str | None) -> str:
    """Why nothing is told of strictness, as a sentence."""
    return NOT_YET if why is None else _SAID.get(why, why)


def signed(value: float) -> str:
    """A distance with its sign: +0.3, a minus sign where below, 0.0 without one."""
    shown = f"{abs(value):.1f}"
    if shown == "0.0":
        return shown
    return f"+{shown}" if value > 0 else f"\N{MINUS SIGN}{shown}"


def with_bar(told: Told) -> str:
    """The number with its bar, as a table says it."""
    if told.value is None:
        return told.why
    if told.low is None or told.high is None:
        return signed(told.value)
    return f"{signed(told.value)} ({signed(told.low)} to {signed(told.high)})"


def in_your_words(found: Reflection) -> str:
    """Strictness as it is said to the person."""
    one = found.strictness
    cards = "1 interview" if found.n_cards == 1 else f"{found.n_cards} interviews"
    if not found.enough:
        return f"So far {cards} with candidates who are decided; from {LEAST_CARDS} on there is something to see."
    if one.value is None:
        return one.why
    if f"{abs(one.value):.1f}" == "0.0":
        return f"Your scores are where colleagues' are for the same people, as far as {cards} can tell."
    side = "lower" if one.value < 0 else "higher"
    sentence = f"Your scores are {abs(one.value):.1f} {side} than colleagues' for the same people"
    if one.low is None or one.high is None:
        return f"{sentence}."
    if one.low <= 0 <= one.high:
        return f"{sentence}; with {cards} this may be chance."
    return f"{sentence}; with {cards} this is more than chance would do."


def your_scale(found: Reflection) -> str:
    """How wide the marks lie, said to the person."""
    said = {
        "Narrow": "Your marks lie closer together than those of others: candidates look more alike in them.",
        "Wide": "Your marks lie further apart than those of others.",
        "As usual": "You use about as much of the scale as others.",
    }
    return said.get(found.scale_use, "Your marks hardly differ from candidate to candidate.")


def your_halo(found: Reflection) -> str:
    """Whether dimensions move together, said to the person."""
    if found.halo.value is None:
        return "Whether your marks on one dimension follow those on another cannot be told yet."
    if found.halo_by_chance:
        return (
            f"No sign that your marks on one dimension follow those on another more or less than those of others do: "
            f"the difference is {signed(found.halo.value)}, and with {found.n_cards} scorecards this may be chance."
        )
    side = "more" if found.halo.value > 0 else "less"
    return (
        f"Your marks on one dimension follow those on another {side} than those of others ({signed(found.halo.value)})."
    )


def your_drift(found: Reflection) -> str:
    """Whether the marks moved over time, said to the person."""
    if not found.drift:
        return "Whether your marks moved over time cannot be told yet."
    if found.drifted:
        return "For a while your marks lay further to one side than chance does: see the line."
    return "No sign that your marks moved over time."


def your_agreement(found: Reflection) -> str:
    """How near others' marks are, said to the person."""
    if found.distance.value is None or found.within_one.value is None:
        return "Too few of your marks stand beside those of others on the same dimension."
    tenths = round(10 * found.within_one.value)
    return (
        f"Your marks lie {found.distance.value:.1f} from what others gave the same person on the same dimension, and "
        f"about {tenths} in 10 at most one point away."
    )


def your_order(found: Reflection) -> str:
    """Whether earlier cards of a day pull later ones along, said to the person."""
    one = found.order
    if one.value is None or one.low is None or one.high is None:
        return f"Whether the day's earlier candidates colour later ones cannot be told: {one.why}."
    if one.low <= 0 <= one.high:
        return "No sign that the day's earlier candidates colour later ones."
    side = "higher" if one.value > 0 else "lower"
    return f"After better candidates on the same day your marks are {side} ({signed(one.value)} a point)."
