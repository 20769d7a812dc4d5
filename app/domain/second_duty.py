"""What waits for a second person, in the words of the inbox."""

from __future__ import annotations

from enum import StrEnum


class SecondDuty(StrEnum):
    """A wish of one person that another has to answer."""

    ROLE = "role_confirm"
    ERASURE = "erasure_answer"
    EARLY_READING = "early_reading_answer"

    def sentence(self, what: str) -> str:
        """What is to be answered, about a person or a thing."""
        return _SENTENCES[self].format(what)


_SENTENCES = {
    SecondDuty.ROLE: "Confirm or refuse a role for {}",
    SecondDuty.ERASURE: "Approve or refuse the erasure of {}",
    SecondDuty.EARLY_READING: "Let somebody read early, or not: {}",
}
ACTION = "Read and answer"
"""The words to press."""
MINUTES = 3
"""About how long an answer takes."""
