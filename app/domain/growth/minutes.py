"""The minutes of a calibration: who voted what apart, what changed and why, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.voting import Choice, Shift

if TYPE_CHECKING:
    from app.domain.debrief import BlueprintStamp


@dataclass(frozen=True, slots=True)
class MinutedVote:
    """One member's vote in words: as sealed with its reason, and as it stands."""

    member: str
    before: str
    now: str
    reason: str


@dataclass(frozen=True, slots=True)
class MinutedChange:
    """One change of a vote: from what to what, the kind of reason and the member's words."""

    member: str
    before: str
    after: str
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MinutedItem:
    """One item. ``bound`` names members without a vote and why; ``settled`` is "" where the case was withdrawn."""

    person: str
    kind: str
    detail: str
    stamp: BlueprintStamp
    votes: tuple[MinutedVote, ...]
    changes: tuple[MinutedChange, ...]
    bound: tuple[tuple[str, str], ...]
    settled: str
    set_aside: bool
    settled_words: str
    called_at: datetime | None
    discussed_at: datetime | None

    @property
    def enough(self) -> bool:
        """Whether votes may be added up."""
        return len(self.votes) >= LEAST_RATERS

    @property
    def differed(self) -> bool:
        """Whether members saw it differently before anything was said."""
        return len({vote.before for vote in self.votes}) > 1

    @property
    def dissent(self) -> tuple[str, ...]:
        """The members whose vote stands for something else than was settled."""
        if self.set_aside or not self.settled:
            return ()
        return tuple(vote.member for vote in self.votes if vote.now != self.settled)

    @property
    def minutes(self) -> int | None:
        """For how many whole minutes it was talked about; None where it was settled without being called."""
        if self.called_at is None or self.discussed_at is None:
            return None
        return max(1, round((self.discussed_at - self.called_at).total_seconds() / 60))


@dataclass(frozen=True, slots=True)
class MinutedMatrix:
    """How votes moved, for items with the same choices."""

    title: str
    choices: tuple[Choice, ...]
    rows: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class MinutesDocument:
    """The minutes of a locked session. ``omitted`` counts items that are about the reader, and so are left out."""

    company: str
    title: str
    chair: str
    members: tuple[str, ...]
    minutes_each: int
    voting_at: datetime
    discussing_at: datetime
    locked_at: datetime
    opened_without: str
    items: tuple[MinutedItem, ...]
    matrices: tuple[MinutedMatrix, ...]
    omitted: int = 0
    zone: str = "UTC"

    @property
    def settled(self) -> int:
        """How many items the session settled on something."""
        return sum(bool(item.settled) and not item.set_aside for item in self.items)

    @property
    def votes(self) -> int:
        """How many votes count."""
        return sum(len(item.votes) for item in self.items)

    @property
    def changed(self) -> int:
        """How many votes stood otherwise at the lock than they were sealed."""
        return sum(vote.before != vote.now for item in self.items for vote in item.votes)

    @property
    def stamps(self) -> tuple[BlueprintStamp, ...]:
        """The blueprint versions that the items rest on, each once."""
        return tuple(dict.fromkeys(item.stamp for item in self.items))
