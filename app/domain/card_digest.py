"""The text of a reminder of scorecards: what one interviewer owes, where it is written, and the way out of it.

It names nobody but whom the reader interviews, by the name that they may know, and says nothing of any judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.card_reminding import KIT, MOST
from app.domain.text import first_line

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class CardLine:
    """One scorecard or kit in a reminder; ``starts_at`` is in the reader's own zone, ``zone`` its name."""

    occasion: str
    card_id: UUID
    interview_id: UUID
    candidate: str
    interview: str
    starts_at: datetime
    zone: str

    @property
    def is_kit(self) -> bool:
        """Whether the interview is still to come."""
        return self.occasion == KIT


def subject(lines: Sequence[CardLine]) -> str:
    """Whose scorecard is due, or how many are; a kit leads only where nothing is due."""
    cards = [line for line in lines if not line.is_kit]
    if len(cards) == 1:
        return f"Your scorecard on {cards[0].candidate} is due"
    if cards:
        return f"{len(cards)} of your scorecards are due"
    if len(lines) == 1:
        return f"You interview {lines[0].candidate} {when(lines[0])}"
    return f"{len(lines)} interviews are ahead of you"


def body(lines: Sequence[CardLine]) -> str:
    """The reminder in plain text; a line that is nothing but a path becomes a link when it is sent."""
    ordered = sorted(lines, key=lambda line: (line.is_kit, line.starts_at, line.interview, str(line.card_id)))
    shown = ordered[:MOST_LINES]
    parts = [_card(line) for line in shown if not line.is_kit]
    if parts:
        parts.append(f"Until it is sealed, a scorecard is told of once a working day, {MOST} times at most.")
    kits = [_kit(line) for line in shown if line.is_kit]
    if kits:
        parts += ["You have not opened the interview kit yet. It takes five minutes to read:", *kits]
    if len(lines) > MOST_LINES:
        parts.append(f"And {len(lines) - MOST_LINES} more.")
    return "\n\n".join([*parts, "Everything that waits for you is in your inbox:"])


def when(line: CardLine) -> str:
    """Such as "on Monday 23 November at 14:00 (Europe/Warsaw)"."""
    at = line.starts_at
    return f"on {at:%A} {at.day} {at:%B at %H:%M} ({line.zone})"


def _card(line: CardLine) -> str:
    return (
        f"{line.candidate}, {first_line(line.interview)}, {when(line)}\n"
        f"Score it while you remember it well:\n/scorecards/{line.card_id}\n"
        f"You could not interview? Say so in one step:\n/scorecards/{line.card_id}/release"
    )


def _kit(line: CardLine) -> str:
    return f"{line.candidate}, {first_line(line.interview)}, {when(line)}\n/interviews/{line.interview_id}/kit"
