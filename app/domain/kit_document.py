"""An interview kit on paper: what one interviewer prepares with, and room to write down what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.blueprint import CaseStudy, Dimension, Role, Scorecard
    from app.domain.debrief import BlueprintStamp


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A note of another interviewer."""

    interviewer: str
    interview: str
    text: str


@dataclass(frozen=True, slots=True)
class KitDocument:
    """One interview as its interviewer reads it; ``candidate`` is the name that this reader may know.

    ``focus`` names the dimensions to assess, ``documents`` the papers of the candidate that are on the page;
    ``resume`` is the redacted text where the candidate is reviewed blind. ``place`` is a room or an https address.
    """

    company: str
    requisition: str
    candidate: str
    headline: str
    blueprint: BlueprintStamp
    role: Role
    scorecard: Scorecard
    interview: str
    kind: str
    starts_at: datetime | None
    minutes: int
    place: str
    focus: tuple[str, ...]
    musts: tuple[str, ...] = ()
    case: CaseStudy | None = None
    notes: tuple[PassedOn, ...] = ()
    documents: tuple[str, ...] = ()
    resume: str = ""
    cancelled: bool = False
    zone: str = "UTC"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions to assess, in the scorecard's order."""
        return tuple(one for one in self.scorecard.dimensions if one.id in self.focus)
