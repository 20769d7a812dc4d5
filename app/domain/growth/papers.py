"""What an assessment on paper is made from: frozen facts, already cut to what their reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.competency import Competency
    from app.domain.debrief import BlueprintStamp
    from app.domain.figure import Axis, GapRow
    from app.domain.growth.alignment import Alignment, Line
    from app.domain.growth.answers import Answers
    from app.domain.growth.mark import Mark
    from app.domain.growth.trend import Moved
    from app.domain.ladder import Level


@dataclass(frozen=True, slots=True)
class AssessmentHead:
    """Whose assessment it is, in which cycle, and the levels that they named."""

    person: str
    manager: str
    cycle: str
    stamp: BlueprintStamp
    due_on: date
    current: Level | None
    target: Level | None


@dataclass(frozen=True, slots=True)
class Behind:
    """An entry of the evidence log that stands behind a mark."""

    title: str
    about_on: date
    confirmed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One answerer's sealed sheet; ``behind`` has the entries by competency that the reader may see.

    ``hidden`` counts those that the reader may not see, by competency.
    """

    author: str
    answers: Answers
    sealed_at: datetime
    behind: tuple[tuple[str, Behind], ...] = ()
    hidden: tuple[tuple[str, int], ...] = ()

    def mark(self, competency: Competency) -> Mark | None:
        """The mark on a competency."""
        return self.answers.mark(competency.id)

    def pieces(self, competency: Competency) -> tuple[Behind, ...]:
        """What stands behind the mark on a competency."""
        return tuple(piece for name, piece in self.behind if name == competency.id)

    def kept(self, competency: Competency) -> int:
        """How many pieces behind the mark on a competency this reader may not see."""
        return dict(self.hidden).get(competency.id, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One cycle in a person's history."""

    cycle: str
    at: datetime
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class AgreedText:
    """What was written down after the meeting."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class SelfDocument:
    """What a person sealed on themselves, with the competencies that were asked about."""

    company: str
    head: AssessmentHead
    asked: tuple[Competency, ...]
    sheet: PrintedSheet
    open_titles: tuple[str, ...]
    zone: str = "UTC"

    @property
    def as_of(self) -> datetime:
        """The time of the newest fact in it."""
        return self.sheet.sealed_at


@dataclass(frozen=True, slots=True)
class JointDocument:
    """Both sides of an assessment, differences first; ``rows`` is empty where the person named no target.

    ``since`` names the cycle before, and what the person and the manager mark otherwise than then.
    """

    company: str
    head: AssessmentHead
    asked: tuple[Competency, ...]
    own: PrintedSheet
    manager: PrintedSheet
    lines: tuple[Line, ...]
    alignment: Alignment
    axis: Axis
    rows: tuple[GapRow, ...]
    steps: tuple[Step, ...] = ()
    since: tuple[str, tuple[Moved, ...], tuple[Moved, ...]] | None = None
    peers: tuple[PrintedSheet, ...] = ()
    agreed: tuple[AgreedText, ...] = ()
    zone: str = "UTC"

    @property
    def as_of(self) -> datetime:
        """The time of the newest fact in it."""
        sheets: Sequence[PrintedSheet] = (self.own, self.manager, *self.peers)
        return max([*(sheet.sealed_at for sheet in sheets), *(one.at for one in self.agreed)])
