"""The evidence log: what somebody has done, who may read it, and who can say that it is so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Who may read an entry besides its owner and those asked to corroborate it."""

    PRIVATE = "private"
    MANAGER = "manager"
    CASE = "case"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "private": "Only me",
            "manager": "Me and my manager",
            "case": "Me, my manager, and whoever reads a promotion case of mine that cites it",
        }[self.value]


class Shown(StrEnum):
    """What an entry shows: a competency, or a criterion of a promotion."""

    COMPETENCY = "competency"
    CRITERION = "criterion"


@dataclass(frozen=True, slots=True, order=True)
class Showing:
    """A competency or a criterion, by its id in the blueprint of the person's role."""

    kind: Shown
    key: str

    def __str__(self) -> str:
        """The pair in one word, as forms and files write it: ``competency:discovery``."""
        return f"{self.kind}:{self.key}"


class Word(StrEnum):
    """What somebody who was asked says of an entry."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANNOT_SAY = "cannot_say"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "yes": "It happened as written",
            "partly": "Partly as written",
            "no": "Not as written",
            "cannot_say": "I cannot say",
        }[self.value]

    @property
    def confirms(self) -> bool:
        """Whether it speaks for the entry, wholly or in part."""
        return self in {Word.YES, Word.PARTLY}
