"""Whether an interviewer's judgement was still independent: could others' scorecards be seen by then?

Sealing and revising ask this, so that a revision says of itself what its author could know. It is about what could
be seen, not about what was opened: nobody's reading is watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """One of the author's duties to score the candidate, in any requisition.

    ``ended_at`` is when it was sealed or released, ``None`` while it is owed. ``opens_from`` is when it was sealed
    with a rating on this very application, which may open the others' cards; ``None`` when it opens nothing.
    """

    assigned_at: datetime
    ended_at: datetime | None
    opens_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """What could open others' cards to the author, besides sealing an own one.

    ``debrief_opened_at`` is ``None`` while there is no debrief; ``reads_debrief`` when the author's part or role lets
    them read an open debrief without a card of their own.
    """

    reveals_after_own: bool
    debrief_opened_at: datetime | None
    reads_debrief: bool


def others_were_visible(
    own: Sequence[OwnDuty], others_sealed_at: Sequence[datetime], openings: Openings, *, now: datetime
) -> bool:
    """Whether at some moment before ``now`` another card was sealed and open to the author, who owed none."""
    opened = _opened_at(own, openings)
    if opened is None or not others_sealed_at:
        return False
    return _free_moment(own, max(opened, min(others_sealed_at)), now)


def _opened_at(own: Sequence[OwnDuty], openings: Openings) -> datetime | None:
    sealed = [duty.opens_from for duty in own if duty.opens_from is not None]
    opened = openings.debrief_opened_at
    ways = []
    if sealed and openings.reveals_after_own:
        ways.append(min(sealed))
    if sealed and opened is not None:
        ways.append(max(min(sealed), opened))
    if openings.reads_debrief and opened is not None:
        ways.append(opened)
    return min(ways, default=None)


def _free_moment(own: Sequence[OwnDuty], start: datetime, end: datetime) -> bool:
    # Walk from duty to duty: whoever owes a card sees nothing, so only a gap between duties counts.
    at = start
    for duty in sorted(own, key=lambda duty: duty.assigned_at):
        if duty.assigned_at > at:
            break
        at = max(at, duty.ended_at or end)
    return at < end
