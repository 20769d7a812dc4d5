"""What an entry of an evidence log has to be: a title, a day that has come, and things that it can show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.growth.log import Word
from app.domain.text import in_words, text_faults

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.domain.growth.log import Showing

TITLE_LIMIT, LINK_LIMIT, BODY_LIMIT, WORDS_LIMIT = 200, 2000, 8000, 2000
MOST_SHOWN = 20
MOST_ASKED = 10
MOST_ENTRIES = 20_000
"""More than one person writes in a working life: what a log holds is kept within what a page can count."""
MOST_BYTES = 100_000_000
"""The files of one log together, so that all of it can be handed to its owner at once."""
EARLIEST = date(1990, 1, 1)
_NEEDS_WORDS = frozenset({Word.PARTLY, Word.NO})


def title_faults(title: str) -> tuple[Fault, ...]:
    """What is wrong with a title."""
    return text_faults("title", "a title", title, limit=TITLE_LIMIT, required=True)


def day_faults(day: date, today: date, field: str = "about_on") -> tuple[Fault, ...]:
    """What is wrong with the day that an entry speaks of."""
    if day > today:
        return (Fault(field, f"{in_words(day)} has not come yet. Add it once it has happened."),)
    if day < EARLIEST:
        return (Fault(field, f"{in_words(day)} is too long ago. Is the year right?"),)
    return ()


def shows_faults(shows: Collection[Showing], known: Collection[Showing]) -> tuple[Fault, ...]:
    """What is wrong with what an entry is said to show; ``known`` are the things of the person's role."""
    if len(shows) > MOST_SHOWN:
        message = f"This names {len(shows)} things. Choose those that it shows best, at most {MOST_SHOWN}."
        return (Fault("shows", message),)
    strange = sorted(str(one) for one in shows if one not in known)
    if strange:
        return (Fault("shows", f"The role has no {strange[0].replace(':', ' “')}”. Choose from the list."),)
    return ()


def answer_faults(word: Word, words: str) -> tuple[Fault, ...]:
    """What is wrong with what somebody says of an entry: to differ needs a word on how it was."""
    required = word in _NEEDS_WORDS
    return text_faults("words", "how it was, as you saw it", words, limit=WORDS_LIMIT, required=required)
