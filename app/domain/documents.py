"""What each printed document is made from: frozen facts, already cut to what its reader may see.

A document is reproducible years later from the same facts, so nothing here is asked of a clock: every date on
paper comes from the data. ``company`` is the name on the letterhead; ``zone`` is the IANA time zone in which the
document writes its times (the zone is printed beside them). No document ever carries a private note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.fairness.report import ImpactDocument
from app.domain.growth.case_file import PromotionDocument
from app.domain.growth.minutes import MinutesDocument
from app.domain.growth.papers import JointDocument, SelfDocument
from app.domain.kit_document import KitDocument
from app.domain.onboarding.documents import PlanDocument, ReviewDocument, YearDocument
from app.domain.privacy.certificate import ErasureCertificate
from app.domain.privacy.data_copy import DataCopy

__all__ = [
    "BlueprintDocument",
    "ComparisonDocument",
    "DataCopy",
    "DecisionDocument",
    "Document",
    "ErasureCertificate",
    "ImpactDocument",
    "JointDocument",
    "KitDocument",
    "MinutesDocument",
    "PacketDocument",
    "PlanDocument",
    "PreparationDocument",
    "PromotionDocument",
    "ReviewDocument",
    "ScorecardDocument",
    "SelfDocument",
    "YearDocument",
]

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.blueprint import Blueprint, Role, Scorecard
    from app.domain.certainty import Places, Sensitivity
    from app.domain.comparison import Comparison
    from app.domain.debrief import BlueprintStamp, Debrief, VisibleCard
    from app.domain.decision import DecisionRecord
    from app.domain.granting import ReadEarly
    from app.domain.guide import Guide
    from app.domain.panel_trust import PanelTrust


@dataclass(frozen=True, slots=True)
class ScorecardDocument:
    """One sealed scorecard on paper. ``focus`` names the dimensions that this interview was asked to cover."""

    company: str
    requisition: str
    candidate: str
    blueprint: BlueprintStamp
    scorecard: Scorecard
    card: VisibleCard
    focus: tuple[str, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class PacketDocument:
    """Everything about one application: debrief, sealed scorecards, decision when there is one.

    ``checkpoint`` is the audit line that stood when the packet's facts were read (empty when there is none). ``trust``
    says what the panel is worth, None without a scorecard.
    """

    company: str
    debrief: Debrief
    decision: DecisionRecord | None = None
    checkpoint: str = ""
    zone: str = "UTC"
    trust: PanelTrust | None = None


@dataclass(frozen=True, slots=True)
class ComparisonDocument:
    """The candidates of one requisition side by side; ``as_of`` is the time of the newest fact in it, if any.

    ``places`` and ``sensitivity`` say how settled the order is; ``libraries`` what worked that out.
    """

    company: str
    comparison: Comparison
    as_of: datetime | None = None
    zone: str = "UTC"
    places: Places | None = None
    sensitivity: Sensitivity | None = None
    libraries: str = ""


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """One recorded decision, for signing. ``history`` holds the other records of the application, oldest first.

    ``event`` is number and hash of the record's own event in the audit chain, ``signed`` which key signed the
    checkpoint and how the signature begins; each empty where there is none or the reader may not have it. ``early``
    has each time that sealed scorecards were read before their time.
    """

    company: str
    record: DecisionRecord
    scorecard: Scorecard
    history: tuple[DecisionRecord, ...] = ()
    zone: str = "UTC"
    event: str = ""
    signed: str = ""
    early: tuple[ReadEarly, ...] = ()


@dataclass(frozen=True, slots=True)
class BlueprintDocument:
    """A role blueprint, whole, as a book for people who work here: it holds anchors and marking guides.

    ``published_at`` is None for a blueprint that is not published: the book then says that it is a draft, and the
    number of its stamp means nothing. ``note`` is what its publisher wrote about the version.
    """

    company: str
    stamp: BlueprintStamp
    blueprint: Blueprint
    published_at: datetime | None = None
    note: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class PreparationDocument:
    """How to prepare for a role, for candidates: it is given the role's guide and nothing of how people are scored."""

    company: str
    stamp: BlueprintStamp
    role: Role
    guide: Guide
    published_at: datetime
    zone: str = "UTC"


Document = (
    ScorecardDocument
    | PacketDocument
    | ComparisonDocument
    | DecisionDocument
    | BlueprintDocument
    | PreparationDocument
    | PlanDocument
    | ReviewDocument
    | YearDocument
    | PromotionDocument
    | SelfDocument
    | JointDocument
    | MinutesDocument
    | ImpactDocument
    | KitDocument
    | ErasureCertificate
    | DataCopy
)
