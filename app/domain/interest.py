"""Why somebody should have no part in judging a candidate, whatever their roles."""

from __future__ import annotations

from enum import StrEnum


class InterestKind(StrEnum):
    """How somebody stands to a candidate outside the interviews; referrers and lines of reporting are also derived."""

    RELATIVE = "relative"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    REFERRER = "referrer"
    MANAGER_LINE = "manager_line"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The words on the page, as the person would say them."""
        return {
            "relative": "Family or partner",
            "friend": "A friend, or somebody I am at odds with",
            "colleague": "We worked closely together",
            "referrer": "I referred them",
            "manager_line": "One of us reports to the other",
            "other": "Something else",
        }[self.value]
