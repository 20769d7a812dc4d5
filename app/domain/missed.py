"""Why an interviewer has no scorecard to give."""

from __future__ import annotations

from enum import StrEnum


class Missed(StrEnum):
    """What kept somebody from interviewing or from scoring."""

    ABSENT = "absent"
    NO_SHOW = "no_show"
    CALLED_OFF = "called_off"
    TOO_LITTLE = "too_little"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The sentence on the page, as its interviewer says it."""
        return {
            "absent": "I could not come.",
            "no_show": "The candidate did not come.",
            "called_off": "The interview was moved or called off.",
            "too_little": "I saw too little to rate anything.",
        }.get(self.value, "Something else.")


def reason(why: Missed, words: str) -> str:
    """What is kept as the reason of a release; empty when something else kept them and they do not say what."""
    said = words.strip()
    if why is Missed.OTHER:
        return said
    return f"{why.words} {said}" if said else why.words
