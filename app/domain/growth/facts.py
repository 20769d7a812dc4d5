"""How somebody stands to an assessment, an entry of the evidence log, a promotion case, a calibration.

``team``, where there is one, is the team that the person whom the object is about is in now.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.log import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    """How the actor stands to an assessment; ``own_sealed`` speaks of their own answers, whichever side they are on.

    ``open``: its cycle is open and the person was not taken out. ``declined``: the actor declined to be a peer.
    ``apart``: sits in a calibration of it, or of a case that rests on it, of which the votes do not lie open yet.
    """

    assessment_id: UUID
    open: bool
    is_subject: bool
    is_manager: bool
    is_peer: bool
    self_sealed: bool
    manager_sealed: bool
    own_sealed: bool
    apart: bool
    declined: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """How the actor stands to somebody on the ladder; ``is_manager``: answers for them now."""

    person_id: UUID
    is_self: bool
    is_manager: bool
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """How the actor stands to an entry of somebody's evidence log.

    ``is_manager``: the owner's manager now. ``judges``: may read a case that cites it, or voted on one.
    """

    entry_id: UUID
    visibility: Visibility
    withdrawn: bool
    is_owner: bool
    is_manager: bool
    is_corroborator: bool
    judges: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """How the actor stands to a promotion case.

    ``is_asked``: was asked for peer feedback. ``on_panel``: a member or the chair of the calibration that the case is
    in, once its votes are open. ``is_conflicted``: has no vote there. ``locked``: that calibration is locked, or the
    case is in none. ``opened``: the votes of that calibration lie open, so its members have given theirs.
    ``apart``: the actor sits in a calibration of the case of which the votes do not lie open yet.
    """

    case_id: UUID
    state: CaseState
    is_person: bool
    is_manager: bool
    is_asked: bool
    on_panel: bool
    is_chair: bool
    is_conflicted: bool
    locked: bool
    opened: bool
    apart: bool
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFacts:
    """How the actor stands to a calibration session."""

    calibration_id: UUID
    state: CalibrationState
    is_chair: bool
    is_member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts(CalibrationFacts):
    """How the actor stands to one item of a calibration; ``voted``: their own vote on it is sealed.

    ``is_manager``: the manager of whom the item is about, to whom the session's words go.
    """

    item_id: UUID
    is_person: bool
    is_manager: bool
    is_conflicted: bool
    voted: bool


GrowthFacts = AssessmentFacts | PersonFacts | EntryFacts | CaseFacts | CalibrationFacts
"""Facts of anything on the ladder."""
