"""A promotion case as somebody may read it: frozen facts, already cut to their reader, for the page and the packet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.growth.casework import counts
from app.domain.growth.support import support, within

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from app.domain.blueprint import Blueprint
    from app.domain.debrief import BlueprintStamp
    from app.domain.figure import Axis, GapRow
    from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
    from app.domain.growth.casework import Ballot, CaseTexts, Feedback
    from app.domain.growth.support import Cited, Support
    from app.domain.ladder import Criterion
    from app.domain.onboarding.documents import Happening, PrintedMetric


@dataclass(frozen=True, slots=True)
class CaseHead:
    """Whose case it is, from where to where, and what it rests on; ``cycle`` is empty without an assessment."""

    case_id: UUID
    person_id: UUID
    person: str
    manager: str
    asked_by: str
    stamp: BlueprintStamp
    from_level: str
    to_level: str
    from_title: str
    to_title: str
    level_since: date | None
    state: CaseState
    created_at: datetime
    submitted_at: datetime | None
    ended_at: datetime | None
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class PeerWords:
    """A peer who was asked; ``feedback`` is None until it is given, once declined, and for who may not read it.

    ``said`` is what somebody who declined said to whoever asked, in that reader's copy only.
    """

    person_id: UUID
    name: str
    asked_at: datetime
    answered_at: datetime | None
    declined: bool
    feedback: Feedback | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """How a case ended. ``gaps`` are in words; ``ballots`` are empty where who voted what is not the reader's.

    ``correction`` says why it corrects the record before; the first one corrects none.
    """

    outcome: CaseOutcome
    day: date | None
    gaps: tuple[str, ...]
    reasons: str
    decided_by: str
    decided_at: datetime
    blueprint_sha256: str
    checkpoint: str
    given: tuple[CaseOutcome, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    number: int = 1
    correction: str = ""

    @property
    def counts(self) -> tuple[tuple[CaseOutcome, int], ...]:
        """How many voted for each outcome."""
        return counts(self.given)


@dataclass(frozen=True, slots=True)
class CaseSigned:
    """Who signed as which party, and when."""

    party: CaseParty
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectedRecord:
    """A record that stands no longer, with the signatures that it bears, and the one that stands in its place."""

    record: CaseRecord
    signatures: tuple[CaseSigned, ...]
    by: CaseRecord


@dataclass(frozen=True, slots=True)
class Appealed:
    """What the person had to say to how the case ended."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The whole case. ``on`` is the day that evidence is counted from.

    ``assessed`` tells whether there are marks of both sides; ``ratings`` whether the manager's are the reader's.
    ``feedback_open`` tells whether what peers wrote is the reader's. ``record`` is the one that stands, ``signatures``
    are those to it; ``corrected`` are the records before it, the newest first.
    """

    head: CaseHead
    texts: CaseTexts
    against: str
    against_by: str
    supports: tuple[Support, ...]
    on: date
    axis: Axis | None = None
    gaps: tuple[GapRow, ...] = ()
    assessed: bool = False
    ratings: bool = True
    feedback_open: bool = True
    peers: tuple[PeerWords, ...] = ()
    record: CaseRecord | None = None
    signatures: tuple[CaseSigned, ...] = ()
    corrected: tuple[CorrectedRecord, ...] = ()
    appeals: tuple[Appealed, ...] = ()
    history: tuple[Happening, ...] = ()

    @property
    def backed(self) -> tuple[int, int]:
        """How many criteria have as much evidence as the blueprint asks for, of how many."""
        return within(self.supports)

    @property
    def cited(self) -> int:
        """How many pieces are cited, each once."""
        return len({one.entry_id for row in self.supports for one in row.cited})

    @property
    def readable(self) -> int:
        """How many of them can be read by those who judge, each once."""
        return len({one.entry_id for row in self.supports for one in (*row.recent, *row.older)})

    @property
    def given(self) -> tuple[PeerWords, ...]:
        """The peers whose words lie open to the reader."""
        return tuple(one for one in self.peers if one.feedback is not None)


@dataclass(frozen=True, slots=True)
class YearRecord:
    """A first year in a line or two: who led it, and which milestones everybody has signed, on which day."""

    title: str
    manager: str
    starts_on: date
    state: str
    milestones: tuple[tuple[str, date, date | None], ...]


@dataclass(frozen=True, slots=True)
class HireRecord:
    """The decision that the person was hired by: never the ratings."""

    requisition: str
    number: int
    outcome: str
    decided_at: datetime
    blueprint: BlueprintStamp


@dataclass(frozen=True, slots=True)
class PromotionDocument:
    """The packet. ``reader`` says in words for whom this copy is; what is not theirs is not in it."""

    company: str
    file: CaseFile
    blueprint: Blueprint
    reader: str
    metrics: tuple[PrintedMetric, ...] = ()
    years: tuple[YearRecord, ...] = ()
    hires: tuple[HireRecord, ...] = ()
    as_of: datetime | None = None
    zone: str = "UTC"


def supports_of(criteria: tuple[Criterion, ...], cited: dict[str, list[Cited]], on: date) -> tuple[Support, ...]:
    """Each criterion of the step with what is cited for it; one without anything is there and empty."""
    return tuple(support(one, cited.get(one.id, ()), on) for one in criteria)
