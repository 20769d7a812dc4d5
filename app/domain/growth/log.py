"""The evidence log: what somebody has done, who may read it, and who can say that it is so."""

from __future__ import annotations

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
            "case": "Me, my manager, and those who judge a case that cites it",
        }[self.value]


class Shown(StrEnum):
    """What an entry shows: a competency, or a criterion of a promotion."""

    COMPETENCY = "competency"
    CRITERION = "criterion"


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
