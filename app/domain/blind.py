"""The code that stands for a candidate whom a reader may not know by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

CODE_LETTERS = 5
"""A million codes: two candidates of one requisition hardly ever share one, and their addresses still differ."""


def code_of(candidate_id: UUID) -> str:
    """Such as "Candidate 3FA9C": from the candidate's random id, so that it is the same everywhere and says nothing."""
    return f"Candidate {candidate_id.hex[:CODE_LETTERS].upper()}"
