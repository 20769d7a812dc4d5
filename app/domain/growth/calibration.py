"""Calibration: several people hold cases to one standard, each on their own first."""

from __future__ import annotations

from enum import StrEnum


class CalibrationState(StrEnum):
    """A session is prepared, then voted in apart, then discussed, then locked for good."""

    PREPARING = "preparing"
    VOTING = "voting"
    DISCUSSING = "discussing"
    LOCKED = "locked"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.capitalize()


class ConflictKind(StrEnum):
    """Why a member has no vote on an item."""

    SELF = "self"
    OWN_REPORT = "own_report"
    DECLARED = "declared"


class ChangeReason(StrEnum):
    """Why somebody changes a vote or a rating in the session."""

    EVIDENCE_HEARD = "evidence_heard"
    STANDARD_CLEARER = "standard_clearer"
    MISREAD = "misread"
    COMPARED = "compared"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "evidence_heard": "I heard evidence that I had not known",
            "standard_clearer": "I now read the expectation differently",
            "misread": "I had misread the case or pressed the wrong choice",
            "compared": "Compared with a case like it, my vote did not fit",
        }[self.value]


LEAST_RATERS = 3
"""Below this number of independent votes nothing is added up."""
