"""What the permission map knows of an actor and of somebody whose data is kept, exported or erased."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFacts:
    """How the actor stands to the person or candidate whose data it is, and to the wish to erase it, if there is one.

    ``is_own``: the data is the actor's. ``held``: a legal hold is on it. ``gone``: it is erased already. ``has_left``:
    a candidate, or a colleague whose account is closed. ``waiting``: an erasure waits for an answer. ``is_asker``: the
    actor asked for it, and there is somebody else who could answer. ``blinded``: the actor owes a scorecard on the
    candidate in a blind requisition, and may not learn who it is. ``near``: the actor stands too near to the candidate.
    """

    subject_id: UUID
    is_own: bool
    held: bool
    gone: bool
    has_left: bool
    waiting: bool = False
    is_asker: bool = False
    blinded: bool = False
    near: bool = False
